import Routing
import Testing

@testable import Discovery

@Suite struct RouteTreeTests {
    private func tree(_ document: String) -> RouteTree {
        var tree = RouteTree(prefix: "routes/", source: "consul")
        tree.update(listing(["routes/shop": document], revision: 3))
        return tree
    }

    @Test(arguments: [
        """
        hosts: [shop.example.com]
        paths: [/api/, "=/exact", "~^/v[0-9]+/"]
        methods: [GET, POST]
        headers: { X-Canary: "1" }
        services: { shop-80: 90, shop-canary-80: 10 }
        strip_prefix: /api
        rewrite: { match: "^/old/(.*)$", to: "/new/$1" }
        request_headers: { set: {X-Env: prod}, remove: [X-Debug] }
        response_headers: { set: {Strict-Transport-Security: "max-age=31536000"} }
        """,
        #"""
        {"name": "shop", "hosts": ["shop.example.com"], "paths": ["/api/", "=/exact", "~^/v[0-9]+/"],
         "methods": ["GET", "POST"], "headers": {"X-Canary": "1"},
         "services": {"shop-80": 90, "shop-canary-80": 10}, "strip_prefix": "/api",
         "rewrite": {"match": "^/old/(.*)$", "to": "/new/$1"},
         "request_headers": {"set": {"X-Env": "prod"}, "remove": ["X-Debug"]},
         "response_headers": {"set": {"Strict-Transport-Security": "max-age=31536000"}}}
        """#,
    ])
    func `a route is YAML or JSON`(document: String) throws {
        let tree = tree(document)
        #expect(tree.problems.map(\.description) == [])
        let route = try #require(tree.routes.first?.document.route)
        #expect(route.name == "shop")
        #expect(route.provenance == Provenance(source: "consul:routes/shop", revision: 3))
        #expect(route.hosts == ["shop.example.com"])
        #expect(route.paths == ["/api/", "=/exact", "~^/v[0-9]+/"])
        #expect(route.methods == ["GET", "POST"])
        #expect(route.headers == [NameValue(name: "X-Canary", value: "1")])
        #expect(
            route.services == [
                WeightedService(service: "shop-80", weight: 90), WeightedService(service: "shop-canary-80", weight: 10),
            ])
        #expect(route.stripPrefix == "/api")
        #expect(route.rewrite == PathRewrite(match: "^/old/(.*)$", to: "/new/$1"))
        #expect(route.requestHeaders.set == [NameValue(name: "X-Env", value: "prod")])
        #expect(route.requestHeaders.remove == ["X-Debug"])
        #expect(route.responseHeaders.set.map(\.name) == ["Strict-Transport-Security"])
    }

    @Test(arguments: [
        ("", ["1:1: a route is a mapping with hosts or paths, and service, services or redirect"]),
        ("hosts: [a]", ["1:1: a route leads nowhere: add service: NAME, services: or redirect:"]),
        ("service: a\nhost: [b]", ["2:1: unknown key \"host\" in a route: did you mean \"hosts\"?"]),
        ("service: a\nallow: [10.0.0.1/8]", ["2:9: network \"10.0.0.1/8\": \(Network.form)"]),
        ("service: a\nname: b", ["2:7: name is \"b\", the key says \"shop\": take name out, or let it say the same"]),
        ("service: [\n", ["2:1: while parsing a flow node, but did not find expected node content"]),
        ("service: a\nservice: b", ["1:1: \"service\" is there twice: each key once"]),
        ("service: a\nmethods: get", ["2:10: method \"get\": methods are written in capitals, GET"]),
        ("service: a\npaths: [x]", ["2:9: path \"x\": it is /PREFIX, =/EXACT or ~REGEX"]),
        ("service: a\nredirect: {to: b}", ["2:11: a route with a redirect has no service: take one of the two out"]),
        (
            "redirect: {to: b, status: 200}\nhosts: {}",
            [
                "1:27: redirect.status is \"200\": it is 301, 302, 303, 307 or 308",
                "2:8: hosts is a list: [one, two]",
            ]
        ),
        (
            "service: a\nbalance: hash",
            ["2:10: balance is its service's, not the route's: write it under services: NAME:"]
        ),
        (
            "service: a\nprotocol: h2c\ntls: {}",
            [
                "2:11: protocol is its service's, not the route's: write it under services: NAME:",
                "3:6: tls is its service's, not the route's: write it under services: NAME:",
            ]
        ),
        (
            "services: {a: 0}",
            ["1:11: services names none with a share above 0: services: { NAME: 90, OTHER: 10 }"]
        ),
        ("? [a]\n: b", ["1:3: a key is no plain text: keys are words followed by a colon"]),
    ])
    func `a route that makes no sense is left out, with the place and what would be right`(
        document: String, reasons: [String]
    ) {
        let tree = tree(document)
        #expect(tree.routes.isEmpty)
        #expect(tree.problems.map(\.reason) == reasons)
        #expect(tree.problems.allSatisfy { $0.subject == "routes/shop" })
    }

    @Test(arguments: [
        String(repeating: "[", count: 30_000),
        String(repeating: "- ", count: 30_000),
        String(repeating: "{a: ", count: 10_000),
        "a: &x [y, y]\n" + String(repeating: "b: [*x, *x, *x, *x, *x]\n", count: 5),
        (0..<350).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
    ])
    func `documents that are built to hurt are refused`(document: String) async {
        // On a task of the pool, whose stack is the smaller one.
        let problems = await Task { tree(document).problems }.value
        #expect(problems.count >= 1)
    }

    @Test func `the other routes stand, and the same value is not read again`() {
        var tree = RouteTree(prefix: "routes/", source: "consul")
        let values = ["routes/a": "service: x", "routes/b": "nonsense", "routes/": ""]
        tree.update(listing(values, revision: 1))
        tree.update(listing(values, revision: 2))
        #expect(tree.routes.map(\.document.route.name) == ["a"])
        #expect(tree.routes.map(\.revision) == [1])
        #expect(tree.problems.map(\.subject) == ["routes/b"])
    }
}
