import Lab
import Logging
import Testing

@testable import KeyValue

/// A kind of store that runs on several servers.
struct StoreCluster: Sendable, CustomTestStringConvertible {
    /// A cluster of three.
    struct Opened: Sendable {
        /// A client that asks the servers in this order.
        var store: @Sendable (_ order: [Int]) throws -> any KeyValueStore
        /// The server that leads, as soon as another than this one does.
        var leader: @Sendable (_ former: Int?) async throws -> Int
        /// Kills a server, as a power cut would.
        var stop: @Sendable (Int) async throws -> Void
        /// Starts it again.
        var start: @Sendable (Int) async throws -> Void
        /// Freezes a server: its connections stay open, and nothing is answered.
        var freeze: @Sendable (Int) -> Void
        /// Has it go on.
        var thaw: @Sendable (Int) -> Void

        /// A client that asks this server first.
        func store(first: Int) throws -> any KeyValueStore {
            try store([first, (first + 1) % 3, (first + 2) % 3])
        }
    }

    /// Its name in test results.
    var testDescription: String
    /// Starts a cluster.
    var open: @Sendable () async throws -> Opened

    /// Every kind.
    static let all = [consul, etcd]

    static let etcd = StoreCluster(testDescription: "etcd") {
        let cluster = try await offPool { try EtcdCluster() }
        return Opened(
            store: { order in
                var configuration = EtcdConfiguration(addresses: addresses(order.map { cluster.ports[$0] }))
                configuration.limits.answer = .seconds(5)
                configuration.limits.silence = .seconds(1)
                configuration.limits.pulse = .seconds(2)
                return try EtcdStore(configuration, logger: Logger(label: "test"))
            },
            leader: { former in try await offPool { try cluster.waitForLeader(otherThan: former) } },
            stop: { index in try await offPool { try cluster.members[index].stop() } },
            start: { index in try await offPool { try cluster.start(index) } },
            freeze: { cluster.members[$0].freeze() }, thaw: { cluster.members[$0].thaw() })
    }

    static let consul = StoreCluster(testDescription: "Consul") {
        let cluster = try await offPool { try ConsulCluster() }
        return Opened(
            store: { order in
                var configuration = ConsulConfiguration(addresses: addresses(order.map { cluster.ports[$0] }))
                configuration.limits.answer = .seconds(5)
                configuration.limits.wait = .seconds(2)
                configuration.limits.waitAllowance = .seconds(2)
                return try ConsulStore(configuration, logger: Logger(label: "test"))
            },
            leader: { former in try await offPool { try cluster.waitForLeader(otherThan: former) } },
            stop: { index in try await offPool { try cluster.members[index].stop() } },
            start: { index in try await offPool { try cluster.start(index) } },
            freeze: { cluster.members[$0].freeze() }, thaw: { cluster.members[$0].thaw() })
    }

    private static func addresses(_ ports: [UInt16]) -> [StoreAddress] {
        ports.map { .network(host: "127.0.0.1", port: Int($0)) }
    }
}
