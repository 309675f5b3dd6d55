public import Logging

/// etcd's key-value store (3.4 and later), through its gateway from JSON to gRPC.
///
/// Reads and writes are linearizable: answered by a member that has made sure of its leader. Watches are streams of changes
/// after a listing; see ``EtcdWatch`` for their rules. Every call has a deadline. What is not an answer of etcd (HTML of a
/// proxy, JSON of something else, an answer that ends early) is ``KeyValueError/Kind/garbled`` and never taken for an empty
/// listing.
///
/// What etcd has no place for: flags, which are refused unless they are 0, and the count of locks, which is always 0.
/// Sessions are leases: ``createSession(name:ttl:behavior:lockDelay:)``.
public final class EtcdStore: KeyValueStore {
    /// `etcd://HOST:PORT[,HOST:PORT][/ROOT/]` without secrets.
    public let name: String
    let client: EtcdClient
    let space: EtcdKeySpace

    /// A store; nothing is asked yet.
    ///
    /// Throws ``KeyValueError/Kind/invalid`` if a certificate file cannot be used.
    public init(_ configuration: EtcdConfiguration, logger: Logger) throws(KeyValueError) {
        client = try EtcdClient(configuration, logger: logger)
        name = configuration.name
        space = EtcdKeySpace(root: configuration.root)
    }

    /// The entry of `key`, nil if there is none.
    public func get(_ key: String) async throws(KeyValueError) -> KeyValueEntry? {
        let key = try EtcdKeySpace.checked(key)
        let range = space.rangeWithLock(key)
        let tree = EtcdTree(try await snapshot(range, what: "get \(key)").entries, in: space)
        return tree.entries.first { $0.key == key }
    }

    /// All entries whose keys begin with `prefix`.
    public func list(prefix: String) async throws(KeyValueError) -> KeyValueListing {
        let prefix = try EtcdKeySpace.checkedPrefix(prefix)
        let snapshot = try await snapshot(space.range(prefix), what: prefix.isEmpty ? "list" : "list \(prefix)")
        return KeyValueListing(
            entries: EtcdTree(snapshot.entries, in: space).entries, index: UInt64(snapshot.header.revision))
    }

    /// Writes `value`; makes the key if it is not there.
    ///
    /// A lock on the key stays as it is.
    public func put(_ key: String, value: [UInt8], flags: UInt64) async throws(KeyValueError) {
        let key = try EtcdKeySpace.checked(key)
        try checkFlags(flags, "put \(key)")
        let octets = space.octets(key)
        _ = try await transact(
            EtcdMessage.Transaction(
                comparisons: [.exists(octets)], success: [.put(octets, value, .kept)],
                failure: [.put(octets, value, .none)]),
            what: "put \(key)", repetition: .always)
    }

    /// Deletes `key`; a key that is not there is no error.
    public func delete(_ key: String) async throws(KeyValueError) {
        let key = try EtcdKeySpace.checked(key)
        _ = try await transact(
            EtcdMessage.Transaction(
                comparisons: [], success: [.delete(space.octets(key)), .delete(space.lockOctets(key))]),
            what: "delete \(key)", repetition: .always)
    }

    /// Deletes all keys that begin with `prefix`.
    public func deleteTree(prefix: String) async throws(KeyValueError) {
        let prefix = try EtcdKeySpace.checkedPrefix(prefix)
        let range = space.range(prefix)
        let request = EtcdRequest(
            what: "delete \(prefix)...", path: "kv/deleterange",
            json: EtcdMessage.delete(from: range.from, to: range.to))
        _ = try await answer(EtcdPlainAnswer.self, to: request)
    }

    /// Writes `value` only if the key's `modifyIndex` is still `index` (0: only if there is no such key).
    public func compareAndSet(
        _ key: String, value: [UInt8], flags: UInt64, index: UInt64
    ) async throws(KeyValueError) -> Bool {
        let key = try EtcdKeySpace.checked(key)
        try checkFlags(flags, "compare-and-set of \(key)")
        guard index <= Int64.max else { return false }
        let octets = space.octets(key)
        let comparison = index == 0 ? EtcdMessage.Comparison.isMissing(octets) : .changed(octets, at: index)
        let answer = try await transact(
            EtcdMessage.Transaction(
                comparisons: [comparison], success: [.put(octets, value, index == 0 ? .none : .kept)]),
            what: "compare-and-set of \(key)", repetition: .ifNotSent)
        return answer.isSuccess
    }

    /// Deletes the key only if its `modifyIndex` is still `index`.
    public func compareAndDelete(_ key: String, index: UInt64) async throws(KeyValueError) -> Bool {
        let key = try EtcdKeySpace.checked(key)
        let octets = space.octets(key)
        let answer = try await transact(
            EtcdMessage.Transaction(
                comparisons: [.changed(octets, at: min(index, UInt64(Int64.max)))],
                success: [.delete(octets), .delete(space.lockOctets(key))], failure: [.read(octets)]),
            what: "compare-and-delete of \(key)", repetition: .ifNotSent)
        return answer.isSuccess || answer.responses.first?.entries?.isEmpty ?? false
    }

    /// Follows `prefix` until the task is cancelled; see ``KeyValueStore/watch(prefix:)``.
    public func watch(prefix: String) -> AsyncStream<KeyValueWatchEvent> {
        let client = client
        let space = space
        return WatchMailbox.stream { mailbox in
            await EtcdFollower(client: client, space: space, prefix: prefix, mailbox: mailbox).run()
        }
    }

    // MARK: Requests

    func transact(
        _ transaction: EtcdMessage.Transaction, what: String, repetition: EtcdRequest.Repetition
    ) async throws(KeyValueError) -> EtcdTransactionAnswer {
        try await answer(
            EtcdTransactionAnswer.self,
            to: EtcdRequest(what: what, path: "kv/txn", json: transaction.json, repetition: repetition))
    }

    func answer<Answer: EtcdHeaded>(
        _ type: Answer.Type, to request: EtcdRequest
    ) async throws(KeyValueError) -> Answer {
        do throws(RequestFailure) {
            return try await client.answer(type, to: request)
        } catch {
            throw error.error
        }
    }

    private func snapshot(
        _ range: (from: [UInt8], to: [UInt8]), what: String
    ) async throws(KeyValueError) -> EtcdSnapshot {
        do throws(RequestFailure) {
            return try await client.snapshot(from: range.from, to: range.to, what: what)
        } catch {
            throw error.error
        }
    }

    func checkFlags(_ flags: UInt64, _ what: String) throws(KeyValueError) {
        guard flags == 0 else {
            throw KeyValueError(.unsupported, "\(what): \(name): etcd keeps no flags: 0, or another store")
        }
    }
}
