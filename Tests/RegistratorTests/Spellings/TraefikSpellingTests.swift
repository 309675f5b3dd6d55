import Testing

@testable import Registrator

@Suite struct TraefikSpellingTests {
    private static let web = "traefik.http.routers.web"
    private static let host = ["traefik.http.routers.web.rule": "Host(`a.example`)"]

    @Test(
        arguments: [
            (host, "host=a.example"),
            ([web + ".rule": "Host(`a.example`) && PathPrefix(`/api`)"], "host=a.example path=/api"),
            ([web + ".rule": "PathPrefix(`/api`)"], "host=* path=/api"),
            (["TRAEFIK.HTTP.Routers.Web.Rule": "Host(`a.example`)"], "host=a.example"),
            (
                [web + ".rule": "Host(`a.example`) && Method(`GET`)", web + ".priority": "20"],
                #"route_web="host=a.example methods=GET priority=20""#
            ),
            (
                [web + ".rule": "Host(`a.example`) && Header(`X-A`, `1`) || Host(`b.example`)"],
                #"route_web-1="host=a.example headers.X-A=1" route_web-2=host=b.example"#
            ),
            (
                [
                    "traefik.http.routers.a.rule": "Host(`a.example`)",
                    "traefik.http.routers.b.rule": "Host(`b.example`)",
                ],
                "route_a=host=a.example route_b=host=b.example"
            ),
            (
                ["traefik.http.services.s.loadbalancer.server.port": "3000"].merging(host) { $1 },
                "3000: host=a.example"
            ),
            (
                [
                    "traefik.http.services.s.loadbalancer.server.scheme": "h2c",
                    "traefik.http.services.s.loadbalancer.sticky.cookie": "true",
                    "traefik.http.services.s.loadbalancer.sticky.cookie.name": "sid",
                    "traefik.http.services.s.loadbalancer.healthcheck.path": "/h",
                    "traefik.http.services.s.loadbalancer.healthcheck.interval": "10",
                    "traefik.http.services.s.loadbalancer.healthcheck.timeout": "2s",
                ].merging(host) { $1 },
                "host=a.example health=/h health_interval=10s health_timeout=2s protocol=h2c sticky=sid"
            ),
            (
                ["traefik.http.services.s.loadbalancer.sticky": "true"].merging(host) { $1 }, "host=a.example sticky"
            ),
            (
                [
                    web + ".rule": "Host(`a.example`) && (PathPrefix(`/api`) || PathPrefix(`/v1`))",
                    web + ".middlewares": "s",
                    "traefik.http.middlewares.s.stripprefix.prefixes": "/api,/v1",
                ],
                #"route_web-1="host=a.example path=/api strip=/api" route_web-2="host=a.example path=/v1 strip=/v1""#
            ),
            (
                [
                    web + ".rule": "Host(`a.example`) && PathPrefix(`/api`)", web + ".middlewares": "S@docker, p",
                    "traefik.http.middlewares.s.stripprefix.prefixes": "/api",
                    "traefik.http.middlewares.p.addprefix.prefix": "/v2/",
                ],
                #"route_web="host=a.example path=/api strip=/api rewrite=\"^(.*)$ /v2$1\"""#
            ),
            (
                [
                    web + ".middlewares": "chained", "traefik.http.middlewares.chained.chain.middlewares": "h,chained",
                    "traefik.http.middlewares.h.headers.customrequestheaders.X-Env": "prod",
                    "traefik.http.middlewares.h.headers.customResponseHeaders.Server": "",
                    "traefik.http.middlewares.h.headers.stsSeconds": "300",
                ].merging(host) { $1 },
                #"route_web="host=a.example request_headers.set.X-Env=prod "#
                    + #"response_headers.set.Strict-Transport-Security=max-age=300 response_headers.remove=Server""#
            ),
            (
                [
                    web + ".middlewares": "r", "traefik.http.middlewares.r.replacepathregex.regex": "^/old/(.*)",
                    "traefik.http.middlewares.r.replacepathregex.replacement": "/new/$1",
                ].merging(host) { $1 },
                #"route_web="host=a.example rewrite=\"^/old/(.*)(?<rest>.*)$ /new/$1${rest}\"""#
            ),
        ] as [([String: String], String)])
    func `labels are attributes`(labels: [String: String], words: String) {
        let said = Said(labels)
        #expect(said.words == words)
        #expect(said.problems == [])
        #expect(said.wishes.isEnabled)
    }

    @Test func `the usual pair of routers, one of which sends to https, is one route`() {
        let said = Said([
            "traefik.enable": "true", "traefik.http.routers.plain.rule": "Host(`a.example`)",
            "traefik.http.routers.plain.entrypoints": "web", "traefik.http.routers.plain.middlewares": "tls",
            "traefik.http.routers.secure.rule": "Host(`a.example`)",
            "traefik.http.routers.secure.entrypoints": "websecure",
            "traefik.http.routers.secure.tls.certresolver": "le", "traefik.docker.network": "edge",
            "traefik.http.middlewares.tls.redirectscheme.scheme": "https",
            "traefik.http.middlewares.tls.redirectscheme.permanent": "true",
        ])
        #expect(said.words == "host=a.example https=redirect")
        #expect(said.wishes.problems.allSatisfy { $0.severity == .notice })
    }

