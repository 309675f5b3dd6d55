import Foundation
import Synchronization

/// Consul's HTTP API as a test needs it, of a real Consul or of Portico's embedded store.
///
/// One connection, kept alive; calls from several threads take turns.
public final class KeyValueAPI: Sendable {
    private struct Connection: ~Copyable {
        var stream: MessageStream?
    }

    /// Where the store listens.
    public let port: UInt16
    private let connection = Mutex(Connection(stream: nil))

    /// The API at 127.0.0.1:`port`.
    public init(port: UInt16) {
        self.port = port
    }

    /// Writes a key.
    public func put(_ key: String, _ value: String) throws {
        try self.change("PUT", key, Array(value.utf8))
    }

    /// Deletes a key.
    public func delete(_ key: String) throws {
        try self.change("DELETE", key, [])
    }

    /// Deletes every key under `prefix`.
    public func deleteTree(_ prefix: String) throws {
        try self.change("DELETE", "\(prefix)?recurse", [])
    }

    /// Writes keys together, one after the other in one transaction; 64 at most.
    public func transact(_ writes: [(key: String, value: String)]) throws {
        let operations = writes.map { write in
            let value = Data(write.value.utf8).base64EncodedString()
            return #"{"KV": {"Verb": "set", "Key": "\#(write.key)", "Value": "\#(value)"}}"#
        }
        let answer = try self.request("PUT", "/v1/txn", body: Array("[\(operations.joined(separator: ","))]".utf8))
        guard answer.status == 200 else { throw LabError("transaction: \(answer.status) \(answer.text)") }
    }

    /// Whether the store has a leader and so takes writes.
    public var isReady: Bool {
        guard let answer = try? self.request("GET", "/v1/status/leader"), answer.status == 200 else { return false }
        return answer.text.contains(":")
    }

    /// Any request.
    public func request(_ method: String, _ target: String, body: [UInt8] = []) throws -> HTTPAnswer {
        try self.connection.withLock { connection throws -> HTTPAnswer in
            let head = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: \(body.count)\r\n\r\n"
            let isReused = connection.stream != nil
            let stream = try connection.stream ?? MessageStream(Socket.connect(port: self.port))
            connection.stream = nil
            do {
                try stream.socket.send(Array(head.utf8) + body)
                let answer = try stream.answer(to: method, by: .after(.seconds(20)))
                if answer["Connection"]?.lowercased() != "close" { connection.stream = stream }
                return answer
            } catch {
                // A kept connection may have been closed meanwhile; these writes may be repeated.
                guard isReused else { throw error }
            }
            let fresh = try MessageStream(Socket.connect(port: self.port))
            try fresh.socket.send(Array(head.utf8) + body)
            let answer = try fresh.answer(to: method, by: .after(.seconds(20)))
            connection.stream = fresh
            return answer
        }
    }

    private func change(_ method: String, _ key: String, _ value: [UInt8]) throws {
        let answer = try self.request(method, "/v1/kv/\(key)", body: value)
        guard answer.status == 200, answer.text.hasPrefix("true") else {
            throw LabError("\(method) \(key): \(answer.status) \(answer.text)")
        }
    }
}
