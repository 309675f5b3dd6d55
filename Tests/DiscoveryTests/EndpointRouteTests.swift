import KeyValue
import Routing
import Testing

@testable import Discovery

@Suite struct EndpointRouteTests {
    private func value(_ text: String) throws -> EndpointValue { try EndpointValue(Array(text.utf8)) }

    private func route(_ words: String) throws -> EndpointRoute {
        let value = try value("10.0.0.5:80 " + EndpointText.attribute("route", words))
        try #require(value.problems == [])
        return try #require(value.routes.first)
    }

    @Test func `a route in words says all that a document says`() throws {
        let attached = try route(
            #"host=a.example,*.b.example host=~^v[0-9]{1,2}\. path=/api path="=/exact" methods=GET,PATCH "#
                + #"headers.X-Canary=1 headers.X-Who="a b" strip=/api rewrite="^/old/(.*)$ /new/$1" priority=-7 "#
                + "request_headers.set.X-Env=prod request_headers.remove=X-A,X-B response_headers.set.X-C=d "
                + "timeouts.response_head=5s retries.attempts=0 retries.on=connect,502 limits.request_body=1k")
        let route = attached.route
        #expect(route.hosts == ["a.example", "*.b.example", "~^v[0-9]{1,2}\\."])
        #expect(route.paths == ["/api", "=/exact"])
        #expect(route.methods == ["GET", "PATCH"])
        #expect(
            route.headers == [NameValue(name: "X-Canary", value: "1"), NameValue(name: "X-Who", value: "a b")])
        #expect(route.stripPrefix == "/api")
        #expect(route.rewrite == PathRewrite(match: "^/old/(.*)$", to: "/new/$1"))
        #expect(route.requestHeaders.set == [NameValue(name: "X-Env", value: "prod")])
        #expect(route.requestHeaders.remove == ["X-A", "X-B"])
        #expect(route.responseHeaders.set == [NameValue(name: "X-C", value: "d")])
        #expect(attached.priority == -7)
        #expect(attached.policy.responseHead == 5_000)
        #expect(attached.policy.attempts == 0)
        #expect(attached.policy.causes == [.connect, .status502])
        #expect(attached.policy.requestBodyLimit == .some(1_024))
    }

    @Test(arguments: [
        ("redirect=https://new.example$request_uri", Redirect(to: "https://new.example$request_uri", status: 301)),
        (#"redirect="/moved 308""#, Redirect(to: "/moved", status: 308)),
    ])
    func `a route may redirect`(words: String, redirect: Redirect) throws {
        #expect(try route("host=a.example " + words).route.redirect == redirect)
    }

    @Test func `a bare strip takes off the one prefix`() throws {
        #expect(try route("path=/x strip").route.stripPrefix == "/x")
        #expect(try route("path=/x strip=false").route.stripPrefix == nil)
    }

    @Test func `words and a JSON object say the same`() throws {
        let words = try value(
            #"10.0.0.5:80 weight=2 route_api="host=a.example path=/api headers.X-A=1" route="host=b.example methods=GET""#
        )
        let object = try value(
            #"""
            {"address": "10.0.0.5:80", "weight": 2, "routes": [
              {"name": "api", "hosts": ["a.example"], "paths": ["/api"], "headers": {"X-A": "1"}},
              {"hosts": ["b.example"], "methods": ["GET"]}]}
            """#)
        #expect(words.routes.map(\.name) == ["api", nil])
        #expect(words == object)
    }

    @Test(arguments: [
        (#"route="hots=a""#, #"route: unknown word "hots" in a route: did you mean "host"?"#),
        (#"route_x="path=api""#, #"route_x: path "api": it is /PREFIX, =/EXACT or ~REGEX"#),
        (#"route="methods=get""#, #"route: method "get": methods are written in capitals, GET"#),
        (#"route="rewrite=^/x$""#, #"route: rewrite is "^/x$": it is "REGEX REPLACEMENT", with a blank between"#),
        (#"route="redirect=""#, #"route: redirect is "": it is URL, or "URL STATUS" with a blank between"#),
        (
            #"route="redirect=\"https://a 299\"""#,
            #"route: redirect.status is "299": it is 301, 302, 303, 307 or 308"#
        ),
        (#"route="priority=high""#, #"route: priority is "high": it is a whole number"#),
        (#"route="strip""#, "route: strip stands alone, but path is no single prefix: write strip=/PREFIX"),
        (#"route="methods=GET methods=PUT""#, "route: methods is there twice: write it once"),
        (
            #"route="retries.attempt=1""#,
            #"route: unknown key "attempt" in retries: did you mean "attempts"?"#
        ),
        (#"route="timeout.idle=1s""#, #"route: unknown word "timeout.idle" in a route: did you mean "timeouts.idle"?"#),
        (
            #"route="limits.rate=x""#, #"route: limits.rate is "x": \#(RateLimit.form)"#
        ),
        ("route_=x", "route_ has no name after the underscore: write route_NAME, or route alone"),
        (#"routes=x"#, #"routes is a list in the JSON form: write route="host=NAME path=/PREFIX""#),
    ])
    func `a route that makes no sense is left out, and its endpoint stands`(words: String, problem: String) throws {
        let value = try value("10.0.0.5:80 weight=3 host=a.example \(words)")
        #expect(value.weight == 3)
        #expect(value.mount.hosts == ["a.example"])
        #expect(value.routes == [])
        #expect(value.problems == [problem])
    }

    @Test(arguments: [
        (
            #"{"service": "x"}"#,
            #"routes[0]: a route of an endpoint leads to the endpoint's own service: take service out"#
        ),
        (#"{"allow": ["10.0.0.1/8"]}"#, #"routes[0]: network "10.0.0.1/8": \#(Network.form)"#),
        (#"{"host": "x"}"#, #"routes[0]: unknown key "host" in a route: did you mean "hosts"?"#),
        (#""x""#, "routes[0]: a route is a mapping with hosts, paths and the like"),
    ])
    func `so is a JSON one`(route: String, problem: String) throws {
        let value = try value(
            #"{"address": "10.0.0.5:80", "weight": 3, "routes": [\#(route), {"hosts": ["b.example"]}]}"#)
        #expect(value.weight == 3)
        #expect(value.routes.map(\.route.hosts) == [["b.example"]])
        #expect(value.problems == [problem])
    }

    @Test func `no words crash the reader, and each leaves a route or a problem`() throws {
        let pieces = [
            "host", "path", "strip", "=", " ", "/a", "~", ",", "methods", "headers.", "X", ".", "rewrite", "\"",
            "redirect",
            "request_headers.set.", "retries.on", "priority", "-", "9", "timeouts.", "*", "\u{0}", "é", "limits.",
            "true",
        ]
        var seed: UInt64 = 3
        func random(_ limit: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % limit
        }
        for _ in 0..<5_000 {
            let words = (0..<random(12)).map { _ in pieces[random(pieces.count)] }.joined()
            let value = try value("10.0.0.5:80 " + EndpointText.attribute("route", words))
            #expect(value.routes.isEmpty != value.problems.isEmpty)
        }
    }

    @Test func `of one value so many routes are read and no more`() throws {
        let many = (0..<70).map { "route_r\($0)=host=h\($0)" }.joined(separator: " ")
        let value = try value("10.0.0.5:80 " + many)
        #expect(value.routes.count == EndpointRoute.limit)
        #expect(value.problems.count == 6)
        #expect(value.problems.first == "route_r64 is left out: at most 64 routes are read of one value")
    }

    @Test func `the problems of a tree name the key, and the endpoint stays`() {
        var tree = ServiceTree(prefix: "services/", source: "consul")
        tree.update(listing(["services/web-80/h:a:80": #"10.0.0.1:80 route="hosts=a""#], revision: 4))
        #expect(tree.endpoints.map(\.endpoint.address) == ["10.0.0.1:80"])
        #expect(
            tree.problems.map(\.description) == [
                "services/web-80/h:a:80 (revision 4): route: unknown word \"hosts\" in a route: did you mean \"host\"?"
            ])
        tree.update(listing(["services/web-80/h:a:80": #"10.0.0.1:80 route="host=a""#], revision: 5))
        #expect(tree.problems.isEmpty)
    }

    // MARK: Services' routes

    private func derived(_ values: [String: String], domains: [String] = ["*"]) -> [DerivedRoute] {
        var tree = ServiceTree(prefix: "", source: "t")
        tree.update(listing(values))
        var index = ServiceIndex()
        index.update(tree.endpoints, now: .zero)
        var routes = ServiceRoutes(domains: domains)
        return routes.update(index.groups)
    }

    @Test func `equal routes of a service's endpoints are one, and lead to those endpoints`() {
        let same = #"route_api="host=a.example path=/api methods=GET priority=5""#
        let routes = derived([
            "web-80/h:a:80": "10.0.0.1:80 \(same)", "web-80/h:b:80": "10.0.0.2:80 \(same)",
            "web-80/h:c:80": #"10.0.0.3:80 route_api="host=a.example path=/api methods=POST""#,
        ])
        #expect(routes.map(\.route.name) == ["web-80@api", "web-80@api#2"])
        #expect(routes.map(\.route.methods) == [["GET"], ["POST"]])
        #expect(routes.map(\.priority) == [5, 0])
        #expect(routes.allSatisfy { $0.isExplicit && !$0.isSimple })
        #expect(routes.flatMap(\.route.services).map(\.service) == ["web-80@api", "web-80@api#2"])
        #expect(routes.allSatisfy { $0.route.provenance == Provenance(source: "t:web-80/") })
    }

    @Test func `a route that one value holds twice is one`() {
        let route = #"{"hosts": ["a.example"], "methods": ["GET"]}"#
        let routes = derived(["web-80/h:a:80": #"{"address": "10.0.0.1:80", "routes": [\#(route), \#(route)]}"#])
        #expect(routes.map(\.route.hosts) == [["a.example"]])
    }

    @Test func `a route without hosts has those of its service`() {
        let named = derived(["web-80/h:a:80": #"10.0.0.1:80 host=a.example route_x="path=/x methods=GET""#])
        #expect(named.map(\.route.name) == ["web-80", "web-80@x"])
        #expect(named.map(\.route.hosts) == [["a.example"], ["a.example"]])
        let plain = derived(["web-80/h:a:80": #"10.0.0.1:80 route="path=/x methods=GET""#])
        #expect(plain.map(\.route.hosts) == [["web.*", "web-80.*"]])
        #expect(plain.map(\.isExplicit) == [false])
        #expect(derived(["web-80/h:a:80": #"10.0.0.1:80 route="path=/x""#], domains: []).isEmpty)
    }

    @Test func `a name of a route has nothing in it that no name may have`() {
        let routes = derived([
            "web-80/h:a:80": #"10.0.0.1:80 host=a.example route="host=b.example path=\"~^/a b\"""#
        ])
        #expect(routes.map(\.route.name) == ["web-80", "web-80@b.example~^/a_b"])
    }

    @Test func `a service that lost its endpoints keeps its routes for a while`() throws {
        var tree = ServiceTree(prefix: "", source: "t")
        tree.update(listing(["web-80/h:a:80": #"10.0.0.1:80 route_x="host=a.example methods=GET""#]))
        var index = ServiceIndex()
        index.update(tree.endpoints, now: .zero)
        index.update([], now: .seconds(1))
        var routes = ServiceRoutes(domains: ["*"])
        let route = try #require(routes.update(index.groups).first)
        #expect(route.isVanished)
        #expect(route.route.methods == ["GET"])
    }

    @Test func `only a service that changed is derived anew`() {
        var tree = ServiceTree(prefix: "", source: "t")
        var index = ServiceIndex()
        var routes = ServiceRoutes(domains: ["*"])
        var values = Dictionary(
            uniqueKeysWithValues: (0..<200).map { number in
                ("s\(number)-80/h:a:80", "10.0.0.1:80 route_x=\"host=s\(number).example methods=GET\"")
            })
        func update() -> [DerivedRoute] {
            tree.update(listing(values))
            index.update(tree.endpoints, now: .zero)
            return routes.update(index.groups)
        }
        let before = update()
        values["s7-80/h:a:80"] = #"10.0.0.1:80 route_x="host=s7.example methods=PUT""#
        let after = update()
        #expect(before.count == 200)
        #expect(zip(before, after).filter { $0 !== $1 }.map(\.1.route.name) == ["s7-80@x"])
    }
}