    @Test func `a catch-all that only redirects serves nobody`() {
        let said = Said([
            "traefik.http.routers.all.rule": "HostRegexp(`{any:.+}`)", "traefik.http.routers.all.entrypoints": "web",
            "traefik.http.routers.all.middlewares": "tls",
            "traefik.http.middlewares.tls.redirectscheme.scheme": "https",
        ])
        #expect(said.words == "https=redirect")
    }

    @Test func `two routers with one rule for two entrypoints are one route`() {
        let said = Said([
            "traefik.http.routers.a.rule": "Host(`a.example`)", "traefik.http.routers.a.entrypoints": "web",
            "traefik.http.routers.b.rule": "Host(`a.example`)", "traefik.http.routers.b.entrypoints": "websecure",
        ])
        #expect(said.words == "host=a.example")
    }

    @Test func `routers lead to the services that they name`() {
        let labels = [
            "traefik.http.routers.a.rule": "Host(`a.example`)", "traefik.http.routers.a.service": "one@docker",
            "traefik.http.routers.b.rule": "Host(`b.example`)", "traefik.http.routers.b.service": "TWO",
            "traefik.http.services.one.loadbalancer.server.port": "80",
            "traefik.http.services.two.loadbalancer.server.port": "9000",
        ]
        let said = Said(labels)
        #expect(said.words == "80: host=a.example; 9000: host=b.example")
        #expect(said.problems == [])
    }

    @Test func `nothing is read of a container that is not enabled`() {
        let said = Said(["traefik.enable": "false"].merging(Self.host) { $1 })
        #expect(said.words == "")
        #expect(said.wishes.isIgnored)
    }

    @Test(arguments: [
        (
            "traefik.http.routers.web.rule", "Host(a.example)",
            #"traefik.http.routers.web.rule: "." at character 7 has no meaning there"#
        ),
        (
            "traefik.http.routers.web.ruel", "x",
            #"traefik.http.routers.web.ruel: a router has no "ruel": did you mean "rule"?"#
        ),
        (
            "traefik.http.routers.web.service", "s",
            "traefik.http.routers.web.service: there is no service s on this container"
        ),
        (
            "traefik.http.routers.web.service", "s@file",
            "traefik.http.routers.web.service: service s@file is not this container's"
        ),
        ("traefik.http.routers.web.middlewares", "m", "traefik.http.routers.web.middlewares: there is no middleware m"),
        (
            "traefik.http.routers.web.priority", "high",
            #"traefik.http.routers.web.priority: priority "high" is no whole number"#
        ),
        (
            "traefik.http.services.s.loadbalancer.server.port", "http",
            #"traefik.http.services.s.loadbalancer.server.port: "http" is no port"#
        ),
        (
            "traefik.http.services.s.weighted.services", "x",
            "traefik.http.services.s.weighted.services: only loadbalancer is read"
        ),
        (
            "traefik.http.router.web.rule", "x",
            #"traefik.http.router.web.rule: there is no such label: did you mean "routers"?"#
        ),
        (
            "traefik.tcp.routers.web.rule", "x",
            "traefik.tcp.routers.web.rule: connections without HTTP are forwarded by"
        ),
        ("traefik.frontend.rule", "x", "traefik.frontend.rule: that is a label of Traefik 1"),
        ("traefik.enabel", "true", #"traefik.enabel: there is no such label: did you mean "traefik.enable"?"#),
        ("traefik.enable", "maybe", #"traefik.enable: "maybe" is neither true nor false"#),
    ])
    func `what is wrong is named with what would be right`(label: String, value: String, problem: String) {
        let said = Said(Self.host.merging([label: value]) { $1 })
        #expect(said.problems.contains { $0.hasPrefix(problem) }, "\(said.problems)")
    }

    @Test func `who is to be kept out is, and passwords are written nowhere`() {
        let said = Said(
            [
                "traefik.http.routers.web.middlewares": "a,b",
                "traefik.http.middlewares.a.ipallowlist.sourcerange": "10.0.0.0/8",
                "traefik.http.middlewares.b.basicauth.users": "joe:$apr1$secret",
            ].merging(Self.host) { $1 })
        #expect(said.words == "host=a.example allow=10.0.0.0/8 basic_auth")
        #expect(said.problems.count == 1)
        #expect(!said.problems.contains { $0.contains("secret") })
    }

    @Test func `a router that may lead to several services leads to none`() {
        let said = Said(
            [
                "traefik.http.services.one.loadbalancer.server.port": "80",
                "traefik.http.services.two.loadbalancer.server.port": "9000",
            ].merging(Self.host) { $1 })
        #expect(said.words == "")
        #expect(said.problems.count == 1)
    }
}
