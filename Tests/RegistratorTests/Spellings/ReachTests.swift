import Discovery
import KeyValue
import Lab
import Registrator
import Routing
import Testing
import Wire

/// From labels to the endpoint that a request gets to: what is written is read again, and leads there.
@Suite struct ReachTests {
    /// The table of containers that say something each, as the registrator would write them.
    private struct Cluster {
        var entries: [KeyValueEntry] = []
        var problems: [String] = []

        mutating func run(
            _ name: String, _ labels: [String: String] = [:], env: [String: String] = [:], ports: [UInt16] = [80]
        ) {
            let wishes = Spellings.read(labels: labels, environment: env, ports: ports)
            problems += wishes.problems.filter { $0.severity == .warning }.map(\.description)
            for port in Set(ports).union(wishes.attributes.keys).sorted() {
                let attributes = (wishes.attributes[port] ?? []).map { EndpointText.attribute($0.name, $0.value) }
                let value = (["10.0.0.\(entries.count + 1):\(port)"] + attributes).joined(separator: " ")
                entries.append(
                    KeyValueEntry(
                        key: "services/\(name)-\(port)/h:\(name):\(port)", value: Array(value.utf8), modifyIndex: 1))
            }
        }

        /// The table, and what is wrong on the way there.
        func table() -> (table: RoutingTable, problems: [String]) {
            var tree = ServiceTree(prefix: "services/", source: "t")
            let sorted = entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            tree.update(KeyValueListing(entries: sorted, index: 1))
            var index = ServiceIndex()
            index.update(tree.endpoints, now: .zero)
            var routes = ServiceRoutes(domains: ["*"])
            var description = TableDescription()
            description.routes = routes.update(index.groups).map(\.route)
            description.services = index.groups.map(\.service)
            let (table, problems) = RoutingTable.compile(description, previous: nil)
            return (table, tree.problems.map(\.description) + problems.map { "\($0)" })
        }
    }

    /// The service that a request gets to, `-> URL` of a redirect, with the path as it is forwarded if that changes.
    private func way(
        _ table: RoutingTable, _ host: String, _ path: String = "/", method: String = "GET",
        fields: [(String, String)] = []
    ) -> String {
        var head = Array("\(method) \(path) HTTP/1.1\r\n".utf8)
        var parsed: [HeaderField] = []
        for (name, value) in fields {
            let start = UInt32(head.count)
            head += Array("\(name): \(value)\r\n".utf8)
            parsed.append(
                HeaderField(
                    nameStart: start, nameCount: UInt16(name.utf8.count),
                    valueStart: start + UInt32(name.utf8.count) + 2, valueCount: UInt32(value.utf8.count),
                    lineEnd: UInt32(head.count), name: .other))
        }
        let (hostOctets, pathOctets, name) = (Array(host.utf8), Array(path.utf8), Array(method.utf8))
        let known: [String: Method] = ["GET": .get, "POST": .post, "PUT": .put]
        let match = unsafe table.match(
            host: hostOctets.span.bytes, path: pathOctets.span.bytes, method: known[method] ?? .other,
            methodName: name.span.bytes, head: head.span.bytes, fields: parsed.span)
        guard case .route(let route) = match else { return match == .noRoute ? "404" : "405" }
        if let redirect = table.routeDescription(at: route).redirect { return "-> \(redirect.to)" }
        let service = table.routeDescription(at: route).services.first?.service ?? "?"
        guard let forwarded = unsafe table.forwardedPath(of: route, path: pathOctets.span.bytes) else { return service }
        return "\(service) \(String(decoding: forwarded, as: UTF8.self))"
    }

    @Test func `a container with VIRTUAL_HOST is reached at that name and at no other`() {
        var cluster = Cluster()
        cluster.run("foo", env: ["VIRTUAL_HOST": "foo.example.com"])
        cluster.run("bar", env: ["VIRTUAL_HOST": "bar.example.com"])
        let (table, problems) = cluster.table()
        #expect(problems == [])
        #expect(cluster.problems == [])
        #expect(way(table, "foo.example.com") == "foo-80")
        #expect(way(table, "foo.example.com", "/any/path") == "foo-80")
        #expect(way(table, "bar.example.com") == "bar-80")
        #expect(way(table, "foo.elsewhere.example") == "404")
        #expect(way(table, "other.example.com") == "404")
    }

    @Test func `each spelling leads to its container`() {
        var cluster = Cluster()
        cluster.run("a", ["portico.host": "a.example", "portico.path": "/api", "portico.strip": "true"])
        cluster.run(
            "two",
            [
                "traefik.http.routers.x.rule": "Host(`b.example`) && (PathPrefix(`/v1`) || Method(`PUT`))",
                "traefik.http.services.x.loadbalancer.server.port": "9000",
            ])
        cluster.run(
            "c",
            [
                "SERVICE_TAGS":
                    "urlprefix-c.example/x strip=/x,urlprefix-old.example/ redirect=301,https://c.example$path"
            ])
        cluster.run("d", env: ["VIRTUAL_HOST": "*.d.example,~^d[0-9]+\\.", "VIRTUAL_PATH": "/p", "VIRTUAL_DEST": "/q"])
        cluster.run("e", ["com.df.notify": "true", "com.df.serviceDomain": "e.example", "com.df.servicePath": "/s"])
        let (table, problems) = cluster.table()
        #expect(problems == [])
        #expect(cluster.problems == [])
        #expect(way(table, "a.example", "/api/1") == "a-80 /1")
        #expect(way(table, "a.example", "/other") == "404")
        #expect(way(table, "b.example", "/v1/x") == "two-9000")
        #expect(way(table, "b.example", "/other", method: "PUT") == "two-9000")
        #expect(way(table, "b.example", "/other") == "405")
        #expect(way(table, "c.example", "/x/y") == "c-80 /y")
        #expect(way(table, "old.example", "/y") == "-> https://c.example$request_uri")
        #expect(way(table, "x.d.example", "/p/1") == "d-80 /q/1")
        #expect(way(table, "d7.example", "/p") == "d-80 /q/")
        #expect(way(table, "e.example", "/s/t") == "e-80")
    }

