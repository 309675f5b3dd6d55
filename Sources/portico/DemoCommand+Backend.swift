import Glibc
import Reactor

extension DemoCommand {
    /// A web server in a few lines: it says who it is and what it was asked.
    struct Backend: Sendable {
        /// What it says it is.
        let name: String
        /// Where it listens, as a store's value has it.
        let address: String
        private let listener: Int32

        /// Listens at a port of the kernel's choice on the loopback interface.
        init(name: String) throws {
            // 127.0.0.1 in memory order.
            let any = SocketAddress(high: 0x0100_007F, low: 0, port: 0, isIPv6: false)
            do {
                listener = try Socket.listen(any)
            } catch {
                throw Connection.Failure(description: "\(name): \(error.call): \(error.reason)")
            }
            self.name = name
            address = "127.0.0.1:\(Socket.localAddress(of: listener).port)"
        }

        /// Serves until the task is cancelled.
        func run() async {
            await withDiscardingTaskGroup { group in
                var peer = SocketAddress()
                var code: Int32 = 0
                while !Task.isCancelled {
                    if let fd = Socket.accept(listener, peer: &peer, code: &code) {
                        group.addTask { await serve(Connection(fd: fd)) }
                    } else {
                        await Connection.ready(listener)
                    }
                }
                Socket.close(listener)
            }
        }

        /// Answers one request after the other; one with a body is the last, for the body is not looked for.
        private func serve(_ connection: Connection) async {
            defer { Socket.close(connection.fd) }
            var received = ""
            while !Task.isCancelled {
                let octets = await connection.receive()
                guard !octets.isEmpty, received.utf8.count < 64 << 10 else { return }
                received += String(decoding: octets, as: UTF8.self)
                while let end = received.firstRange(of: "\r\n\r\n") {
                    let head = String(received[..<end.lowerBound])
                    received = String(received[end.upperBound...])
                    let isReusable = await answer(head, connection)
                    if isReusable { continue }
                    Socket.shutdownWrite(connection.fd)
                    repeat {} while await !connection.receive().isEmpty
                    return
                }
            }
        }

        /// - Returns: whether the connection can be used again.
        private func answer(_ head: String, _ connection: Connection) async -> Bool {
            let lines = head.split(separator: "\r\n")
            let words = (lines.first ?? "").split(separator: " ")
            let fields = lines.dropFirst().map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
                return (name: (parts.first ?? "").lowercased(), value: String(value))
            }
            let host = fields.first { $0.name == "host" }?.value ?? ""
            let hasBody = fields.contains {
                $0.name == "transfer-encoding" || $0.name == "content-length" && $0.value != "0"
            }
            let method = words.first ?? ""
            let body = "hello from \(name) (\(address))\n\(method) \(words.dropFirst().first ?? "") for \(host)\n"
            let connectionField = hasBody ? "Connection: close\r\n" : ""
            let answerHead =
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: \(body.utf8.count)\r\n"
                + connectionField + "\r\n"
            await connection.send(Array((answerHead + (method == "HEAD" ? "" : body)).utf8))
            return !hasBody
        }
    }
}
