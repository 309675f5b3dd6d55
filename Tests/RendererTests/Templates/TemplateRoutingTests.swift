import Foundation
import Lab
import Testing

@testable import Renderer

/// HAProxy and nginx, started with what is rendered, lead requests where the edge leads them.
@Suite(.serialized) struct TemplateRoutingTests {
    enum Proxy: String, CaseIterable, Sendable {
        case haproxy
        case nginx

        /// Starts it, in `folder`, with what its template makes of `entries`.
        func start(
            _ entries: [String: String], _ settings: [String: String], in folder: ScratchFolder
        ) throws -> ChildProcess {
            switch self {
            case .haproxy:
                let text = try ShippedTemplate.haproxy(folder, settings).render(entries)
                return try ChildProcess(
                    Command.path(of: "haproxy"), ["-db", "-f", try folder.write("haproxy.cfg", text)])
            case .nginx:
                let text = try ShippedTemplate.nginx(folder, settings).render(entries)
                return try ChildProcess(
                    Command.path(of: "nginx"),
                    ["-e", "stderr", "-g", "daemon off;", "-c", try folder.write("nginx.conf", text)])
            }
        }
    }

    /// A running proxy before backends that are called like their containers.
    private struct Setting {
        let port: UInt16
        let folder: ScratchFolder
        let backends: [String: TestBackend]
        let process: ChildProcess

        init(_ proxy: Proxy, _ values: [String: String], _ settings: [String: String] = [:]) throws {
            let backends = try Dictionary(uniqueKeysWithValues: values.keys.map { ($0, try TestBackend($0)) })
            var entries: [String: String] = [:]
            for (name, value) in values {
                let service = name.prefix { $0 != "." }
                let address = backends[name]?.address ?? ""
                entries["services/\(service)/h:\(name):80"] = "\(address) \(value)"
            }
            let (folder, port) = (try ScratchFolder(), try FreePort.next())
            let settings = settings.merging(["EDGE_LISTEN": "127.0.0.1:\(port)"]) { $1 }
            process = try proxy.start(entries, settings, in: folder)
            (self.port, self.folder, self.backends) = (port, folder, backends)
            try process.waitForPort(port)
        }

        /// Who answers, or with which status nobody does.
        func ask(_ host: String, _ target: String = "/") throws -> String {
            let answer = try RawClient(port: port).get(target, host: host)
            return answer["X-Backend"] ?? "\(answer.status)"
        }

        /// The target that a backend was asked for last.
        func target(at name: String) -> String? {
            backends[name]?.requests.last?.head.startLine.split(separator: " ").dropFirst().first.map(String.init)
        }
    }

    private static let everywhere = [
        "web-80.1": "", "web-8080.1": "", "api-3000.1": "", "Big-80.1": "", "plain.1": "",
        "shop-80.1": "host=shop.example.com,*.shop.example.com", "part-80.1": "host=shop.example.com path=/api strip",
        "deep-80.1": "host=shop.example.com path=/api/v2,=/api/exact strip=/api",
        "expr-80.1": #"host=~^v[0-9]+\.example\.com$ path=~^/x[0-9]+"#, "root-80.1": "path=/p",
        "label-80.1": "host=label.*",
    ]

    /// Host, target, who answers, and the target that he sees.
    private static let cases: [(host: String, target: String, answer: String, seen: String)] = [
        ("web.anything.test", "/", "web-80.1", "/"), ("WEB.anything.test:8080", "/a?b=c", "web-80.1", "/a?b=c"),
        ("web", "/", "web-80.1", "/"), ("web-80.test", "/", "web-80.1", "/"), ("web-8080.test", "/", "web-8080.1", "/"),
        ("web-9090.test", "/", "404", ""), ("api.test", "/", "api-3000.1", "/"), ("api-3000", "/", "api-3000.1", "/"),
        ("big.test", "/", "Big-80.1", "/"), ("plain.test", "/", "plain.1", "/"), ("x.web.test", "/", "404", ""),
        ("unknown.test", "/", "404", ""), ("shop-80.test", "/", "404", ""), ("portico:nothing", "/", "404", ""),
        ("shop.example.com", "/", "shop-80.1", "/"), ("shop.example.com.", "/q", "shop-80.1", "/q"),
        ("a.b.shop.example.com", "/", "shop-80.1", "/"), ("xshop.example.com", "/", "404", ""),
        ("shop.example.com", "/api", "part-80.1", "/"), ("shop.example.com", "/api/x?y", "part-80.1", "/x?y"),
        ("shop.example.com", "/apix", "shop-80.1", "/apix"), ("shop.example.com", "/api/v2", "deep-80.1", "/v2"),
        ("shop.example.com", "/api/v2/z", "deep-80.1", "/v2/z"), ("shop.example.com", "/api/v22", "part-80.1", "/v22"),
        ("shop.example.com", "/api/exact", "deep-80.1", "/exact"),
        ("shop.example.com", "/api/exact/no", "part-80.1", "/exact/no"),
        ("v12.example.com", "/x7", "expr-80.1", "/x7"), ("v12.example.com", "/y", "404", ""),
        ("vx.example.com", "/x7", "404", ""), ("root.test", "/p/q", "root-80.1", "/p/q"), ("root.test", "/", "404", ""),
        ("label.any.test", "/", "label-80.1", "/"), ("label", "/", "label-80.1", "/"),
    ]

