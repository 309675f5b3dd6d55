import Foundation
import Lab
import Testing

@testable import Renderer

/// The templates of the folder templates/ before the programs that read what they make.
@Suite struct ShippedTemplateTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    /// Settings that turn on all that a template can do.
    private func full(_ domains: String = "*") throws -> [String: String] {
        let certificates = "\(folder.path)/certificates"
        try FileManager.default.createDirectory(atPath: certificates, withIntermediateDirectories: true)
        return [
            "EDGE_CERTIFICATES": certificates, "EDGE_REDIRECT": "https", "EDGE_LISTEN_TLS": "127.0.0.1:2",
            "EDGE_DOMAINS": domains, "EDGE_HEALTH": "tcp", "EDGE_CA": "none",
            "EDGE_TCP": "127.0.0.1:3=web-80 127.0.0.1:4=nothing-here-1 127.0.0.1:5=only-backup-80",
        ]
    }

    private func expectNone(_ refusal: String) {
        #expect(refusal.isEmpty, "\(refusal)")
    }

    private static let stores: [(name: String, entries: [String: String])] = [
        ("empty", [:]), ("one", ["services/web-80/h:c:80": "10.0.0.1:80"]), ("everything", SampleStore.everything),
        ("malformed", SampleStore.malformed), ("hostile", SampleStore.hostile),
        ("all", SampleStore.everything.merging(SampleStore.malformed) { $1 }.merging(SampleStore.hostile) { $1 }),
    ]

    @Test(arguments: stores.map(\.name), ["*", "example.com", "example.com, example.org"])
    func `HAProxy takes what is rendered of any store`(store: String, domains: String) throws {
        let entries = Self.stores.first { $0.name == store }?.entries ?? [:]
        for settings in [["EDGE_DOMAINS": domains], try full(domains)] {
            let text = try ShippedTemplate.haproxy(folder, settings).render(entries)
            expectNone(try ShippedTemplate.haproxyRefusal(of: text, folder))
            #expect(!text.contains("6.6.6.6") || !text.split(separator: "\n").contains { $0.contains("server x") })
        }
    }

    @Test(arguments: stores.map(\.name), ["*", "example.com", "example.com, example.org"])
    func `nginx takes what is rendered of any store`(store: String, domains: String) throws {
        let entries = Self.stores.first { $0.name == store }?.entries ?? [:]
        for settings in [["EDGE_DOMAINS": domains], try full(domains)] {
            let text = try ShippedTemplate.nginx(folder, settings).render(entries)
            expectNone(try ShippedTemplate.nginxRefusal(of: text, folder))
        }
    }

    @Test(arguments: stores.map(\.name))
    func `HAProxy takes the TCP template`(store: String) throws {
        let entries = Self.stores.first { $0.name == store }?.entries ?? [:]
        for health in ["tcp", "/_ping", ""] {
            let settings = [
                "EDGE_USER": "", "EDGE_STATS_SOCKET": "\(folder.path)/s.sock", "EDGE_HEALTH": health,
                "EDGE_TCP": "127.0.0.1:3=web-80 127.0.0.1:4=web-80 127.0.0.1:5=nothing-here-1 127.0.0.1:6=api-3000",
            ]
            let text = try ShippedTemplate("haproxy-tcp.cfg.ctmpl", settings).render(entries)
            expectNone(try ShippedTemplate.haproxyRefusal(of: text, folder))
        }
    }

    @Test func `a thousand services are as good as one`() throws {
        let entries = SampleStore.large(1_000, endpoints: 3)
        let haproxy = try ShippedTemplate.haproxy(folder).render(entries)
        expectNone(try ShippedTemplate.haproxyRefusal(of: haproxy, folder))
        #expect(haproxy.components(separatedBy: "\n    server ").count == 3_001)
        let nginx = try ShippedTemplate.nginx(folder).render(entries)
        expectNone(try ShippedTemplate.nginxRefusal(of: nginx, folder))
        #expect(nginx.components(separatedBy: "\n        server 10.").count == 3_001)
    }

    @Test func `one active manager, the others behind it`() throws {
        let managers = [
            "services/swarm-manager-3375/m1:manager:3375": "10.0.0.1:3375",
            "services/swarm-manager-3375/m2:manager:3375": "10.0.0.2:3375 backup",
            "services/swarm-manager-3375/m3:manager:3375": "10.0.0.3:3375 backup",
            "services/web-80/h:c:80": "10.0.0.4:80",
        ]
        let text = try ShippedTemplate("haproxy-tcp.cfg.ctmpl").render(managers)
        let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let check = "check inter 2s fall 2 rise 1 on-marked-down shutdown-sessions"
        #expect(
            lines.filter { $0.hasPrefix("server ") } == [
                "server m1:manager:3375 10.0.0.1:3375 \(check)",
                "server m2:manager:3375 10.0.0.2:3375 \(check) backup",
                "server m3:manager:3375 10.0.0.3:3375 \(check) backup",
            ])
        #expect(lines.contains("bind :3375") && lines.contains("balance source"))
    }

    struct Target: Decodable {
        var targets: [String]
        var labels: [String: String]
    }

    private func targets(_ entries: [String: String], _ settings: [String: String] = [:]) throws -> [Target] {
        let text = try ShippedTemplate("prometheus-targets.ctmpl", settings).render(entries)
        return try JSONDecoder().decode([Target].self, from: Data(text.utf8))
    }

    @Test func `Prometheus gets JSON with a target for each endpoint`() throws {
        #expect(try targets([:]).isEmpty)
        for (_, entries) in Self.stores { _ = try targets(entries) }
        let all = try targets(SampleStore.everything)
        #expect(all.contains { $0.targets == ["[2001:db8::1]:3000"] && $0.labels["service"] == "api-3000" })
        let any = try #require(all.first { $0.targets == ["10.0.4.4:80"] })
        #expect(
            any.labels == [
                "service": "any-80", "service_base": "any", "docker_host": "h", "container": "a",
                "__metrics_path__": "/stats", "team": "blue",
            ])
        #expect(!all.contains { $0.labels["service"] == "plain" })
        #expect(all.first { $0.targets == ["10.0.3.1:443"] }?.labels["__scheme__"] == "https")
        let marked = try targets(SampleStore.everything, ["EDGE_METRICS": "marked"])
        #expect(marked.map(\.targets) == [["10.0.4.4:80"]])
        #expect(try targets(SampleStore.large(1_000, endpoints: 5)).count == 5_000)
    }

    @Test(arguments: ["haproxy.cfg.ctmpl", "nginx.conf.ctmpl", "haproxy-tcp.cfg.ctmpl", "prometheus-targets.ctmpl"])
    func `the same keys give the same text, whatever came before`(name: String) throws {
        let entries = SampleStore.everything.merging(SampleStore.large(50, endpoints: 4)) { $1 }
        let first = try ShippedTemplate(name).render(entries)
        let other = try ShippedTemplate(name)
        var growing: [String: String] = [:]
        for (key, value) in entries {
            growing[key] = value
            if growing.count % 40 == 0 { _ = try other.render(growing) }
        }
        growing["services/web-80/host9:web.9:80"] = "10.0.0.99:80"
        _ = try other.render(growing)
        growing["services/web-80/host9:web.9:80"] = nil
        #expect(try other.render(growing) == first)
    }

    @Test func `entries at random never make a text that is refused`() throws {
        var generator = SeededGenerator(seed: 11)
        let words = [
            "10.0.0.1:80", "weight=3", "weight=0", "backup", "drain", "host=a.example.com", "host=*.b.example.com,c",
            "host=~^d$", "path=/x", "path=/x/,=/y", "path=~^/z", "strip=/x", "strip", "protocol=h2c", "protocol=https",
            "balance=least-connections", "balance=random-two", "sticky", "health=/h", "health=tcp", "tls_name=n",
            "certificate=c", "note=\"a b\"", "'", "\"", "\\", "{", "}", ";", "#", "$x", "`", "\n", "\u{0}", "%", "é",
            "=",
        ]
        for _ in 0..<12 {
            var entries: [String: String] = [:]
            for index in 0..<60 {
                func word() -> String { words[Int.random(in: 0..<words.count, using: &generator)] }
                let service = Bool.random(using: &generator) ? "s\(index % 9)-80" : "s\(word())\(index % 9)-80"
                let value = (0..<Int.random(in: 0..<5, using: &generator)).map { _ in word() }
                let address = Bool.random(using: &generator) ? "10.0.\(index).1:80" : word()
                entries["services/\(service)/h:c\(index)\(index % 5 == 0 ? word() : ""):80"] =
                    ([address] + value).joined(separator: " ")
            }
            let haproxy = try ShippedTemplate.haproxy(folder, try full()).render(entries)
            expectNone(try ShippedTemplate.haproxyRefusal(of: haproxy, folder))
            let nginx = try ShippedTemplate.nginx(folder, try full()).render(entries)
            expectNone(try ShippedTemplate.nginxRefusal(of: nginx, folder))
            _ = try targets(entries)
        }
    }
}
