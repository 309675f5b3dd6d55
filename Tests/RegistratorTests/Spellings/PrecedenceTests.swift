import Testing

@testable import Registrator

@Suite struct PrecedenceTests {
    /// One way to say `host`, in each spelling, the strongest first.
    private static let spellings: [(name: String, source: String, labels: @Sendable (String) -> [String: String])] = [
        ("portico", "portico.host", { ["portico.host": $0] }),
        ("traefik", "traefik.http.routers.r.rule", { ["traefik.http.routers.r.rule": "Host(`\($0)`)"] }),
        ("fabio", "urlprefix-", { ["SERVICE_TAGS": "urlprefix-\($0)/"] }),
        ("virtual", "VIRTUAL_HOST", { ["VIRTUAL_HOST": $0] }),
        ("flow", "com.df.serviceDomain", { ["com.df.notify": "true", "com.df.serviceDomain": $0] }),
    ]

    @Test(arguments: 0..<5, 0..<5)
    func `of two spellings the stronger counts, and a problem names both`(one: Int, two: Int) throws {
        guard one < two else { return }
        let (stronger, weaker) = (Self.spellings[one], Self.spellings[two])
        let said = Said(stronger.labels("strong.example").merging(weaker.labels("weak.example")) { $1 })
        #expect(said.words == "host=strong.example")
        let problem = try #require(said.problems.first)
        #expect(said.problems.count == 1)
        #expect(problem.hasPrefix(weaker.source))
        #expect(problem.contains(stronger.source))
        #expect(said.wishes.problems.map(\.severity) == [.warning])
    }

    @Test(arguments: 0..<5, 0..<5)
    func `two spellings that say the same are no problem`(one: Int, two: Int) {
        guard one < two else { return }
        let said = Said(Self.spellings[one].labels("a.example").merging(Self.spellings[two].labels("a.example")) { $1 })
        #expect(said.words == "host=a.example")
        #expect(said.problems == [])
    }

    @Test func `what the stronger does not say is the weaker's`() {
        let said = Said(
            ["portico.weight": "3", "portico.path": "/x", "portico.methods": "GET"],
            env: ["VIRTUAL_HOST": "a.example", "VIRTUAL_PROTO": "https"])
        #expect(said.words == #"route="host=a.example path=/x methods=GET" protocol=https weight=3"#)
        #expect(said.problems == [])
    }

    @Test func `what names no port goes where another spelling leads`() {
        let said = Said(
            ["portico.protocol": "h2c", "portico.path": "/x"],
            env: ["VIRTUAL_HOST": "a.example", "VIRTUAL_PORT": "3000"],
            ports: [80, 443])
        #expect(said.words == "3000: host=a.example path=/x protocol=h2c")
        #expect(said.problems == [])
    }

    @Test func `what is said of no host goes to all routes of the weaker`() {
        let said = Said([
            "portico.request_headers.set.X-Env": "prod", "traefik.http.routers.a.rule": "Host(`a.example`)",
            "traefik.http.routers.b.rule": "Host(`b.example`)",
        ])
        #expect(
            said.words == #"route_a="host=a.example request_headers.set.X-Env=prod" "#
                + #"route_b="host=b.example request_headers.set.X-Env=prod""#)
    }

    @Test func `a prefix is not taken off another path than it was said with`() {
        let said = Said(
            ["portico.path": "/new"], env: ["VIRTUAL_HOST": "a.example", "VIRTUAL_PATH": "/api", "VIRTUAL_DEST": "/"])
        #expect(said.words == "host=a.example path=/new")
        #expect(
            said.problems == [
                "VIRTUAL_PATH: it says another path, but portico.path does too, which counts: take one of them out"
            ])
    }

    @Test func `one host on two ports is the stronger's`() {
        let said = Said(
            ["portico.host": "a.example", "portico.port": "8080"], env: ["VIRTUAL_HOST": "a.example"],
            ports: [80, 8080])
        #expect(said.wishes.attributes.keys.sorted() == [8080])
        #expect(said.problems.contains { $0.hasPrefix("VIRTUAL_HOST: a.example leads to port 80, but portico.host") })
    }

    @Test func `two hosts on two ports are both served`() {
        let said = Said(["portico.8080.host": "admin.example"], env: ["VIRTUAL_HOST": "a.example"], ports: [80, 8080])
        #expect(said.words.contains("80: host=a.example; 8080: host=admin.example"))
    }

    @Test func `another value of an attribute is named with both`() {
        let said = Said(
            ["portico.protocol": "h2c", "portico.host": "a.example"],
            env: ["VIRTUAL_PROTO": "https", "VIRTUAL_HOST": "a.example"])
        #expect(said.words == "host=a.example protocol=h2c")
        #expect(
            said.problems == [
                #"VIRTUAL_PROTO: protocol is "https", but portico.protocol says "h2c" and counts: take one of them out"#
            ])
    }

    @Test func `a check of Consul's is a check of the edge's, unless something else is said`() {
        let env = ["SERVICE_80_CHECK_HTTP": "/up", "SERVICE_CHECK_INTERVAL": "15s"]
        #expect(Said([:], env: env).words == "health=/up health_interval=15s")
        #expect(Said([:], env: env).wishes.isEnabled == false)
        #expect(Said(["portico.health": "/h"], env: env).words == "health=/h health_interval=15s")
        #expect(Said([:], env: ["SERVICE_CHECK_TTL": "5s", "SERVICE_CHECK_INTERVAL": "15s"]).words == "")
        #expect(Said([:], env: ["SERVICE_CHECK_TCP": "true"]).words == "health=tcp")
    }

    @Test func `a container that says nothing says nothing`() {
        let said = Said(
            ["com.docker.compose.project": "shop", "maintainer": "x"], env: ["PATH": "/bin", "HOSTNAME": "abc"],
            ports: [80, 443])
        #expect(said.wishes == EdgeWishes())
    }
}