    @Test(arguments: Proxy.allCases)
    func `hosts and paths lead where the edge leads them`(proxy: Proxy) throws {
        let setting = try Setting(proxy, Self.everywhere)
        for (host, target, answer, seen) in Self.cases {
            #expect(try setting.ask(host, target) == answer, "\(proxy): \(host) \(target)")
            if !seen.isEmpty { #expect(setting.target(at: answer) == seen, "\(proxy): \(host) \(target)") }
        }
    }

    @Test(arguments: Proxy.allCases)
    func `default hosts are in the domains alone`(proxy: Proxy) throws {
        let setting = try Setting(
            proxy, ["web-80.1": "", "shop-80.1": "host=shop.other.test", "Up-80.1": ""],
            ["EDGE_DOMAINS": "example.com, example.org"])
        let answers = [
            "web.example.com": "web-80.1", "web-80.example.org": "web-80.1", "web.example.net": "404", "web": "404",
            "a.web.example.com": "404", "shop.other.test": "shop-80.1", "shop.example.com": "404",
            "up.example.com": "Up-80.1", "example.com": "404", "webexample.com": "404",
        ]
        for (host, answer) in answers { #expect(try setting.ask(host) == answer, "\(proxy): \(host)") }
    }

    @Test(arguments: Proxy.allCases)
    func `backups, drains and weights of nothing wait`(proxy: Proxy) throws {
        let setting = try Setting(
            proxy,
            [
                "a-80.1": "", "a-80.2": "backup", "a-80.3": "drain", "a-80.4": "weight=0", "b-80.1": "backup",
                "c-80.1": "drain", "c-80.2": "backup",
            ])
        for _ in 0..<12 { #expect(try setting.ask("a.test") == "a-80.1") }
        #expect(try setting.ask("b.test") == "b-80.1")
        #expect(try setting.ask("c.test") == "c-80.2")
        setting.backends["a-80.1"]?.stop()
        #expect(try setting.ask("a.test").isEmpty == false)
        // HAProxy finds out by its checks alone, which these services have none of.
        if proxy == .nginx { #expect(try setting.ask("a.test") == "a-80.2") }
    }

    @Test(arguments: Proxy.allCases)
    func `an endpoint that refuses is passed over`(proxy: Proxy) throws {
        let setting = try Setting(proxy, ["a-80.1": "", "a-80.2": "", "a-80.3": ""])
        setting.backends["a-80.2"]?.stop()
        for _ in 0..<12 { #expect(["a-80.1", "a-80.3"].contains(try setting.ask("a.test"))) }
    }

    @Test(arguments: Proxy.allCases)
    func `what a client says of itself is not believed`(proxy: Proxy) throws {
        let setting = try Setting(proxy, ["a-80.1": ""])
        let forged = ["X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: https", "X-Real-IP: 6.6.6.6", "Proxy: evil"]
        _ = try RawClient(port: setting.port).get(host: "a.test:81", fields: forged)
        let head = try #require(setting.backends["a-80.1"]?.requests.last?.head)
        #expect(head["X-Forwarded-For"] == "127.0.0.1" && head["X-Real-IP"] == "127.0.0.1")
        #expect(head["X-Forwarded-Proto"] == "http" && head["X-Forwarded-Host"] == "a.test:81")
        #expect(head["X-Forwarded-Port"] == "\(setting.port)" && head["Host"] == "a.test:81")
        #expect(head["Proxy"] == nil && head["X-Request-Id"]?.isEmpty == false)
    }

    @Test func `a client that is tied to an endpoint stays with it`() throws {
        let setting = try Setting(.haproxy, ["a-80.1": "sticky", "a-80.2": "sticky", "a-80.3": "sticky"])
        let first = try RawClient(port: setting.port).get(host: "a.test")
        let cookie = try #require(first["Set-Cookie"]?.split(separator: ";").first)
        #expect(cookie.hasPrefix("portico="))
        for _ in 0..<9 {
            let answer = try RawClient(port: setting.port).get(host: "a.test", fields: ["Cookie: \(cookie)"])
            #expect(answer["X-Backend"] == first["X-Backend"])
        }
    }

    @Test func `an endpoint whose check fails gets nothing, and comes back`() throws {
        let setting = try Setting(
            .haproxy, ["a-80.1": "health=/ok", "a-80.2": "health=/ok"], ["EDGE_CHECK_INTERVAL": "50ms"])
        setting.backends["a-80.2"]?.behave(.status(503))
        try setting.process.wait(until: "without a-80.2") {
            try (0..<8).allSatisfy { _ in try setting.ask("a.test") == "a-80.1" }
        }
        setting.backends["a-80.2"]?.behave(.identity)
        try setting.process.wait(until: "with a-80.2 again") { try setting.ask("a.test") == "a-80.2" }
    }

    // MARK: Bytes as they are

    /// A proxy that forwards to `backends`, whose values end in `attributes`.
    private func forward(
        _ proxy: Proxy, _ backends: [TestBackend], _ attributes: [String], _ folder: ScratchFolder
    ) throws -> (process: ChildProcess, port: UInt16) {
        let port = try FreePort.next()
        var entries: [String: String] = [:]
        for (backend, attributes) in zip(backends, attributes) {
            entries["services/swarm-manager-3375/\(backend.name):manager:3375"] = "\(backend.address) \(attributes)"
        }
        let settings = ["EDGE_TCP": "127.0.0.1:\(port)=swarm-manager-3375", "EDGE_CHECK_INTERVAL": "50ms"]
        let process: ChildProcess
        switch proxy {
        case .haproxy:
            let more = ["EDGE_USER": "", "EDGE_STATS_SOCKET": "\(folder.path)/s.sock"]
            let text = try ShippedTemplate("haproxy-tcp.cfg.ctmpl", settings.merging(more) { $1 }).render(entries)
            process = try ChildProcess(
                Command.path(of: "haproxy"), ["-db", "-f", try folder.write("haproxy.cfg", text)])
        case .nginx:
            let more = ["EDGE_LISTEN": "127.0.0.1:\(try FreePort.next())"]
            let text = try ShippedTemplate.nginx(folder, settings.merging(more) { $1 }).render(entries)
            process = try ChildProcess(
                Command.path(of: "nginx"),
                ["-e", "stderr", "-g", "daemon off;", "-c", try folder.write("nginx.conf", text)])
        }
        try process.waitForPort(port)
        return (process, port)
    }

    @Test(arguments: Proxy.allCases)
    func `one manager is used, the next one while it is away, and it again`(proxy: Proxy) throws {
        let folder = try ScratchFolder()
        let managers = try (1...3).map { try TestBackend("m\($0)") }
        let (process, port) = try forward(proxy, managers, ["", "backup", "drain"], folder)
        func answer() throws -> String? { try? RawClient(port: port).get(host: "any")["X-Backend"] }
        for _ in 0..<6 { #expect(try answer() == "m1") }
        managers[0].stop()
        try process.wait(until: "at the second manager") { try answer() == "m2" }
        try managers[0].start()
        try process.wait(until: "at the first manager again") { try answer() == "m1" }
        #expect(managers[2].requestCount == 0)
    }

    @Test(arguments: Proxy.allCases)
    func `a client's address decides which manager it gets`(proxy: Proxy) throws {
        let folder = try ScratchFolder()
        let managers = try (1...4).map { try TestBackend("m\($0)") }
        let (process, port) = try forward(proxy, managers, ["", "", "", ""], folder)
        var seen: Set<String> = []
        for host in 1...24 {
            let source = "127.0.\(host).1"
            let answers = try (0..<3).map { _ in
                let stream = try RawClient(port: port).connect(from: source)
                try stream.socket.send("GET / HTTP/1.1\r\nHost: any\r\n\r\n", by: .after(.seconds(10)))
                return try stream.answer(by: .after(.seconds(10)))["X-Backend"] ?? "none"
            }
            #expect(Set(answers).count == 1, "\(source): \(answers)")
            seen.formUnion(answers)
        }
        #expect(seen.count > 1)
        process.signal(SIGTERM)
    }
}
