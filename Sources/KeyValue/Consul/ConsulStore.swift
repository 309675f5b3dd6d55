public import Logging
internal import NIOCore
internal import NIOHTTP1

/// Consul's key-value store, over its HTTP API (1.0 and later).
///
/// Reads and writes outside watches are answered by the leader (Consul's default consistency). Watches are blocking
/// queries that any server may answer; see ``ConsulWatch`` for their rules. Every call has a deadline. What is not an
/// answer of Consul (HTML of a proxy, JSON of something else, an answer that ends early, a 404 without Consul's index) is
/// ``KeyValueError/Kind/garbled`` and never taken for an empty listing.
public final class ConsulStore: KeyValueStore {
    /// `consul://HOST:PORT[,HOST:PORT]` without secrets.
    public let name: String
    let client: ConsulClient
    private let allowsStaleWatches: Bool

    /// A store; nothing is asked yet.
    ///
    /// Throws ``KeyValueError/Kind/invalid`` if a certificate file cannot be used.
    public init(_ configuration: ConsulConfiguration, logger: Logger) throws(KeyValueError) {
        client = try ConsulClient(configuration, logger: logger)
        name = configuration.name
        allowsStaleWatches = configuration.allowsStaleWatches
    }

    /// The entry of `key`, nil if there is none.
    public func get(_ key: String) async throws(KeyValueError) -> KeyValueEntry? {
        let key = try Self.checked(key)
        let request = ConsulRequest(
            what: "get \(key)", method: .GET, path: Self.path(key), deadline: client.limits.answer)
        let answer = try await send(request)
        return try ConsulListing.entries(answer, prefix: key, what: request.what).first { $0.key == key }
    }

    /// All entries whose keys begin with `prefix`.
    public func list(prefix: String) async throws(KeyValueError) -> KeyValueListing {
        let prefix = try Self.checkedPrefix(prefix)
        let request = ConsulRequest(
            what: prefix.isEmpty ? "list" : "list \(prefix)", method: .GET, path: Self.path(prefix),
            query: [("recurse", nil)],
            deadline: client.limits.answer)
        let answer = try await send(request)
        let entries = try ConsulListing.entries(answer, prefix: prefix, what: request.what)
        return KeyValueListing(entries: entries, index: max(answer.index ?? 1, 1))
    }

    /// Writes `value`; makes the key if it is not there.
    public func put(_ key: String, value: [UInt8], flags: UInt64) async throws(KeyValueError) {
        guard try await change("put", key, value: value, query: Self.flags(flags)) else {
            throw KeyValueError(.garbled, "put \(key): \(name): answered false: true for a plain write")
        }
    }

    /// Deletes `key`; a key that is not there is no error.
    public func delete(_ key: String) async throws(KeyValueError) {
        _ = try await change("delete", key, method: .DELETE, query: [])
    }

    /// Deletes all keys that begin with `prefix`.
    public func deleteTree(prefix: String) async throws(KeyValueError) {
        let prefix = try Self.checkedPrefix(prefix)
        let request = ConsulRequest(
            what: "delete \(prefix)...", method: .DELETE, path: Self.path(prefix), query: [("recurse", nil)],
            deadline: client.limits.answer)
        _ = try ConsulListing.boolean(try await send(request), what: request.what)
    }

    /// Writes `value` only if the key's `modifyIndex` is still `index` (0: only if there is no such key).
    public func compareAndSet(
        _ key: String, value: [UInt8], flags: UInt64, index: UInt64
    ) async throws(KeyValueError) -> Bool {
        try await change(
            "compare-and-set of", key, value: value, query: [("cas", String(index))] + Self.flags(flags),
            repetition: .ifNotSent)
    }

    /// Deletes the key only if its `modifyIndex` is still `index`.
    public func compareAndDelete(_ key: String, index: UInt64) async throws(KeyValueError) -> Bool {
        try await change(
            "compare-and-delete of", key, method: .DELETE, query: [("cas", String(index))], repetition: .ifNotSent)
    }

    /// Follows `prefix` until the task is cancelled; see ``KeyValueStore/watch(prefix:)``.
    public func watch(prefix: String) -> AsyncStream<KeyValueWatchEvent> {
        watch(.prefix(prefix, ConsulScope()))
    }

    func watch(_ subject: ConsulSubject) -> AsyncStream<KeyValueWatchEvent> {
        let client = client
        let allowsStale = allowsStaleWatches
        return WatchMailbox.stream { mailbox in
            let follower = ConsulFollower(client: client, subject: subject, mailbox: mailbox)
            await follower.run(allowsStale: allowsStale)
        }
    }

    // MARK: Requests

    /// Makes a change of one key that Consul answers with true or false.
    func change(
        _ what: String, _ key: String, method: HTTPMethod = .PUT, value: [UInt8]? = nil,
        query: [(name: String, value: String?)], repetition: ConsulRequest.Repetition = .always
    ) async throws(KeyValueError) -> Bool {
        let key = try Self.checked(key)
        let request = ConsulRequest(
            what: "\(what) \(key)", method: method, path: Self.path(key), query: query, body: value,
            repetition: repetition, deadline: client.limits.answer)
        return try ConsulListing.boolean(try await send(request), what: request.what)
    }

    /// Sends a request and refuses what no caller can use.
    func send(_ request: ConsulRequest) async throws(KeyValueError) -> ConsulAnswer {
        do {
            return try await client.send(request)
        } catch {
            throw error.error
        }
    }

    static func flags(_ flags: UInt64) -> [(name: String, value: String?)] {
        flags == 0 ? [] : [("flags", String(flags))]
    }

    static func path(_ key: String) -> String { "/v1/kv/\(PercentCoding.encodePath(key))" }

    private static func checked(_ key: String) throws(KeyValueError) -> String {
        let key = try checkedPrefix(key)
        guard !key.isEmpty else { throw KeyValueError(.invalid, "key: \"\": empty: a key such as services/web-80/a") }
        return key
    }

    /// Drops a leading slash; Consul answers keys with empty or dot segments with a redirect to another key.
    static func checkedPrefix(_ text: String) throws(KeyValueError) -> String {
        let key = text.hasPrefix("/") ? String(text.dropFirst()) : text
        let segments = key.split(separator: "/", omittingEmptySubsequences: false)
        let isRefused = segments.enumerated().contains { offset, segment in
            segment == "." || segment == ".." || segment.isEmpty && offset < segments.count - 1
        }
        guard !isRefused else {
            throw KeyValueError(.invalid, "key: \(text): Consul keeps no empty, . or .. segments: leave them out")
        }
        return key
    }
}
