import Dispatch
import Glibc
import Reactor

extension DemoCommand {
    /// A non-blocking socket for straight-line code: enough for the demo's backends and its client, no more.
    struct Connection {
        /// Why a connection was of no use.
        struct Failure: Error, CustomStringConvertible {
            let description: String
        }

        /// The socket; whoever has the connection closes it.
        let fd: Int32

        /// Waits until `fd` can be read or written, or the task is cancelled.
        static func ready(_ fd: Int32, toWrite: Bool = false) async {
            let made: any DispatchSourceProtocol =
                toWrite
                ? DispatchSource.makeWriteSource(fileDescriptor: fd)
                : DispatchSource.makeReadSource(fileDescriptor: fd)
            guard let source = made as? DispatchSource else { return }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    source.setEventHandler { source.cancel() }
                    source.setCancelHandler { continuation.resume() }
                    source.resume()
                }
            } onCancel: {
                source.cancel()
            }
        }

        /// What has come; empty when the peer has ended its side or the connection is broken.
        func receive() async -> [UInt8] {
            var buffer = [UInt8](repeating: 0, count: 16 << 10)
            while !Task.isCancelled {
                // Safety: the array is given with its own count, for the length of the call.
                let count = unsafe read(fd, &buffer, buffer.count)
                if count >= 0 { return Array(buffer[..<count]) }
                guard errno == EAGAIN || errno == EINTR else { break }
                await Self.ready(fd)
            }
            return []
        }

        /// Sends all of `octets`, unless the connection breaks.
        func send(_ octets: [UInt8]) async {
            var rest = octets
            while !rest.isEmpty, !Task.isCancelled {
                // Safety: as above.
                let count = unsafe write(fd, rest, rest.count)
                if count >= 0 {
                    rest = Array(rest.dropFirst(count))
                } else if errno == EAGAIN || errno == EINTR {
                    await Self.ready(fd, toWrite: true)
                } else {
                    return
                }
            }
        }

        /// One request and its whole answer.
        static func request(
            _ method: String, _ path: String, host: String, body: String = "", at address: SocketAddress
        ) async throws -> (status: Int, head: String, body: String) {
            let connection: Connection
            do {
                connection = Connection(fd: try Socket.connect(address))
            } catch {
                throw Failure(description: "\(method) \(path): \(error.call): \(error.reason)")
            }
            defer { Socket.close(connection.fd) }
            await ready(connection.fd, toWrite: true)
            let head = "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n"
            await connection.send(Array("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8))
            var octets: [UInt8] = []
            while true {
                let more = await connection.receive()
                if more.isEmpty { break }
                octets += more
            }
            let answer = String(decoding: octets, as: UTF8.self)
            guard let end = answer.firstRange(of: "\r\n\r\n"), let status = Int(answer.dropFirst(9).prefix(3)) else {
                throw Failure(description: "\(method) \(path): no answer")
            }
            return (status, String(answer[..<end.lowerBound]), String(answer[end.upperBound...]))
        }
    }
}
