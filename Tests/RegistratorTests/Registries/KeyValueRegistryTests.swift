import KeyValue
import Lab
import Logging
import Registrator
import Testing

@Suite(.timeLimit(.minutes(2)))
struct KeyValueRegistryTests {
    static func service(
        _ id: String, _ name: String, _ port: UInt16 = 8080, address: String = "10.99.0.11", tags: [String] = [],
        attributes: [EndpointAttribute] = [], metadata: [String: String] = [:]
    ) -> HostedService {
        HostedService(
            id: id, name: name, address: address, port: port, tags: tags, metadata: metadata, attributes: attributes)
    }

    static func settings(
        _ host: String = "dh1", timeToLive: Duration? = nil, isCompatible: Bool = false
    ) -> RegistrySettings {
        RegistrySettings(
            host: host, timeToLive: timeToLive, refresh: .seconds(5), isCompatible: isCompatible,
            logger: Logger(label: "test"))
    }

    private static func registry(
        _ store: any KeyValueStore, _ settings: RegistrySettings = settings()
    ) -> KeyValueRegistry {
        KeyValueRegistry(store, prefix: "services", settings: settings)
    }

    private static func tree(_ store: any KeyValueStore) async throws -> [String: String] {
        let entries = try await store.list(prefix: "").entries
        return Dictionary(uniqueKeysWithValues: entries.map { ($0.key, String(decoding: $0.value, as: UTF8.self)) })
    }

    /// A change with these counts, and nothing refused.
    private static func change(written: Int = 0, removed: Int = 0) -> RegistryChange {
        var change = RegistryChange()
        change.written = written
        change.removed = removed
        return change
    }