    @Test func `the more a route asks for the stronger it is`() {
        var cluster = Cluster()
        cluster.run("stable", ["portico.host": "shop.example"])
        cluster.run("canary", ["portico.host": "shop.example", "portico.headers.X-Canary": "1"])
        cluster.run("writes", ["portico.host": "shop.example", "portico.methods": "POST,PUT"])
        cluster.run(
            "any", ["traefik.http.routers.any.rule": "PathPrefix(`/`)", "traefik.http.routers.any.priority": "1"])
        let (table, problems) = cluster.table()
        #expect(problems == [])
        #expect(way(table, "shop.example") == "stable-80")
        #expect(way(table, "shop.example", fields: [("x-canary", "1")]) == "canary-80")
        #expect(way(table, "shop.example", method: "POST") == "writes-80")
        #expect(way(table, "whatever.example") == "any-80")
    }

    @Test func `several routes of one container, with what they do`() {
        var cluster = Cluster()
        cluster.run(
            "web",
            [
                "portico.routes.api.host": "a.example", "portico.routes.api.path": "/api",
                "portico.routes.api.rewrite": "^/api/(.*)$ /v2/$1", "portico.routes.old.host": "old.example",
                "portico.routes.old.redirect": "https://a.example$request_uri 308",
                "portico.routes.admin.host": "admin.example", "portico.routes.admin.port": "9000",
            ])
        let (table, problems) = cluster.table()
        #expect(problems == [])
        #expect(table.routeNames.sorted() == ["web-80@api", "web-80@old", "web-9000"])
        #expect(way(table, "a.example", "/api/x") == "web-80 /v2/x")
        #expect(way(table, "old.example") == "-> https://a.example$request_uri")
        #expect(way(table, "admin.example") == "web-9000")
        #expect(way(table, "web.example") == "404")
    }

    @Test func `paths with commas and blanks keep their meaning`() {
        var cluster = Cluster()
        cluster.run("a", ["traefik.http.routers.x.rule": "Host(`a.example`) && (PathPrefix(`/x,y`) || Path(`/z,`))"])
        cluster.run(
            "b", ["traefik.http.routers.x.rule": "Host(`b.example`) && HeaderRegexp(`User-Agent`, `two words \"q\"`)"])
        let (table, problems) = cluster.table()
        #expect(problems == [])
        #expect(way(table, "a.example", "/x,y/1") == "a-80")
        #expect(way(table, "a.example", "/x,yz") == "404")
        #expect(way(table, "a.example", "/z,") == "a-80")
        #expect(way(table, "b.example", fields: [("User-Agent", #"has two words "q" in it"#)]) == "b-80")
        #expect(way(table, "b.example") == "404")
    }

    @Test func `whatever labels say, what is written is read as an endpoint`() throws {
        let names = [
            "portico.host", "portico.path", "portico.strip", "portico.weight", "portico.headers.X-A", "portico.rewrite",
            "portico.redirect", "portico.route", "portico.routes.a b.host", "portico.routes.é.path", "portico.80.host",
            "portico.methods", "portico.timeouts.idle", "portico.protocol", "portico.balance", "portico.priority",
            "traefik.http.routers.x.rule", "traefik.http.routers.x.middlewares", "VIRTUAL_HOST_MULTIPORTS",
            "traefik.http.middlewares.m.stripprefix.prefixes", "traefik.http.middlewares.m.addprefix.prefix",
            "traefik.http.services.s.loadbalancer.server.port", "VIRTUAL_HOST", "VIRTUAL_PATH", "VIRTUAL_DEST",
            "VIRTUAL_PORT", "VIRTUAL_PROTO", "HSTS", "SERVICE_TAGS", "SERVICE_80_HOST", "com.df.notify",
            "com.df.servicePath", "com.df.serviceDomain", "com.df.reqPathSearchReplace", "com.df.servicePath.2",
        ]
        let pieces = [
            "a.example", "/api", ",", " ", "~", "^", "*", "=", "\"", "\\", "`", "Host(`x`)", "&&", "true", "80", "é",
            "\n",
            "{", "}", ":", "m", "urlprefix-", "$1", "(", ")", "\u{0}", "GET", "301", "https://", "5s", "1", "?",
        ]
        var generator = SeededGenerator(seed: 23)
        for _ in 0..<4_000 {
            var labels: [String: String] = [:]
            for _ in 0..<Int.random(in: 1..<8, using: &generator) {
                let name = names[Int.random(in: 0..<names.count, using: &generator)]
                labels[name] = (0..<Int.random(in: 0..<7, using: &generator))
                    .map { _ in pieces[Int.random(in: 0..<pieces.count, using: &generator)] }.joined()
            }
            let wishes = Spellings.read(labels: labels, environment: [:], ports: [80, 443])
            for (_, attributes) in wishes.attributes {
                #expect(attributes.allSatisfy { EndpointText.isName($0.name) })
                #expect(Set(attributes.map(\.name)).count == attributes.count)
                let words = attributes.map { EndpointText.attribute($0.name, $0.value) }
                let value = try EndpointValue(Array((["10.0.0.5:80"] + words).joined(separator: " ").utf8))
                #expect(value.problems == [], "\(labels)")
            }
        }
    }
}
