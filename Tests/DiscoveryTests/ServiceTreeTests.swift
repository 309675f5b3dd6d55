import KeyValue
import Routing
import Testing

@testable import Discovery

@Suite struct ServiceTreeTests {
    private func tree() -> ServiceTree { ServiceTree(prefix: "services/", source: "consul") }

    @Test func `a malformed entry is left out with its key and revision, and the others stand`() {
        var tree = tree()
        tree.update(
            listing(
                [
                    "services/web-80/h:a:80": "10.0.0.1:80", "services/web-80/h:b:80": "nonsense",
                    "services/web-80/bad/": "10.0.0.2:80", "services/": "", "services/web-80/": "",
                    "services/dns-53/h:d:53:udp": "10.0.0.3:53", "services/x-80/h:c:80": "10.0.0.4:80 protocol=tcp",
                ], revision: 7))
        #expect(tree.endpoints.map(\.endpoint.address) == ["10.0.0.1:80"])
        #expect(
            tree.endpoints[0].endpoint.provenance
                == Provenance(source: "consul:services/web-80/h:a:80", revision: 7))
        #expect(
            tree.problems.map(\.subject) == [
                "services/web-80/bad/", "services/web-80/h:b:80", "services/x-80/h:c:80",
            ])
        #expect(
            tree.problems.map(\.description).first
                == "services/web-80/bad/ (revision 7): there is a slash too many: "
                + "a key is services/SERVICE-PORT/HOST:CONTAINER:PORT")
        #expect(
            tree.problems.last?.reason
                == "protocol is \"tcp\": it is http, https, h2c or h2; grpc is h2c, and grpcs is h2")
    }

    @Test func `a rewrite of the same value is the same entry`() {
        var tree = tree()
        let values = ["services/web-80/h:a:80": "10.0.0.1:80", "services/web-80/h:b:80": "10.0.0.2:80"]
        tree.update(listing(values, revision: 1))
        let before = tree.endpoints
        tree.update(listing(values, revision: 2))
        #expect(zip(before, tree.endpoints).allSatisfy { $0 === $1 })
        tree.update(listing(values.merging(["services/web-80/h:a:80": "10.0.0.9:80"]) { $1 }, revision: 3))
        #expect(tree.endpoints[0] !== before[0])
        #expect(tree.endpoints[0].revision == 3)
        #expect(tree.endpoints[1] === before[1])
    }

    @Test func `after any sequence of listings the tree is what the last one alone gives`() {
        var tree = tree()
        var seed: UInt64 = 42
        func random(_ limit: UInt64) -> UInt64 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (seed >> 33) % limit
        }
        for round in 0..<200 {
            var values: [String: String] = [:]
            for _ in 0..<random(20) {
                values["services/s\(random(4))-80/h:c\(random(12)):80"] =
                    random(5) == 0 ? "bad" : "10.0.0.\(random(9)):80"
            }
            tree.update(listing(values, revision: UInt64(round)))
            var fresh = self.tree()
            fresh.update(listing(values))
            #expect(tree.endpoints.map(\.key) == fresh.endpoints.map(\.key))
            #expect(tree.endpoints.map(\.endpoint.address) == fresh.endpoints.map(\.endpoint.address))
            #expect(tree.problems.map(\.subject) == fresh.problems.map(\.subject))
        }
    }

    @Test func `of two keys with one address the one written last counts`() throws {
        var tree = tree()
        let entries = [("services/web-80/h:a:80", 9), ("services/web-80/h:b:80", 5)].map { key, revision in
            KeyValueEntry(key: key, value: Array("10.0.0.1:80".utf8), modifyIndex: UInt64(revision))
        }
        tree.update(KeyValueListing(entries: entries, index: 9))
        var index = ServiceIndex()
        index.update(tree.endpoints, now: .zero)
        let group = try #require(index.groups.first)
        #expect(group.service.endpoints.map(\.provenance.revision) == [9])
        #expect(group.problems.map(\.subject) == ["services/web-80/h:b:80"])
        #expect(group.problems.map(\.severity) == [.notice])
    }

    @Test func `a service of which nothing changed stays the same object`() {
        var tree = tree()
        var index = ServiceIndex()
        var values = ["services/a-80/h:a:80": "10.0.0.1:80", "services/b-80/h:b:80": "10.0.0.2:80"]
        tree.update(listing(values))
        index.update(tree.endpoints, now: .zero)
        let before = index.groups
        values["services/b-80/h:c:80"] = "10.0.0.3:80"
        tree.update(listing(values))
        index.update(tree.endpoints, now: .zero)
        #expect(index.groups[0] === before[0])
        #expect(index.groups[1] !== before[1])
    }

    @Test func `a service without endpoints is remembered for a while and then forgotten`() {
        var tree = tree()
        var index = ServiceIndex()
        tree.update(listing(["services/a-80/h:a:80": "10.0.0.1:80 host=a.example"]))
        index.update(tree.endpoints, now: .zero)
        index.update([], now: .seconds(1))
        #expect(index.groups.map(\.name) == ["a-80"])
        #expect(index.groups.map(\.isVanished) == [true])
        #expect(index.groups.first?.places.places.first?.route.route.hosts == ["a.example"])
        #expect(index.nextExpiry == .seconds(601))
        index.update([], now: .seconds(601))
        #expect(index.groups.isEmpty)
        #expect(index.nextExpiry == nil)
        index.update(tree.endpoints, now: .seconds(602))
        index.update([], now: .seconds(603))
        index.update(tree.endpoints, now: .seconds(604))
        #expect(index.groups.map(\.isVanished) == [false])
    }
}
