import KeyValue
import Routing
import Testing

@testable import Discovery

/// Places whose last endpoint has gone while their service stays.
@Suite struct LostPlacesTests {
    /// A store's services over time.
    private struct Setting {
        var tree = ServiceTree(prefix: "", source: "t")
        var index = ServiceIndex()
        var routes = ServiceRoutes(domains: ["*"])

        /// Which hosts lead where at `now`; `-` for those that have nobody.
        mutating func ways(_ values: [String: String], at now: Int) -> [String: String] {
            tree.update(listing(values))
            index.update(tree.endpoints, now: .seconds(now))
            let services = index.groups.flatMap { [$0] + $0.parts }
            var ways: [String: String] = [:]
            for derived in routes.update(index.groups) {
                let service = services.first { $0.name == derived.route.services.first?.service }
                let addresses = service?.service.endpoints.map { String($0.address.dropLast(3)) } ?? ["unknown"]
                #expect(derived.isVanished == addresses.isEmpty)
                for host in derived.route.hosts {
                    ways[host] = addresses.isEmpty ? "-" : addresses.joined(separator: " ")
                }
            }
            return ways
        }
    }

    private static let both = [
        "web-80/h:a:80": "10.0.0.1:80 host=a.example", "web-80/h:b:80": "10.0.0.2:80 host=b.example",
    ]
    private static let b = ["web-80/h:b:80": "10.0.0.2:80 host=b.example"]

    @Test func `a host whose last container stops has nobody for ten minutes, and is then unknown`() {
        var setting = Setting()
        #expect(setting.ways(Self.both, at: 0) == ["a.example": "10.0.0.1", "b.example": "10.0.0.2"])
        #expect(setting.ways(Self.b, at: 5) == ["a.example": "-", "b.example": "10.0.0.2"])
        #expect(setting.index.nextExpiry == .seconds(605))
        let before = setting.index.groups
        #expect(setting.ways(Self.b, at: 604) == ["a.example": "-", "b.example": "10.0.0.2"])
        #expect(setting.index.groups[0] === before[0])
        #expect(setting.ways(Self.b, at: 605) == ["b.example": "10.0.0.2"])
        #expect(setting.index.nextExpiry == nil)
    }

    @Test func `a host that another container takes up is that one's`() {
        var setting = Setting()
        _ = setting.ways(Self.both, at: 0)
        _ = setting.ways(Self.b, at: 1)
        let next = Self.b.merging(["web-80/h:c:80": "10.0.0.3:80 host=a.example"]) { $1 }
        #expect(setting.ways(next, at: 2) == ["a.example": "10.0.0.3", "b.example": "10.0.0.2"])
        #expect(setting.ways(Self.b, at: 3) == ["a.example": "-", "b.example": "10.0.0.2"])
        #expect(setting.index.nextExpiry == .seconds(603))
    }

    @Test func `a host that its container no longer asks for is not lost but given up`() {
        var setting = Setting()
        _ = setting.ways(Self.both, at: 0)
        let moved = Self.b.merging(["web-80/h:a:80": "10.0.0.1:80 host=c.example"]) { $1 }
        #expect(setting.ways(moved, at: 1) == ["c.example": "10.0.0.1", "b.example": "10.0.0.2"])
        #expect(setting.index.nextExpiry == nil)
    }

    @Test func `a service that returns piece by piece has nobody where nobody has returned`() {
        var setting = Setting()
        _ = setting.ways(Self.both, at: 0)
        #expect(setting.ways([:], at: 1) == ["a.example": "-", "b.example": "-"])
        #expect(setting.ways(Self.b, at: 2) == ["a.example": "-", "b.example": "10.0.0.2"])
        #expect(setting.ways(Self.both, at: 3) == ["a.example": "10.0.0.1", "b.example": "10.0.0.2"])
        #expect(setting.index.nextExpiry == nil)
    }

    @Test func `default hosts are lost like others`() {
        var setting = Setting()
        let plain = Self.b.merging(["web-80/h:p:80": "10.0.0.9:80"]) { $1 }
        _ = setting.ways(plain, at: 0)
        #expect(setting.ways(Self.b, at: 1) == ["b.example": "10.0.0.2", "web.*": "-", "web-80.*": "-"])
    }

    @Test func `whatever comes and goes, the living are those that the listing alone gives`() {
        var setting = Setting()
        var seed: UInt64 = 7
        func random(_ limit: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % limit
        }
        let wishes = ["", " host=a.example", " host=b.example", " host=a.example,c.example", " host=d.example path=/x"]
        for round in 0..<300 {
            var values: [String: String] = [:]
            for _ in 0..<random(6) {
                let name = random(5)
                values["web-80/h:c\(name):80"] = "10.0.0.\(name):80" + wishes[random(wishes.count)]
            }
            var fresh = Setting()
            let living = setting.ways(values, at: round * 60).filter { $0.value != "-" }
            #expect(living == fresh.ways(values, at: 0))
        }
    }

    @Test func `so many are remembered and no more`() {
        var lost = LostPlaces(limit: 3)
        var tree = ServiceTree(prefix: "", source: "t")
        tree.update(listing(["web-80/h:a:80": "10.0.0.1:80 host=a,b,c,d,e"]))
        lost.note(tree.endpoints, of: "web-80", until: .seconds(9))
        #expect(lost.places(of: "web-80", besides: [], now: .zero).count == 3)
        lost.expire(now: .seconds(9))
        #expect(lost.nextExpiry == nil)
    }
}
