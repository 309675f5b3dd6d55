import KeyValue
import Lab
import Logging
import Testing

@testable import Registrator

@Suite(.timeLimit(.minutes(2)))
struct CatalogRegistryTests {
    private static func service(
        _ id: String, _ name: String, _ port: UInt16, tags: [String] = [], _ metadata: [String: String] = [:],
        attributes: [EndpointAttribute] = []
    ) -> HostedService {
        HostedService(
            id: id, name: name, address: "127.0.0.1", port: port, tags: tags, metadata: metadata,
            attributes: attributes, container: "e8c3bec4cbdd226dc65c", containerPort: 80)
    }

    private static func registry(
        _ agent: ConsulAgent, _ settings: RegistrySettings = KeyValueRegistryTests.settings()
    ) throws -> any Registry {
        try openRegistry(RegistryURL("consul://127.0.0.1:\(agent.port)"), settings: settings)
    }

    private static func consul(_ agent: ConsulAgent) throws -> ConsulStore {
        try ConsulStore(
            ConsulConfiguration(addresses: [.network(host: "127.0.0.1", port: Int(agent.port))]),
            logger: Logger(label: "test"))
    }

    @Test func `services are registered, changed, and taken away, and nothing that is right is touched`() async throws {
        let agent = try ConsulAgent()
        let registry = try Self.registry(agent)
        let consul = try Self.consul(agent)
        try await registry.ping()
        try await consul.registerService(
            "other", definition: #"{"ID":"other","Name":"other"}"#, replacesChecks: false)
        try await consul.registerService(
            "dh1:old:80", definition: #"{"ID":"dh1:old:80","Name":"old"}"#, replacesChecks: false)
        try await consul.registerService(
            "dh2:web:80", definition: #"{"ID":"dh2:web:80","Name":"web"}"#, replacesChecks: false)
        let long = String(repeating: "x", count: 600)
        let services = [
            Self.service(
                "dh1:web:80", "web-80", 8081, tags: ["b", "a"], ["region": "us2", "a.b": "c"],
                attributes: [.init("host", "shop.example.com"), .init("backup"), .init("note", long)]),
            Self.service("web-id", "web", 8082, ["check_tcp": "true", "check_interval": "1s"]),
        ]
        var change = try await registry.reconcile(services)
        #expect((change.written, change.removed) == (2, 1))
        #expect(change.refused.isEmpty)
        let found = try await consul.agentServices()
        #expect(Set(found.keys) == ["other", "dh2:web:80", "dh1:web:80", "web-id"])
        let web = try #require(found["dh1:web:80"])
        #expect(web.tags == ["b", "a", "portico.note=\(long)"])
        #expect(
            web.meta == ["region": "us2", "a_b": "c", "portico_host": "shop.example.com", "portico_backup": "true"])
        #expect((web.address, web.port) == ("127.0.0.1", 8081))
        #expect(try await registry.reconcile(services) == RegistryChange())
        change = try await registry.reconcile([Self.service("web-id", "web", 8083)])
        #expect((change.written, change.removed) == (1, 1))
        #expect(try await registry.refresh())
        try await consul.deregisterService("web-id")
        #expect(try await !registry.refresh())
        try await registry.leave()
        #expect(try await Set(consul.agentServices().keys) == ["other", "dh2:web:80"])
    }

    @Test func `in compatible mode the agent is told what gliderlabs' tells it`() async throws {
        let agent = try ConsulAgent()
        let registry = try Self.registry(agent, KeyValueRegistryTests.settings(isCompatible: true))
        let change = try await registry.reconcile([
            Self.service(
                "dh1:perport:80", "http", 8085, tags: ["x"], ["check_http": "/index.html", "check_interval": "1s"],
                attributes: [.init("host", "a.example.com")]),
            Self.service("dh1:ttlcheck:80", "lab", 8093, ["check_ttl": "30s"]),
            Self.service("web-id", "web", 8083, tags: ["b", "a"], ["region": "us2"]),
        ])
        #expect(change.written == 3)
        let found = try await Self.consul(agent).agentServices()
        #expect(
            found["dh1:perport:80"]
                == ConsulAgentService(
                    id: "dh1:perport:80", name: "http", tags: ["x"],
                    meta: ["check_http": "/index.html", "check_interval": "1s"], port: 8085, address: "127.0.0.1"))
        #expect(
            found["web-id"]
                == ConsulAgentService(
                    id: "web-id", name: "web", tags: ["b", "a"], meta: ["region": "us2"], port: 8083,
                    address: "127.0.0.1"))
        let checks = try agent.api.request("GET", "/v1/agent/checks").text
        #expect(checks.contains(#""service:dh1:perport:80""#))
        #expect(checks.contains(#""Service 'http' check""#))
        #expect(checks.contains(#""service:dh1:ttlcheck:80""#))
        #expect(!checks.contains("lifetime"))
    }