    @Test func `services become keys, and only what differs is written`() async throws {
        let store = MemoryStore()
        let registry = Self.registry(store)
        let web = Self.service(
            "dh1:web:80", "web-80", tags: ["v1", "b"],
            attributes: [.init("host", "shop.example.com"), .init("backup"), .init("note", "two \"words\"")])
        let api = Self.service("dh1:api:80", "api-80", address: "2001:db8::1")
        #expect(try await registry.reconcile([web, api]) == Self.change(written: 2))
        #expect(
            try await Self.tree(store) == [
                "services/web-80/dh1:web:80":
                    #"10.99.0.11:8080 host=shop.example.com backup note="two \"words\"" tags=v1,b"#,
                "services/api-80/dh1:api:80": "[2001:db8::1]:8080",
            ])
        let index = try await store.list(prefix: "").index
        #expect(try await registry.reconcile([web, api]) == Self.change())
        #expect(try await store.list(prefix: "").index == index)
        #expect(try await registry.reconcile([web]) == Self.change(removed: 1))
        #expect(try await registry.refresh())
        try await registry.leave()
        #expect(try await Self.tree(store).isEmpty)
    }

    @Test func `leftovers of this host go, and what is others' stays`() async throws {
        let store = MemoryStore([
            "services/old-80/dh1:old:80": "10.0.0.1:80", "services/old-53/dh1:old:53:udp": "10.0.0.1:53",
            "services/web-80/dh2:web:80": "10.0.0.2:80", "services/web-80/custom": "10.0.0.3:80",
            "services/web-80/dh1:kept:80": "10.99.0.11:8080", "services/": "", "other/dh1:x:80": "x",
        ])
        let registry = Self.registry(store)
        let change = try await registry.reconcile([Self.service("dh1:kept:80", "web-80")])
        #expect(change == Self.change(removed: 2))
        #expect(
            try await Set(Self.tree(store).keys) == [
                "services/web-80/dh2:web:80", "services/web-80/custom", "services/web-80/dh1:kept:80", "services/",
                "other/dh1:x:80",
            ])
        // What was right already is taken away like the rest.
        try await registry.leave()
        #expect(try await store.get("services/web-80/dh1:kept:80") == nil)
    }

    @Test func `a custom ID that is somebody else's is refused, and holds up nobody`() async throws {
        let store = MemoryStore(["services/web/web-id": "10.0.0.3:80"])
        let registry = Self.registry(store)
        let change = try await registry.reconcile([
            Self.service("web-id", "web"), Self.service("dh1:api:80", "api"),
            Self.service("dh1:none:80", "none", address: ""),
            Self.service("dh1:api:80", "api", 81),
        ])
        #expect(change.written == 1)
        #expect(Set(change.refused.map(\.id)) == ["web-id", "dh1:none:80", "dh1:api:80"])
        #expect(try await Self.tree(store)["services/web/web-id"] == "10.0.0.3:80")
        // As gliderlabs has it, who writes last is right.
        let compatible = Self.registry(store, Self.settings(isCompatible: true))
        #expect(try await compatible.reconcile([Self.service("web-id", "web")]).written == 1)
        #expect(try await Self.tree(store)["services/web/web-id"] == "10.99.0.11:8080")
    }

    @Test func `this host's own custom IDs are known again after a restart`() async throws {
        let store = MemoryStore()
        _ = try await Self.registry(store).reconcile([Self.service("web-id", "web"), Self.service("gone-id", "gone")])
        let change = try await Self.registry(store).reconcile([Self.service("web-id", "web", 9090)])
        #expect(change == Self.change(written: 1, removed: 1))
        #expect(try await Self.tree(store) == ["services/web/web-id": "10.99.0.11:9090"])
        let other = try await Self.registry(store, Self.settings("dh2")).reconcile([Self.service("web-id", "web", 7070)]
        )
        #expect(other.refused.map(\.id) == ["web-id"])
    }

    @Test func `entries with a lifetime go with their host, and are written again when it was over`() async throws {
        let store = MemoryStore()
        let registry = Self.registry(store, Self.settings(timeToLive: .seconds(60)))
        let services = [Self.service("dh1:web:80", "web-80")]
        #expect(try await registry.refresh())
        _ = try await registry.reconcile(services)
        let session = try #require(try await store.get("services/web-80/dh1:web:80")?.session)
        #expect(try await registry.refresh())
        try await store.destroySession(session)
        #expect(try await Self.tree(store).isEmpty)
        #expect(try await !registry.refresh())
        #expect(try await registry.reconcile(services) == Self.change(written: 1))
        // A session that ends between two refreshes is found out by the write.
        try await store.destroySession(try #require(try await store.get("services/web-80/dh1:web:80")?.session))
        #expect(try await registry.reconcile(services) == Self.change(written: 1))
        await store.wipe()
        #expect(try await !registry.refresh())
        #expect(try await registry.reconcile(services) == Self.change(written: 1))
        try await registry.leave()
        #expect(try await Self.tree(store).isEmpty)
    }

    @Test func `a successor takes entries over, and they are never away`() async throws {
        let store = MemoryStore()
        let settings = Self.settings(timeToLive: .seconds(60))
        let services = [Self.service("dh1:web:80", "web-80"), Self.service("web-id", "web")]
        let first = Self.registry(store, settings)
        _ = try await first.reconcile(services)
        let second = Self.registry(store, settings)
        #expect(try await second.reconcile(services) == Self.change(written: 2))
        try await first.leave()
        #expect(try await Self.tree(store).count == 2)
        #expect(try await second.refresh())
        #expect(try await second.reconcile(services) == Self.change())
        // Another host does not.
        let other = Self.registry(store, Self.settings("dh2", timeToLive: .seconds(60)))
        #expect(try await other.reconcile([Self.service("web-id", "web", 1)]).refused.map(\.id) == ["web-id"])
        // Nor is anything lost when lifetimes are given up.
        let third = Self.registry(store)
        #expect(try await third.reconcile(services) == Self.change(written: 2))
        try await second.leave()
        #expect(try await Self.tree(store).count == 2)
    }

    @Test func `a store that is away is told, and one that came back empty as well`() async throws {
        let store = MemoryStore()
        let registry = Self.registry(store)
        let services = [Self.service("dh1:web:80", "web-80")]
        _ = try await registry.reconcile(services)
        await store.setAway(KeyValueError(.unavailable, "away"))
        await #expect(throws: KeyValueError.self) { try await registry.ping() }
        await #expect(throws: KeyValueError.self) { try await registry.refresh() }
        await #expect(throws: KeyValueError.self) { try await registry.reconcile(services) }
        await store.setAway(nil)
        try await registry.ping()
        #expect(try await registry.refresh())
        await store.wipe()
        #expect(try await !registry.refresh())
        #expect(try await registry.reconcile(services) == Self.change(written: 1))
    }

    @Test func `five hundred services come and go with one write each`() async throws {
        let store = MemoryStore()
        let registry = Self.registry(store, Self.settings(timeToLive: .seconds(60)))
        let services = (0..<500).map { Self.service("dh1:c\($0):80", "web-80", UInt16(10_000 + $0)) }
        #expect(try await registry.reconcile(services) == Self.change(written: 500))
        #expect(try await registry.reconcile(Array(services[100...])) == Self.change(removed: 100))
        #expect(try await registry.reconcile([]) == Self.change(removed: 400))
        #expect(try await Self.tree(store).isEmpty)
    }

    @Test func `a real Consul holds entries by a session, and a file without one`() async throws {
        let agent = try ConsulAgent()
        let url = try RegistryURL("consulkv://127.0.0.1:\(agent.port)/services")
        let registry = try openRegistry(url, settings: Self.settings(timeToLive: .seconds(20)))
        #expect(registry.name == "consul://127.0.0.1:\(agent.port)/services")
        let services = [Self.service("dh1:web:80", "web-80"), Self.service("web-id", "web")]
        try await registry.ping()
        // The node is not registered for a moment, and sessions need it.
        var change: RegistryChange?
        while change == nil { change = try? await registry.reconcile(services) }
        #expect(change == Self.change(written: 2))
        let store = try openStore(
            StoreURL("consul://127.0.0.1:\(agent.port)"), environment: [:], logger: Logger(label: "test"))
        #expect(try await store.get("services/web/web-id")?.session != nil)
        #expect(try await registry.refresh())
        let successor = try openRegistry(url, settings: Self.settings(timeToLive: .seconds(20)))
        #expect(try await successor.reconcile(services) == Self.change(written: 2))
        try await registry.leave()
        #expect(try await Self.tree(store).count == 2)
        #expect(try await successor.reconcile(services) == Self.change())
        try agent.stop()
        await #expect(throws: KeyValueError.self) { try await successor.refresh() }
        try agent.start()
        #expect(try await !successor.refresh())
        change = nil
        while change == nil { change = try? await successor.reconcile(services) }
        #expect(change == Self.change(written: 2))
        try await successor.leave()
        #expect(try await Self.tree(store).isEmpty)

        let folder = try ScratchFolder()
        try folder.write("store.yaml", "{}")
        let file = try openRegistry(
            RegistryURL("file:\(folder.path)/store.yaml?prefix=apps"), settings: Self.settings(timeToLive: .seconds(20))
        )
        #expect(try await file.reconcile(services) == Self.change(written: 2))
        #expect(try folder.read("store.yaml").contains("apps"))
        let embedded = try openRegistry(
            RegistryURL("embedded:\(folder.path)/db"), settings: Self.settings(timeToLive: .seconds(20)))
        #expect(try await embedded.reconcile(services) == Self.change(written: 2))
        #expect(try await embedded.refresh())
        try await embedded.leave()
    }

    @Test func `a real etcd holds entries by a lease`() async throws {
        let server = try EtcdServer()
        let url = try RegistryURL("etcd://127.0.0.1:\(server.port)/services")
        let registry = try openRegistry(url, settings: Self.settings(timeToLive: .seconds(60)))
        let services = [Self.service("dh1:web:80", "web-80", tags: ["v1"]), Self.service("web-id", "web")]
        try await registry.ping()
        #expect(try await registry.reconcile(services) == Self.change(written: 2))
        #expect(try await registry.reconcile(services) == Self.change())
        #expect(try await registry.refresh())
        let store = try openStore(
            StoreURL("etcd://127.0.0.1:\(server.port)"), environment: [:], logger: Logger(label: "test"))
        #expect(try await Self.tree(store)["services/web-80/dh1:web:80"] == "10.99.0.11:8080 tags=v1")
        // etcd keeps no mark: a custom ID of a registrator before this one is known by its address.
        let successor = try openRegistry(url, settings: Self.settings(timeToLive: .seconds(60)))
        #expect(try await successor.reconcile(services) == Self.change(written: 2))
        try await registry.leave()
        #expect(try await Self.tree(store).count == 2)
        #expect(try await successor.reconcile(services) == Self.change())
        let moved = try await openRegistry(url, settings: Self.settings("dh2")).reconcile([
            Self.service("web-id", "web", address: "10.99.0.12")
        ])
        #expect(moved.refused.map(\.id) == ["web-id"])
        try server.stop()
        try server.start()
        #expect(try await !successor.refresh())
        #expect(try await successor.reconcile(services) == Self.change(written: 2))
        try await successor.leave()
        #expect(try await Self.tree(store).isEmpty)
    }

    @Test(arguments: ["services", "/services/", "a//b/"])
    func `slashes at the ends of a prefix make no difference`(prefix: String) async throws {
        let store = MemoryStore()
        let registry = KeyValueRegistry(store, prefix: prefix, settings: Self.settings())
        _ = try await registry.reconcile([Self.service("dh1:web:80", "web-80")])
        let key = try #require(try await store.list(prefix: "").entries.first).key
        #expect(key == (prefix.hasPrefix("a") ? "a/b" : "services") + "/web-80/dh1:web:80")
        #expect(try await registry.reconcile([]).removed == 1)
    }

    /// The tree that gliderlabs' registrator 7.4.0 wrote for these services.
    @Test func `in compatible mode the tree is gliderlabs' to the octet`() async throws {
        let agent = try ConsulAgent()
        let registry = try openRegistry(
            RegistryURL("consulkv://127.0.0.1:\(agent.port)/services"), settings: Self.settings(isCompatible: true))
        let services = [
            Self.service("dh1:hostnet:80", "hn", 80), Self.service("dh1:perport:80", "http", 8085, tags: ["x"]),
            Self.service("sslid", "https", 8086), Self.service("dh1:multi:443", "lab-443", 8443),
            Self.service("dh1:multi:53:udp", "lab-53", 53, tags: ["udp"]), Self.service("dh1:multi:80", "lab-80", 8082),
            Self.service("dh1:single:80", "lab", 8081, attributes: [.init("host", "a.example.com")]),
            Self.service("dh1:labels:80", "shop", 8084, tags: ["v1"], metadata: ["weight": "3"]),
            Self.service("web-id", "web", 8083, tags: ["b", "a"], metadata: ["region": "us2"]),
        ]
        #expect(try await registry.reconcile(services).written == 9)
        let store = try openStore(
            StoreURL("consul://127.0.0.1:\(agent.port)"), environment: [:], logger: Logger(label: "test"))
        let shown = try await store.list(prefix: "").entries.map { entry in
            "\(entry.key) = \(String(decoding: entry.value, as: UTF8.self)) session=\(entry.session ?? "-") flags=\(entry.flags)"
        }
        #expect(
            shown == [
                "services/hn/dh1:hostnet:80 = 10.99.0.11:80 session=- flags=0",
                "services/http/dh1:perport:80 = 10.99.0.11:8085 session=- flags=0",
                "services/https/sslid = 10.99.0.11:8086 session=- flags=0",
                "services/lab-443/dh1:multi:443 = 10.99.0.11:8443 session=- flags=0",
                "services/lab-53/dh1:multi:53:udp = 10.99.0.11:53 session=- flags=0",
                "services/lab-80/dh1:multi:80 = 10.99.0.11:8082 session=- flags=0",
                "services/lab/dh1:single:80 = 10.99.0.11:8081 session=- flags=0",
                "services/shop/dh1:labels:80 = 10.99.0.11:8084 session=- flags=0",
                "services/web/web-id = 10.99.0.11:8083 session=- flags=0",
            ])
    }
}
