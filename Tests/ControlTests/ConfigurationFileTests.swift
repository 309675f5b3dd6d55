import Certificates
import Discovery
import Gateway
import Routing
import Testing

@testable import Control

@Suite struct ConfigurationFileTests {
    static let full = """
        listeners:
          - address: "127.0.0.1:8080"
            redirect: https
          - { address: "unix:/run/x.sock", tls: { minimum: "1.3", hsts: max-age=1, default: x, ocsp: false }, http2: false }
        store: consul://127.0.0.1:8500
        prefixes: { services: /svc, routes: r/, certs: c }
        domains: [Example.com, "*"]
        defaults:
          balance: least-connections
          timeouts: { connect: 500ms, request_head: 5s, response_head: 1m, idle: 30s, upstream_idle: 0, tunnel: 2h }
          retries: { attempts: 3, on: [connect, "502", 503] }
          limits: { request_head: 16k, request_body: 10M, connections_per_endpoint: 100 }
        services:
          shop-80: { balance: random-two, protocol: grpcs, tls: { server_name: a.test, verify: false }, limits: { request_body: unlimited } }
        routes:
          - name: shop
            hosts: [shop.example.com, "*.shop.example.com"]
            paths: [/api/]
            service: shop-80
            timeouts: { response_head: 3s }
        access_log: { path: /tmp/x.log, format: json, sample: 12.5% }
        workers: 3
        store_grace: 10s
        state_dir: /var/lib/portico
        certs: /etc/portico/certs
        """

    @Test func `every key of the contract that this version acts on is understood`() throws {
        let file = ConfigurationFile(Self.full, source: "portico.yaml")
        #expect(file.errors.map(\.description) == [])
        let configuration = file.configuration
        #expect(configuration.listeners.map(\.name) == ["127.0.0.1:8080", "unix:/run/x.sock"])
        #expect(configuration.listeners.map(\.gateway.redirectsToHTTPS) == [true, false])
        #expect(configuration.store == "consul://127.0.0.1:8500")
        #expect(configuration.listeners.map(\.gateway.tls?.minimum) == [nil, .tls13])
        #expect(configuration.listeners.map(\.certificates?.fallback) == [nil, .named("x")])
        #expect(configuration.certificateFolder == "/etc/portico/certs")
        #expect(configuration.prefixes.services == "svc/")
        #expect(configuration.prefixes.certificates == "c/")
        #expect(configuration.domains == ["example.com", "*"])
        #expect(configuration.defaults.balance == .leastConnections)
        #expect(configuration.defaults.connect == 500)
        #expect(configuration.limits.requestHeadTimeout == 5_000)
        #expect(configuration.defaults.responseHead == 60_000)
        #expect(configuration.defaults.idle == 30_000)
        #expect(configuration.defaults.upstreamIdle == 0)
        #expect(configuration.defaults.tunnel == 7_200_000)
        #expect(configuration.defaults.attempts == 3)
        #expect(configuration.defaults.causes == [.connect, .status502, .status503])
        #expect(configuration.limits.headBytes == 16 << 10)
        #expect(configuration.defaults.requestBodyLimit == .some(10 << 20))
        #expect(configuration.defaults.connectionsPerEndpoint == 100)
        #expect(configuration.services["shop-80"]?.balance == .randomTwo)
        #expect(configuration.services["shop-80"]?.protocol == .h2)
        #expect(configuration.services["shop-80"]?.tls.serverName == "a.test")
        #expect(configuration.services["shop-80"]?.tls.verifies == false)
        #expect(configuration.services["shop-80"]?.requestBodyLimit == .some(nil))
        let route = try #require(configuration.routes.first)
        #expect(route.route.provenance.source == "portico.yaml:16:5")
        #expect(route.policy.responseHead == 3_000)
        #expect(configuration.accessLog == AccessLogConfiguration(path: "/tmp/x.log", format: .json, sample: 0.125))
        #expect(configuration.workers == 3)
        #expect(configuration.storeGrace == .seconds(10))
        #expect(configuration.stateDirectory == "/var/lib/portico")
    }

    @Test(arguments: ["", "# nothing\n", "workers: auto\nlisteners:\n"])
    func `what is not said stays at its default`(text: String) {
        let file = ConfigurationFile(text, source: "p")
        #expect(file.errors.map(\.description) == [])
        #expect(file.configuration == EdgeConfiguration())
    }