    @Test func `a lifetime is a check that refreshing passes, beside the service's own`() async throws {
        let agent = try ConsulAgent()
        let registry = try Self.registry(agent, KeyValueRegistryTests.settings(timeToLive: .seconds(600)))
        let services = [
            Self.service("dh1:web:80", "web", 8081), Self.service("dh1:api:80", "api", 8082, ["check_ttl": "10m"]),
        ]
        #expect(try await registry.reconcile(services).written == 2)
        func status(_ id: String) throws -> Bool {
            let answer = try agent.api.request("GET", "/v1/agent/health/service/id/\(id)")
            return answer.status == 200
        }
        #expect(try status("dh1:web:80"))
        #expect(try !status("dh1:api:80"))
        _ = try agent.api.request("PUT", "/v1/agent/check/fail/service:dh1:web:80:lifetime")
        #expect(try !status("dh1:web:80"))
        #expect(try await registry.refresh())
        #expect(try status("dh1:web:80"))
        #expect(try agent.api.request("PUT", "/v1/agent/check/pass/service:dh1:api:80").status == 200)
        #expect(try status("dh1:api:80"))
        // An agent that came back empty has neither.
        try agent.stop()
        await #expect(throws: KeyValueError.self) { try await registry.refresh() }
        try agent.start()
        #expect(try await !registry.refresh())
        #expect(try await registry.reconcile(services).written == 2)
        #expect(try await registry.refresh())
    }

    @Test func `what the agent refuses holds up nobody`() async throws {
        let agent = try ConsulAgent()
        let registry = try Self.registry(agent)
        let change = try await registry.reconcile([
            Self.service("dh1:script:80", "script", 8081, ["check_script": "true"]),
            Self.service("dh1:bad:80", "bad", 8082, ["check_http": "/", "check_interval": "soon"]),
            Self.service("dh1:web:80", "web", 8083),
        ])
        #expect(change.written == 1)
        #expect(Set(change.refused.map(\.id)) == ["dh1:script:80", "dh1:bad:80"])
        #expect(try await Set(Self.consul(agent).agentServices().keys) == ["dh1:web:80"])
    }

    @Test(
        arguments: [
            ([:], nil),
            (["check_http": "/h", "check_https": "/s"], #"{"HTTP":"http://127.0.0.1:80/h","Interval":"10s"}"#),
            (
                ["check_https": "/s", "check_https_method": "HEAD", "check_timeout": "1s", "check_interval": "2s"],
                #"{"HTTP":"https://127.0.0.1:80/s","Interval":"2s","Method":"HEAD","Timeout":"1s"}"#
            ),
            (
                ["check_cmd": "ping -c1"],
                #"{"Interval":"10s","Args":["/bin/sh","-c","check-cmd e8c3bec4cbdd 80 ping -c1"]}"#
            ),
            (
                ["check_script": "nc $SERVICE_IP $SERVICE_PORT $HOME"],
                #"{"Interval":"10s","Args":["/bin/sh","-c","nc 127.0.0.1 80 $HOME"]}"#
            ),
            (["check_ttl": "30s", "check_interval": "1s"], #"{"TTL":"30s"}"#),
            (
                ["check_tcp": "true", "check_initial_status": "passing", "check_deregister_after": "1m"],
                #"{"DeregisterCriticalServiceAfter":"1m","Interval":"10s","Status":"passing","TCP":"127.0.0.1:80"}"#
            ),
            (
                ["check_grpc": "true", "check_grpc_use_tls": "true", "check_tls_skip_verify": "true"],
                #"{"GRPC":"127.0.0.1:80","Interval":"10s","GRPCUseTLS":true,"TLSSkipVerify":true}"#
            ),
            (["check_grpc": "true", "check_tls_skip_verify": "true"], #"{"GRPC":"127.0.0.1:80","Interval":"10s"}"#),
        ] as [([String: String], String?)])
    func `metadata asks for checks`(metadata: [String: String], json: String?) {
        let check = ServiceCheck(Self.service("dh1:web:80", "web", 80, metadata))
        #expect(check?.json(named: nil, of: "web") == json)
    }
}
