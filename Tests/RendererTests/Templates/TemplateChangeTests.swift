import Lab
import Testing

@testable import Renderer

/// Which changes of the store HAProxy needs a reload for.
@Suite struct TemplateChangeTests {
    private let folder: ScratchFolder
    private let template: ShippedTemplate

    init() throws {
        folder = try ScratchFolder()
        template = try ShippedTemplate.haproxy(folder)
    }

    private static let before = [
        "services/web-80/h1:web.1:80": "10.0.0.1:80",
        "services/web-80/h2:web.2:80": "10.0.0.2:80",
        "services/shop-80/h1:shop.1:80": "10.0.1.1:80 host=shop.example.com path=/api strip health=/healthz",
        "services/alone-80/h1:alone.1:80": "10.0.2.1:80 health=/ok sticky",
        "services/tied-80/h1:tied.1:80": "10.0.3.1:80 sticky",
        "services/odd-80/h1:odd.1:80": "10.0.4.1:80 weight=many",
    ]

    /// What a change asks for; an empty value takes the key away.
    private func change(_ edits: [String: String]) throws -> HAProxyChange {
        let old = try template.render(Self.before)
        var entries = Self.before
        for (key, value) in edits { entries[key] = value.isEmpty ? nil : value }
        return .between(old: old, new: try template.render(entries), version: HAProxyVersion(major: 2, minor: 6))
    }

    private static let live: [(String, [String: String])] = [
        ("one comes", ["services/web-80/h3:web.3:80": "10.0.0.3:80"]),
        (
            "one with a check comes",
            ["services/shop-80/h2:shop.2:80": "10.0.1.2:80 host=shop.example.com path=/api strip health=/healthz"]
        ),
        ("one goes", ["services/web-80/h1:web.1:80": ""]),
        ("one moves", ["services/web-80/h1:web.1:80": "10.0.0.9:81"]),
        ("a weight", ["services/web-80/h1:web.1:80": "10.0.0.1:80 weight=9"]),
        ("no weight", ["services/web-80/h1:web.1:80": "10.0.0.1:80 weight=0"]),
        ("it drains", ["services/web-80/h1:web.1:80": "10.0.0.1:80 drain"]),
        ("the last one goes", ["services/alone-80/h1:alone.1:80": ""]),
        ("all of several", ["services/web-80/h1:web.1:80": "", "services/web-80/h2:web.2:80": ""]),
        (
            "another container, another host",
            [
                "services/web-80/h1:web.1:80": "", "services/web-80/h7:web.7:80": "10.0.0.7:80",
            ]
        ),
    ]

    @Test(arguments: live.map(\.0))
    func `goes live`(name: String) throws {
        let edits = try #require(Self.live.first { $0.0 == name }?.1)
        let change = try change(edits)
        guard case .live(let plan) = change else {
            Issue.record("\(change)")
            return
        }
        #expect(plan.changeCount == edits.count)
    }

    @Test func `what is not served or said again is nothing`() throws {
        #expect(try change(["services/odd-80/h1:odd.1:80": "10.0.4.1:80 weight=lots"]) == .nothing)
        #expect(try change(["services/dns-53/h1:dns.1:53:udp": "10.0.5.1:53"]) == .nothing)
        #expect(try change(["services/web-80/h1:web.1:80": "10.0.0.1:80 note=changed"]) == .nothing)
        #expect(try change(["other/key": "x"]) == .nothing)
    }

    private static let reloads: [(String, [String: String])] = [
        ("a service", ["services/new-80/h1:new.1:80": "10.0.6.1:80"]),
        ("a host", ["services/web-80/h1:web.1:80": "10.0.0.1:80 host=www.example.com"]),
        ("a balance", ["services/web-80/h1:web.1:80": "10.0.0.1:80 balance=least-connections"]),
        ("a check", ["services/web-80/h1:web.1:80": "10.0.0.1:80 health=/"]),
        ("a backup", ["services/web-80/h1:web.1:80": "10.0.0.1:80 backup"]),
        ("a protocol", ["services/web-80/h1:web.1:80": "10.0.0.1:80 protocol=h2c"]),
        ("an endpoint that clients will be tied to", ["services/tied-80/h2:tied.2:80": "10.0.3.2:80 sticky"]),
    ]

    @Test(arguments: reloads.map(\.0))
    func `needs a reload`(name: String) throws {
        let change = try change(try #require(Self.reloads.first { $0.0 == name }?.1))
        guard case .reload = change else {
            Issue.record("\(change)")
            return
        }
    }

    @Test func `a service without its last endpoint stays for ten minutes`() throws {
        let first = try template.render(Self.before)
        var entries = Self.before
        entries["services/alone-80/h1:alone.1:80"] = nil
        let gone = try template.render(entries)
        #expect(gone.contains("\nbackend alone-80\n"))
        template.now.seconds += 599
        #expect(try template.render(entries) == gone)
        entries["services/alone-80/h1:alone.2:80"] = "10.0.2.2:80 health=/ok sticky"
        #expect(try template.render(entries).contains("\nbackend alone-80\n"))
        entries["services/alone-80/h1:alone.2:80"] = nil
        _ = try template.render(entries)
        template.now.seconds += 601
        #expect(!(try template.render(entries).contains("\nbackend alone-80\n")))
        #expect(try template.render(Self.before) == first)
    }

    @Test func `one endpoint among 5,000 is one command`() throws {
        var entries = SampleStore.large(1_000, endpoints: 5)
        let old = try template.render(entries)
        let key = try #require(entries.keys.sorted().first { entries[$0]?.contains(" ") == false })
        entries[key] = "10.255.0.1:80"
        let change = HAProxyChange.between(
            old: old, new: try template.render(entries), version: HAProxyVersion(major: 2, minor: 6))
        guard case .live(let plan) = change else {
            Issue.record("\(change)")
            return
        }
        #expect(plan.changeCount == 1)
    }
}
