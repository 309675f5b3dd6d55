import Foundation
import Lab
import Logging
import Synchronization
import Testing

@testable import KeyValue

/// A kind of store that the conformance suites are run against, and what it can do.
struct StoreSpecimen: Sendable, CustomTestStringConvertible {
    /// An opened store.
    struct Opened: Sendable {
        /// The store.
        var store: any KeyValueStore
        /// What the keys of this test begin with: the server behind it may be shared.
        var root: String
        /// What must live as long as the store is used.
        var surroundings: (any Sendable)?

        /// A key of this test.
        func key(_ name: String) -> String { root + name }

        /// What a listing holds, by names without the root.
        func values(_ listing: KeyValueListing) -> [String: String] {
            Dictionary(
                listing.entries.map {
                    (String($0.key.dropFirst(root.count)), String(decoding: $0.value, as: UTF8.self))
                }, uniquingKeysWith: { $1 })
        }
    }

    /// A store that can be taken away.
    struct Fallible: Sendable {
        /// The store, which has nothing else in it.
        var store: any KeyValueStore
        /// Takes it away.
        var leave: @Sendable () async throws -> Void
        /// Brings it back.
        var comeBack: @Sendable () async throws -> Void
    }

    /// Its name in test results.
    var testDescription: String
    /// Whether it keeps the writer's number.
    var keepsFlags = true
    /// A TTL of sessions whose end can be waited for: the shortest that it takes; nil if it has no sessions.
    var awaitedTTL: Duration?
    /// Opens it for one test.
    var open: @Sendable () async throws -> Opened
    /// Opens one that can be taken away, and keeps its data meanwhile; nil if nothing can.
    var openFallible: (@Sendable () async throws -> Fallible)?
    /// Opens one that is empty when it comes back; nil if nothing can.
    var openForgetful: (@Sendable () async throws -> Fallible)?

    /// Every store.
    static let all: [StoreSpecimen] = [memory, embedded, file, consul, etcd]
    /// Those with sessions.
    static let withSessions = all.filter { $0.awaitedTTL != nil }
    /// Those that can be taken away.
    static let fallible = all.filter { $0.openFallible != nil }
    /// Those that may come back empty.
    static let forgetful = all.filter { $0.openForgetful != nil }

    private static let count = Mutex(0)

    /// A root that no other test has.
    static func freshRoot() -> String {
        count.withLock { count in
            count += 1
            return "t\(count)/"
        }
    }

    // MARK: In this process

    static let memory = StoreSpecimen(
        testDescription: "memory", awaitedTTL: .seconds(2),
        open: { Opened(store: MemoryStore(), root: freshRoot()) },
        openFallible: {
            let store = MemoryStore()
            return Fallible(
                store: store, leave: { await store.setAway(KeyValueError(.unavailable, "away")) },
                comeBack: { await store.setAway(nil) })
        },
        openForgetful: {
            let store = MemoryStore()
            return Fallible(
                store: store, leave: { await store.setAway(KeyValueError(.unavailable, "away")) },
                comeBack: {
                    await store.wipe()
                    await store.setAway(nil)
                })
        })

    static let embedded = StoreSpecimen(
        testDescription: "embedded", awaitedTTL: .seconds(2),
        open: {
            let folder = try ScratchFolder()
            let store = try EmbeddedStore(directory: "\(folder.path)/store")
            return Opened(store: store, root: freshRoot(), surroundings: folder)
        })

    static let file = StoreSpecimen(
        testDescription: "file", keepsFlags: false,
        open: {
            let folder = try ScratchFolder()
            try folder.write("store.yaml", "{}")
            return Opened(
                store: FileStore(path: "\(folder.path)/store.yaml"), root: freshRoot(), surroundings: folder)
        },
        openFallible: {
            let folder = try ScratchFolder()
            try folder.write("store.yaml", "{}")
            let path = "\(folder.path)/store.yaml"
            return Fallible(
                store: FileStore(path: path),
                leave: { try FileManager.default.moveItem(atPath: path, toPath: "\(folder.path)/elsewhere") },
                comeBack: { try FileManager.default.moveItem(atPath: "\(folder.path)/elsewhere", toPath: path) })
        })

    // MARK: Real servers

    private static let sharedConsul = Result { try ConsulAgent() }

    static let consul = StoreSpecimen(
        testDescription: "Consul", awaitedTTL: .seconds(10),
        open: {
            let agent = try await offPool { try sharedConsul.get() }
            let store = try consul(agent)
            try await waitUntilRegistered(store)
            return Opened(store: store, root: freshRoot(), surroundings: agent)
        },
        openFallible: {
            let agent = try await offPool { try ConsulAgent(isPersistent: true) }
            return Fallible(
                store: try consul(agent), leave: { try await offPool { try agent.stop() } },
                comeBack: { try await offPool { try agent.start() } })
        },
        openForgetful: {
            let agent = try await offPool { try ConsulAgent() }
            return Fallible(
                store: try consul(agent), leave: { try await offPool { try agent.stop() } },
                comeBack: { try await offPool { try agent.start() } })
        })

    private static func consul(_ agent: ConsulAgent) throws -> ConsulStore {
        try ConsulStore(
            ConsulConfiguration(addresses: [.network(host: "127.0.0.1", port: Int(agent.port))]),
            logger: Logger(label: "test"))
    }

    /// An agent that has only just started takes writes before its node is registered, which sessions need.
    static func waitUntilRegistered(_ store: ConsulStore) async throws {
        while true {
            do {
                let id = try await store.createSession(
                    name: "early", ttl: .seconds(10), behavior: .release, lockDelay: .zero)
                return try await store.destroySession(id)
            } catch  where error.kind == .unavailable {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    private static let sharedEtcd = Result { try EtcdServer() }

    static let etcd = StoreSpecimen(
        testDescription: "etcd", keepsFlags: false, awaitedTTL: .seconds(2),
        open: {
            let server = try await offPool { try sharedEtcd.get() }
            return Opened(store: try etcd(server.port), root: freshRoot(), surroundings: server)
        },
        openFallible: {
            let server = try await offPool { try EtcdServer(isPersistent: true) }
            return Fallible(
                store: try etcd(server.port), leave: { try await offPool { try server.stop() } },
                comeBack: { try await offPool { try server.start() } })
        },
        openForgetful: {
            let server = try await offPool { try EtcdServer() }
            return Fallible(
                store: try etcd(server.port), leave: { try await offPool { try server.stop() } },
                comeBack: { try await offPool { try server.start() } })
        })

    /// etcd at these ports of 127.0.0.1.
    static func etcd(
        _ ports: UInt16..., root: String = "", _ change: (inout EtcdConfiguration) -> Void = { _ in }
    ) throws -> EtcdStore {
        var configuration = EtcdConfiguration(
            addresses: ports.map { .network(host: "127.0.0.1", port: Int($0)) }, root: root)
        change(&configuration)
        return try EtcdStore(configuration, logger: Logger(label: "test"))
    }
}

/// What every store does, whichever it is: one suite that each of them passes.
///
/// Its suites run beside one another, but each of them one case at a time: a hundred at once would leave the tests that
/// wait for times no time.
enum StoreConformance {}
