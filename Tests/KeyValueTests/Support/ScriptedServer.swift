import Foundation
import Synchronization

@testable import Lab

/// A server that answers each request as a script says: for the faults that a real store will not produce on demand.
final class ScriptedServer: Sendable {
    /// What is done with a request.
    enum Answer: Sendable {
        /// These octets are sent as they are.
        case raw(String)
        /// These octets are sent, and the connection closed.
        case rawThenClose(String)
        /// Nothing is sent, the connection stays open.
        case silence
        /// The connection is closed without a word.
        case close
    }

    /// Decides by the request's target; called on the connection's thread.
    typealias Script = @Sendable (_ target: String) -> Answer

    /// Where it listens.
    let port: UInt16
    private let listener: Listener
    private let script: Mutex<Script>
    private let seen = Mutex<[(target: String, body: String)]>([])
    private let open = Mutex<[Socket]>([])

    init(port: UInt16 = 0, _ script: @escaping Script) throws {
        listener = try Listener(port: port)
        self.port = listener.port
        self.script = Mutex(script)
        Thread.detachNewThread { [weak self, listener] in
            while let connection = listener.accept() {
                guard let self else { return }
                self.open.withLock { $0.append(connection) }
                Thread.detachNewThread { [weak self] in
                    let stream = MessageStream(connection)
                    while let head = try? stream.head(by: .after(.seconds(60))),
                        let body = try? stream.body(
                            .length(Int(head["Content-Length"] ?? "") ?? 0), by: .after(.seconds(60))),
                        let self, self.answer(head, body.content, connection)
                    {}
                }
            }
        }
    }

    deinit {
        listener.stop()
        for connection in open.withLock({ $0 }) { connection.shutDown() }
    }

    /// The targets that were asked for, in order.
    var targets: [String] { seen.withLock { $0.map(\.target) } }

    /// The bodies of what was asked of `target`, in order.
    func bodies(of target: String) -> [String] { seen.withLock { $0.filter { $0.target == target }.map(\.body) } }

    /// Answers by another script from now on.
    func follow(_ script: @escaping Script) {
        self.script.withLock { $0 = script }
    }

    /// Closes the connections that there are.
    func hangUp() {
        for connection in open.withLock({ $0 }) { connection.shutDown() }
    }

    /// Refuses connections from now on and closes those there are.
    func stop() {
        listener.stop()
        for connection in open.withLock({ $0 }) { connection.shutDown() }
    }

    private func answer(_ head: MessageHead, _ body: [UInt8], _ connection: Socket) -> Bool {
        let target = head.startLine.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        seen.withLock { $0.append((target, String(decoding: body, as: UTF8.self))) }
        switch script.withLock({ $0 })(target) {
        case .raw(let text):
            return (try? connection.send(text)) != nil
        case .rawThenClose(let text):
            try? connection.send(text)
            connection.shutDown()
            return false
        case .silence:
            return true
        case .close:
            connection.shutDown()
            return false
        }
    }

    /// A listing as Consul answers it.
    static func listing(_ body: String, index: String? = "10", fields: String = "", status: String = "200 OK") -> String
    {
        let indexField = index.map { "X-Consul-Index: \($0)\r\n" } ?? ""
        return "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\n\(indexField)\(fields)"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// One entry's JSON.
    static func entry(_ key: String, _ value: String, index: Int = 5) -> String {
        "{\"LockIndex\":0,\"Key\":\"\(key)\",\"Flags\":0,\"Value\":\"\(Data(value.utf8).base64EncodedString())\","
            + "\"CreateIndex\":\(index),\"ModifyIndex\":\(index)}"
    }
}
