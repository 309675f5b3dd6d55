import Testing

@testable import Registrator

@Suite struct PorticoSpellingTests {
    @Test(
        arguments: [
            (["portico.host": "shop.example.com"], "host=shop.example.com"),
            (
                ["portico.host": "a.example, *.b.example", "portico.path": "/api,=/x"],
                "host=a.example,*.b.example path=/api,=/x"
            ),
            (["portico.host": "~^v[0-9]{1,2}\\."], "host=~^v[0-9]{1,2}\\."),
            (["portico.path": "/api", "portico.strip": ""], "path=/api strip=/api"),
            (["portico.path": "/api", "portico.strip": "false"], "path=/api"),
            (["portico.path": "/api", "portico.strip": "/a"], "path=/api strip=/a"),
            (["portico.weight": "5", "portico.backup": "true"], "backup weight=5"),
            (["portico.drain": ""], "drain"),
            (
                ["portico.protocol": "h2c", "portico.balance": "least-connections"],
                "balance=least-connections protocol=h2c"
            ),
            (["portico.health": "/healthz", "portico.health.interval": "5s"], "health=/healthz health_interval=5s"),
            (["portico.health.path": "/h", "portico.health.unhealthy": "3"], "health=/h health_unhealthy=3"),
            (["portico.health.tcp": "true"], "health=tcp"),
            (["portico.sticky": "true"], "sticky"), (["portico.sticky.cookie": "sid"], "sticky=sid"),
            (["portico.label.team": "a b"], #"label_team="a b""#), (["portico.https": "redirect"], "https=redirect"),
            (
                ["portico.host": "a.example", "portico.methods": "get,POST"],
                #"route="host=a.example methods=GET,POST""#
            ),
            (
                ["portico.host": "a.example", "portico.headers.X-Canary": "1"],
                #"route="host=a.example headers.X-Canary=1""#
            ),
            (
                ["portico.host": "a.example", "portico.rewrite": "^/old/(.*)$ /new/$1"],
                #"route="host=a.example rewrite=\"^/old/(.*)$ /new/$1\"""#
            ),
            (
                ["portico.host": "a.example", "portico.redirect": "https://b.example$request_uri 308"],
                #"route="host=a.example redirect=\"https://b.example$request_uri 308\"""#
            ),
            (
                ["portico.host": "a.example", "portico.redirect.to": "/x", "portico.redirect.status": "302"],
                #"route="host=a.example redirect=\"/x 302\"""#
            ),
            (
                ["portico.request_headers.set.X-Env": "prod", "portico.response_headers.remove": "Server"],
                #"route="request_headers.set.X-Env=prod response_headers.remove=Server""#
            ),
            (
                ["portico.timeouts.idle": "5s", "portico.limits.request_body": "1M"],
                #"route="limits.request_body=1M timeouts.idle=5s""#
            ),
            (["portico.priority": "-3"], "route=priority=-3"),
            (["portico.route": "host=a.example methods=GET"], #"route="host=a.example methods=GET""#),
            (
                ["portico.routes.api.host": "a.example", "portico.routes.web.host": "b.example"],
                "route_api=host=a.example route_web=host=b.example"
            ),
        ] as [([String: String], String)])
    func `labels are attributes`(labels: [String: String], words: String) {
        let said = Said(labels)
        #expect(said.words == words)
        #expect(said.problems == [])
    }

    @Test(
        arguments: [
            (["PORTICO_HOST": "a.example", "PORTICO_HEALTH_INTERVAL": "5s"], "host=a.example health_interval=5s"),
            (["PORTICO_HEADERS_X_CANARY": "1"], "route=headers.X-CANARY=1"),
            (["PORTICO_80_HOST": "a.example"], "host=a.example"),
            (["SERVICE_80_HOST": "a.example", "SERVICE_80_WEIGHT": "3"], "host=a.example weight=3"),
            (["SERVICE_PORTICO_HOST": "a.example"], "host=a.example"),
            (["SERVICE_80_PORTICO_STICKY": "true"], "sticky"),
            (
                ["SERVICE_NAME": "web", "SERVICE_REGION": "eu", "SERVICE_80_NAME": "x", "SERVICE_HOST": "db.internal"],
                ""
            ),
            (["PORTICO_STORE": "consul://10.0.0.1:8500", "PORTICO_LOG_LEVEL": "debug"], ""),
        ] as [([String: String], String)])
    func `so are variables`(env: [String: String], words: String) {
        let said = Said([:], env: env)
        #expect(said.words == words)
        #expect(said.problems == [])
    }

    @Test func `what is said of a port counts for it, and before what is said of all`() {
        let said = Said(
            [
                "portico.host": "a.example", "portico.8080.host": "admin.example", "portico.weight": "2",
                "portico.8080.weight": "7",
            ], env: ["PORTICO_80_HOST": "b.example"], ports: [8080, 80, 443])
        #expect(
            said.words == "80: host=b.example weight=2; 443: weight=2; 8080: host=admin.example weight=7")
    }

    @Test func `a route may lead to a port of its own`() {
        let said = Said(
            [
                "portico.host": "a.example", "portico.routes.admin.host": "b.example",
                "portico.routes.admin.port": "9000",
            ])
        #expect(said.words == "80: host=a.example; 9000: host=b.example")
    }

    @Test(
        arguments: [
            ([8080], [:], [], "8080"), ([443, 80], [:], ["443, 80"], "80"), ([9000, 8080], [:], [""], "8080"),
            ([9000, 3000], [:], [""], "3000"), ([], [:], [""], "80"), ([80, 81], ["portico.port": "81"], [], "81"),
            ([80], ["portico.port": "3000"], [], "3000"),
        ] as [([UInt16], [String: String], [String], String)])
    func `who names no port means the only one, or 80, 8080, the lowest`(
        ports: [UInt16], more: [String: String], notes: [String], port: String
    ) throws {
        let said = Said(["portico.host": "a.example"].merging(more) { $1 }, ports: ports)
        #expect(said.wishes.attributes.keys.map(String.init) == [port])
        #expect(said.problems.count == notes.count)
        #expect(said.wishes.problems.allSatisfy { $0.severity == .notice && $0.reason.contains("write portico.port") })
    }

    @Test(arguments: [
        ("portico.hots", "a", #"portico.hots: nothing is called so: did you mean "portico.host"?"#),
        (
            "portico.8080.wieght", "1",
            #"portico.8080.wieght: nothing is called so: did you mean "portico.8080.weight"?"#
        ),
        ("portico.helth.path", "/", #"portico.helth.path: nothing is called so: did you mean "portico.health.path"?"#),
        (
            "portico.health.intervall", "1",
            #"portico.health.intervall: nothing is called so: did you mean "portico.health.interval"?"#
        ),
        (
            "portico.routes.a.hots", "x",
            #"portico.routes.a.hots: nothing is called so: did you mean "portico.routes.a.host"?"#
        ),
        ("portico.frobnicate", "1", "portico.frobnicate: nothing is called so: docs/LABELS.md names them all"),
        ("portico.weight", "heavy", #"portico.weight: weight is "heavy": it is a number from 0 to 65535"#),
        (
            "portico.protocol", "spdy",
            #"portico.protocol: protocol is "spdy": it is http, https, h2c or h2; grpc is h2c, and grpcs is h2"#
        ),
        ("portico.path", "api", #"portico.path: path is "api": it is /PREFIX, =/EXACT or ~REGEX"#),
        (
            "portico.strip", "",
            "portico.strip: it is not said what is taken off, and the path is no single prefix: write the prefix"
        ),
        (
            "portico.redirect.status", "301",
            "portico.redirect.status: a redirect has a target: write portico.redirect=URL"
        ),
        ("portico.rewrite", "^/x$", #"portico.rewrite: "^/x$" is not "REGEX REPLACEMENT", with a blank between"#),
        ("portico.priority", "high", #"portico.priority: "high" is no whole number"#),
        ("portico.enable", "maybe", #"portico.enable: "maybe" is neither true nor false"#),
        ("portico.port", "http", #"portico.port: "http" is no port: it is a number from 1 to 65535"#),
        ("portico.80", "x", "portico.80: 80 is no port that something is said of: write portico.8080.host"),
        ("portico.headers.X Y", "1", "portico.headers.X Y: \"X Y\" is no field's name"),
        ("portico.timeouts.idle", "soon", #"portico.timeouts.idle: route: timeouts.idle is "soon": it is a duration"#),
        ("portico.allow", "10.0.0.1/8", #"portico.allow: allow has "10.0.0.1/8": it is an address or ADDRESS/BITS"#),
        ("portico.basic_auth", "joe:$apr1$x", "portico.basic_auth: it is the name of a set of the edge's"),
    ])
    func `what is wrong is named with what would be right`(label: String, value: String, problem: String) throws {
        let said = Said([label: value])
        #expect(said.problems.count == 1)
        #expect(said.problems.first?.hasPrefix(problem) == true, "\(said.problems)")
    }

    @Test(arguments: [
        (["portico.allow": "10.0.0.0/8,192.0.2.1"], "allow=10.0.0.0/8,192.0.2.1"),
        (["portico.allow": "10.0.0.0/8", "portico.deny": "10.0.0.1/8"], "deny=0.0.0.0/0,::/0"),
        (["portico.allow": "everybody", "portico.deny": "10.0.0.1"], "deny=0.0.0.0/0,::/0"),
        (["portico.basic_auth": "staff"], "basic_auth=staff"), (["portico.basic_auth": "true"], "basic_auth"),
        (["portico.basic_auth": "joe:$apr1$x"], "basic_auth"), (["portico.limits.rate": "10/s"], "limits_rate=10/s"),
    ])
    func `a list that makes no sense lets nobody in`(labels: [String: String], words: String) {
        #expect(Said(labels).words == words)
    }

    @Test func `a variable that is nearly one of ours is named, one that is not is somebody else's`() {
        #expect(
            Said([:], env: ["PORTICO_HOTS": "a"]).problems == [
                #"PORTICO_HOTS: nothing is called so: did you mean "portico.host"?"#
            ])
        #expect(Said([:], env: ["PORTICO_ADMIN": "127.0.0.1:9090"]).problems == [])
    }

    @Test(
        arguments: [
            ([:], false, false), (["portico.enable": "true"], false, true), (["portico.enable": "false"], true, false),
            (["portico.host": "a"], false, true), (["portico.weight": "2"], false, false),
            (["portico.enable": "false", "portico.host": "a"], true, false),
            (["traefik.enable": "false"], true, false), (["traefik.enable": "true"], false, true),
            (["traefik.enable": "false", "portico.enable": "true"], false, true),
        ] as [([String: String], Bool, Bool)])
    func `a container says whether it is to be known`(labels: [String: String], isIgnored: Bool, isEnabled: Bool) {
        let wishes = Said(labels).wishes
        #expect(wishes.isIgnored == isIgnored)
        #expect(wishes.isEnabled == isEnabled)
    }

    @Test func `a value never grows beyond what is read`() {
        var labels: [String: String] = [:]
        for number in 0..<100 {
            labels["portico.routes.r\(number).host"] = String(repeating: "a", count: 60) + ".example"
            labels["portico.routes.r\(number).headers.X-A"] = String(repeating: "b", count: 400)
        }
        let said = Said(labels)
        #expect(said.value().utf8.count <= 16 << 10)
        #expect(said.wishes.attributes[80]?.isEmpty == false)
        #expect(said.problems.contains { $0.contains("write an operator's route") })
    }
}
