import Lab
import Testing

@testable import KeyValue

@Suite struct CatalogStateTests {
    /// A Consul as it is at one moment.
    private struct World {
        struct Instance: Equatable {
            var port: UInt16 = 80
            var tag = "a"
            var isCritical = false
        }

        var services: [String: [String: Instance]] = [:]
        var failingNodes: Set<String> = []
        var index: UInt64 = 1

        func instances(_ service: String) -> [CatalogInstance] {
            (services[service] ?? [:]).map { id, instance in
                var result = CatalogInstance(
                    node: node(id), service: service, id: id, address: "10.0.0.1", port: instance.port)
                result.tags = [instance.tag]
                result.status = instance.isCritical || failingNodes.contains(node(id)) ? .critical : .passing
                return result
            }
        }

        func node(_ id: String) -> String { "n\(id.utf8.last ?? 0)" }

        var servicesNews: CatalogState.News {
            var news = CatalogState.News()
            news.services = services.mapValues { Set($0.values.map(\.tag)).reduce(0) { $0 &+ $1.hashValue } }
            news.index = index
            return news
        }

        func checksNews() throws -> CatalogState.News {
            var checks: [String] = []
            for (service, instances) in services {
                for (id, instance) in instances {
                    checks.append(
                        CatalogChecksTests.check(
                            "service:\(id)", instance.isCritical ? "critical" : "passing", service: service,
                            instance: id, node: node(id)))
                }
            }
            for node in failingNodes { checks.append(CatalogChecksTests.check("serf", "critical", node: node)) }
            var news = CatalogState.News()
            news.checks = try CatalogChecks(Array("[\(checks.joined(separator: ","))]".utf8).span)
            news.index = index
            return news
        }

        var keys: Set<String> {
            let entries = CatalogEntries(settings: CatalogStateTests.settings)
            return Set(
                services.keys.flatMap { service in
                    var hadPorts = true
                    return entries.entries(instances(service), hadPorts: &hadPorts).map(\.key)
                })
        }
    }

    fileprivate static let settings: StoreURL.Catalog = {
        var settings = StoreURL.Catalog(consul: StoreURL.Consul(addresses: []))
        settings.namesPorts = false
        return settings
    }()

    private static func state(prefix: String = "services/") -> CatalogState {
        CatalogState(entries: CatalogEntries(settings: settings), prefix: prefix)
    }

    private static func keys(_ event: KeyValueWatchEvent?) -> Set<String>? {
        guard case .listing(let listing, _, _) = event else { return nil }
        return Set(listing.entries.map(\.key))
    }

    private static let away = KeyValueError(.unavailable, "away")

    /// A state that has told the world.
    private static func settled(_ world: World) throws -> CatalogState {
        var state = state()
        #expect(state.hear(world.servicesNews) == nil)
        #expect(state.hear(try world.checksNews()) == nil)
        state.take(Dictionary(uniqueKeysWithValues: state.batch.map { ($0, world.instances($0)) }))
        #expect(keys(state.event()) == world.keys)
        return state
    }

    @Test func `nothing is told before everything is known`() throws {
        let world = World(services: ["api": ["a1": .init()], "web": ["w1": .init(), "w2": .init()]])
        var state = Self.state()
        #expect(state.batch.isEmpty)
        #expect(state.event() == nil)
        _ = state.hear(world.servicesNews)
        #expect(state.batch.isEmpty)
        _ = state.hear(try world.checksNews())
        #expect(state.batch == ["api", "web"])
        state.take(["web": world.instances("web")])
        #expect(state.event() == nil)
        state.take(["api": world.instances("api")])
        #expect(Self.keys(state.event()) == world.keys)
        #expect(state.event() == nil)
        #expect(state.batch.isEmpty)
    }

    @Test func `what has surely changed is asked for first, and told before what may have`() throws {
        var world = World()
        for number in 0..<200 { world.services["s\(number)"] = ["i\(number)": .init()] }
        var state = try Self.settled(world)
        world.services["new"] = ["n1": .init()]
        world.services["s7"]?["i7"]?.tag = "b"
        world.services["s8"] = nil
        world.index = 2
        _ = state.hear(world.servicesNews)
        #expect(state.batch == ["new", "s7"])
        state.take(["new": world.instances("new"), "s7": world.instances("s7")])
        #expect(Self.keys(state.event()) == world.keys)
        #expect(state.batch.count == CatalogState.batchCount)
        world.services["s9"]?["i9"]?.isCritical = true
        _ = state.hear(try world.checksNews())
        // The checks of what is gone, and of what is new, have changed as well.
        #expect(state.batch.contains("s9"))
        #expect(state.batch.count < 5)
    }