    @Test(arguments: [
        ("listners: []", ["p:1:1: unknown key \"listners\" in the configuration: did you mean \"listeners\"?"]),
        (
            "zebra: 1",
            [
                "p:1:1: unknown key \"zebra\" in the configuration: known are "
                    + ConfigurationFile.keys.joined(separator: ", ")
            ]
        ),
        (
            "admin: { address: here }",
            [
                "p:1:19: admin.address is \"here\": an address is 127.0.0.1:9090, [::1]:9090, :9090 or unix:/run/x.sock; "
                    + "off turns it off"
            ]
        ),
        (
            "admin: { token: short }",
            [
                "p:1:17: admin.token has 5 octets: at least 16 by chance, better in a file of its own (token_file)"
            ]
        ),
        (
            "listeners:\n  - adress: \":80\"",
            [
                "p:2:5: unknown key \"adress\" in a listener: did you mean \"address\"?",
                "p:2:5: a listener has no address: add address: \":80\"",
            ]
        ),
        (
            "listeners:\n  - address: \"localhost:80\"",
            ["p:2:14: address is \"localhost:80\": \(ListenAddress.forms)"]
        ),
        (
            "listeners: [{address: \"127.0.0.1:80\"}, {address: \"127.0.0.1:80\"}]",
            ["p:1:50: address \"127.0.0.1:80\" is there twice: each listener has its own"]
        ),
        ("workers: many", ["p:1:10: workers (auto, or a number) is \"many\": it is a whole number from 1 to 1024"]),
        ("store_grace: 5", ["p:1:14: store_grace is \"5\": it is a duration such as 500ms, 2s, 5m or 1h, up to 1000h"]),
        (
            "defaults: { balance: best }",
            [
                "p:1:22: balance is \"best\": it is one of round-robin, least-connections, random-two, peak-ewma, hash, "
                    + "source, first"
            ]
        ),
        ("defaults: { balance: round-robbin }", ["p:1:22: balance is \"round-robbin\": did you mean \"round-robin\"?"]),
        (
            "defaults: { retries: { on: [never], budget: 20 } }",
            [
                "p:1:29: \"never\" in retries.on: it is one of connect, refused, reset, timeout, invalid, 429, 500, 502, "
                    + "503, 504",
                "p:1:45: retries.budget is \"20\": it is a share from 0% to 100%",
            ]
        ),
        (
            "services: { a: { hedge: { after: p40 } } }",
            ["p:1:34: hedge.after is \"p40\": it is p95 (p50 to p99.9) or a duration such as 50ms"]
        ),
        (
            "services: { a: { retries: { budget: { share: 30%, most: 1 } }, limits: { queue: soon } } }",
            [
                "p:1:51: unknown key \"most\" in retries.budget: known are share, minimum",
                "p:1:81: limits.queue is \"soon\": it is a duration such as 500ms, 2s, 5m or 1h, up to 1000h",
            ]
        ),
        (
            "routes: [{ name: r, service: s, retries: { budget: 20% }, limits: { connections: 1, queue: 1s } }]",
            [
                "p:1:52: a budget is its service's, not the route's: write it under services: NAME:",
                "p:1:82: connections is its service's: write it under services: NAME:",
                "p:1:92: queue is its service's: write it under services: NAME:",
            ]
        ),
        (
            "services: { a: { timeouts: { request_head: 1s } } }",
            ["p:1:44: request_head is waited for before the route is known: write it under defaults:"]
        ),
        (
            "defaults: { limits: { request_head: 2M, request_body: big } }",
            [
                "p:1:37: limits.request_head is \"2M\": it is a size from 1k to 64k",
                "p:1:55: limits.request_body is \"big\": it is a size such as 32k, 10M or 1G, or unlimited",
            ]
        ),
        ("domains: [\"*.example.com\"]", ["p:1:10: domain \"*.example.com\": a domain is example.com, or * for any"]),
        (
            "access_log: { sample: 2, format: xml }",
            [
                "p:1:23: access_log.sample is \"2\": it is a share from 0% to 100%",
                "p:1:34: access_log.format is \"xml\": it is combined, json, or a line with variables, such as "
                    + "'$remote_addr \"$request\" $status'",
            ]
        ),
        (
            "prefixes: { services: a, routes: a }",
            ["p:1:11: the prefixes of services, routes and certs differ, and none is empty"]
        ),
        (
            "prefixes: { certs: services }",
            ["p:1:11: the prefixes of services, routes and certs differ, and none is empty"]
        ),
        (
            "services: { a: { protocol: spdy } }",
            ["p:1:28: protocol is \"spdy\": it is http, https, h2c or h2; grpc is h2c, and grpcs is h2"]
        ),
        (
            "routes:\n  - {name: a, service: x}\n  - {name: a, service: y}\n  - {service: z}",
            [
                "p:3:5: route \"a\" is there twice: each name once",
                "p:4:5: a route has no name: add name: NAME, unlike any other's",
            ]
        ),
        ("a: b: c", ["p:1:5: mapping values are not allowed in this context"]),
        ("workers: 1\nworkers: 2", ["p:1:1: \"workers\" is there twice: each key once"]),
        (
            "[1, 2]",
            [
                "p:1:1: the configuration is a mapping of keys and values: "
                    + ConfigurationFile.keys.joined(separator: ", ")
            ]
        ),
    ])
    func `errors name the place and what would be right, all at once`(text: String, errors: [String]) {
        #expect(ConfigurationFile(text, source: "p").errors.map(\.description) == errors)
    }

    @Test(arguments: [
        (":80", true), ("127.0.0.1:8080", true), ("[::]:443", true), ("unix:/run/x.sock", true), ("[::1]:0", true),
        ("80", false), ("localhost:80", false), ("unix:", false), (":", false), (":65536", false), ("", false),
        ("unix:/" + String(repeating: "x", count: 107), false),
    ])
    func `addresses to listen at`(text: String, isGood: Bool) {
        #expect((ListenAddress(text: text) != nil) == isGood)
    }

    @Test func `no file crashes the reader, and what is not understood is not used in silence`() {
        var seed: UInt64 = 11
        func random(_ limit: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((seed >> 33) % UInt64(limit))
        }
        let lines = Self.full.split(separator: "\n", omittingEmptySubsequences: false)
        let pieces = [
            "[", "]", "{", "}", ":", "- ", "\"", "~", "&a ", "*a", "!!x ", "\t", "|", "\u{0}", "null", "%", "-1",
        ]
        for _ in 0..<400 {
            var text = lines.map(String.init)
            for _ in 0...random(3) {
                let index = random(text.count)
                switch random(3) {
                case 0: text.remove(at: index)
                case 1: text.swapAt(index, random(text.count))
                default:
                    let offset = text[index].index(text[index].startIndex, offsetBy: random(text[index].count + 1))
                    text[index].insert(contentsOf: pieces[random(pieces.count)], at: offset)
                }
            }
            let file = ConfigurationFile(text.joined(separator: "\n"), source: "p")
            for error in file.errors { #expect(error.line > 0 && error.column > 0 && !error.message.isEmpty) }
        }
    }
}
