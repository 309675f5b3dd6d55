import Foundation

/// etcd's API of version 3 as a test needs it, over its gateway from JSON.
///
/// One connection, kept alive; calls from several threads take turns.
public final class EtcdAPI: Sendable {
    /// Where etcd listens.
    public let port: UInt16
    private let connection: KeyValueAPI

    /// The API at 127.0.0.1:`port`.
    public init(port: UInt16) {
        self.port = port
        self.connection = KeyValueAPI(port: port)
    }

    /// Writes a key.
    public func put(_ key: String, _ value: String) throws {
        try self.call("kv/put", #"{"key": "\#(Self.base64(key))", "value": "\#(Self.base64(value))"}"#)
    }

    /// Deletes a key.
    public func delete(_ key: String) throws {
        try self.call("kv/deleterange", #"{"key": "\#(Self.base64(key))"}"#)
    }

    /// The value of a key; nil if there is none.
    public func get(_ key: String) throws -> String? {
        let answer = try self.call("kv/range", #"{"key": "\#(Self.base64(key))"}"#)
        guard let entry = (answer["kvs"] as? [[String: Any]])?.first else { return nil }
        let value = Data(base64Encoded: entry["value"] as? String ?? "") ?? Data()
        return String(decoding: value, as: UTF8.self)
    }

    /// Forgets all changes up to now but the newest.
    public func compact() throws {
        let revision = try self.revision
        try self.call("kv/compaction", #"{"revision": "\#(revision)", "physical": true}"#)
    }

    /// The store's revision.
    public var revision: Int {
        get throws {
            let header = try self.call("kv/range", #"{"key": "AA=="}"#)["header"] as? [String: Any]
            guard let text = header?["revision"] as? String, let revision = Int(text) else {
                throw LabError("etcd said no revision")
            }
            return revision
        }
    }

    /// Which member it is, and which one it takes for its leader; none if it has lost it.
    public var standing: (member: String, leader: String?) {
        get throws {
            let status = try self.call("maintenance/status", "{}")
            let header = status["header"] as? [String: Any]
            return (header?["member_id"] as? String ?? "", status["leader"] as? String)
        }
    }

    /// Whether it takes writes.
    public var isReady: Bool {
        guard let answer = try? self.connection.request("GET", "/health"), answer.status == 200 else { return false }
        return answer.text.contains("true")
    }

    /// Any call; throws unless it is answered with 200.
    @discardableResult
    public func call(_ path: String, _ json: String) throws -> [String: Any] {
        let answer = try self.connection.request("POST", "/v3/\(path)", body: Array(json.utf8))
        guard answer.status == 200 else { throw LabError("\(path): \(answer.status) \(answer.text)") }
        let object = try JSONSerialization.jsonObject(with: Data(answer.body))
        return object as? [String: Any] ?? [:]
    }

    /// Has everybody be asked who they are; `root` may do everything, each user of `readers` may read what begins with
    /// `prefix`.
    public func enableUsers(root password: String, readers: [String: String] = [:], prefix: String = "") throws {
        try self.call("auth/user/add", #"{"name": "root", "password": "\#(password)"}"#)
        try self.call("auth/role/add", #"{"name": "root"}"#)
        try self.call("auth/user/grant", #"{"user": "root", "role": "root"}"#)
        try self.call("auth/role/add", #"{"name": "reader"}"#)
        let end = String(prefix.dropLast()) + String(UnicodeScalar((prefix.utf8.last ?? 0) + 1))
        let permission =
            #"{"permType": "READ", "key": "\#(Self.base64(prefix))", "range_end": "\#(Self.base64(end))"}"#
        try self.call("auth/role/grant", #"{"name": "reader", "perm": \#(permission)}"#)
        for (name, password) in readers {
            try self.call("auth/user/add", #"{"name": "\#(name)", "password": "\#(password)"}"#)
            try self.call("auth/user/grant", #"{"user": "\#(name)", "role": "reader"}"#)
        }
        try self.call("auth/enable", "{}")
    }

    private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}