    @Test func `a node's check concerns all that runs on it`() throws {
        var world = World(services: ["api": ["x1": .init()], "db": ["x2": .init()], "web": ["y1": .init()]])
        var state = try Self.settled(world)
        world.failingNodes = [world.node("x1")]
        _ = state.hear(try world.checksNews())
        #expect(state.batch == ["api", "web"])
    }

    @Test func `an outage is told once, and what comes after it as such, when all of it is known anew`() throws {
        var world = World(services: ["api": ["x1": .init()], "web": ["y1": .init()]])
        var state = try Self.settled(world)
        var lost = CatalogState.News()
        lost.servicesError = Self.away
        guard case .unavailable = state.hear(lost) else {
            Issue.record("the outage is not told")
            return
        }
        #expect(state.hear(lost) == nil)
        #expect(state.fail(Self.away) == nil)
        // Nothing is told, and nobody asked, while one of the two is not answered.
        #expect(state.event() == nil)
        _ = state.hear(try world.checksNews())
        #expect(state.batch.isEmpty)
        #expect(state.event() == nil)
        world.services["web"] = nil
        var back = world.servicesNews
        back.isFirstAfterOutage = true
        back.isRegressed = true
        _ = state.hear(back)
        #expect(state.batch == ["api"])
        state.take(["api": world.instances("api")])
        guard case .listing(let listing, isRegressed: true, isFirstAfterOutage: true) = state.event() else {
            Issue.record("what comes after it is not told as such")
            return
        }
        #expect(Set(listing.entries.map(\.key)) == world.keys)
        #expect(listing.index == back.index)
    }

    @Test func `the same after an outage is told too, and nothing else that is the same`() throws {
        let world = World(services: ["web": ["y1": .init()]])
        var state = try Self.settled(world)
        _ = state.hear(world.servicesNews)
        #expect(state.batch == ["web"])
        state.take(["web": world.instances("web")])
        #expect(state.event() == nil)
        _ = state.fail(Self.away)
        _ = state.hear(world.servicesNews)
        state.take(["web": world.instances("web")])
        guard case .listing(_, isRegressed: false, isFirstAfterOutage: true) = state.event() else {
            Issue.record("the end of the outage is not told")
            return
        }
    }

    @Test func `a prefix sees its own`() throws {
        let world = World(services: ["api": ["x1": .init()], "web": ["y1": .init()]])
        var state = Self.state(prefix: "services/web/")
        _ = state.hear(world.servicesNews)
        _ = state.hear(try world.checksNews())
        #expect(state.batch == ["web"])
        state.take(["web": world.instances("web")])
        #expect(Self.keys(state.event())?.count == 1)
    }

    @Test(arguments: 0..<40)
    func `whatever changes in whatever order, the end is the world as it is`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var world = World()
        var state = Self.state()
        var told: Set<String>?
        func note(_ event: KeyValueWatchEvent?) {
            if let keys = Self.keys(event) { told = keys }
        }
        func ask() {
            state.take(Dictionary(uniqueKeysWithValues: state.batch.map { ($0, world.instances($0)) }))
            note(state.event())
        }
        for _ in 0..<300 {
            let service = "s\(Int.random(in: 0..<8, using: &generator))"
            let id = "\(service)-\(Int.random(in: 0..<3, using: &generator))"
            world.index += 1
            switch Int.random(in: 0..<13, using: &generator) {
            case 0, 1: world.services[service, default: [:]][id] = .init(port: .random(in: 80...90, using: &generator))
            case 2: world.services[service]?[id] = nil
            case 3: world.services[service]?[id]?.isCritical.toggle()
            case 4: world.services[service]?[id]?.tag = ["a", "b"].randomElement(using: &generator) ?? "a"
            case 5: world.failingNodes = Bool.random(using: &generator) ? ["n48"] : []
            case 6: world.services[service]?[id]?.port = .random(in: 80...90, using: &generator)
            case 7: note(state.hear(world.servicesNews))
            case 8: note(state.hear(try world.checksNews()))
            case 9: note(state.fail(Self.away))
            case 10:
                var news = CatalogState.News()
                news.checksError = Self.away
                note(state.hear(news))
            default: ask()
            }
            if world.services[service]?.isEmpty == true { world.services[service] = nil }
        }
        note(state.hear(world.servicesNews))
        note(state.hear(try world.checksNews()))
        var rounds = 0
        repeat {
            ask()
            rounds += 1
        } while !state.batch.isEmpty && rounds < 20
        #expect(told == world.keys)
    }
}
