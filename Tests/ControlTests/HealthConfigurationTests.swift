import Discovery
import KeyValue
import Routing
import Testing

@testable import Control

/// `health` and `outlier` of a configuration, and what becomes of them with what endpoints say.
@Suite struct HealthConfigurationTests {
    private func service(_ yaml: String, _ endpoints: String...) throws -> ServiceDescription {
        let file = ConfigurationFile(yaml, source: "p")
        try #require(file.errors.isEmpty, "\(file.errors)")
        var state = ControlState(configuration: file.configuration, storeName: "memory:")
        let entries = endpoints.enumerated().map { ("web-80/h:\($0.offset):80", $0.element) }
        let pairs = Dictionary(uniqueKeysWithValues: entries)
        state.take(services: .init(listing: listing("services/", pairs)), now: .zero)
        state.take(routes: .init(listing: listing("routes/", [:])), now: .zero)
        _ = state.advance(now: .zero)
        return try #require(state.parts.description(generation: 1).services.first)
    }

    /// The policy that the endpoint at `index` is checked by.
    private func policy(_ service: ServiceDescription, _ index: Int) -> HealthPolicy? {
        guard service.checks.indices.contains(service.endpoints[index].check) else { return nil }
        return service.checks[service.endpoints[index].check]
    }

    @Test func `every key is understood`() throws {
        let service = try service(
            """
            services:
              web-80:
                health:
                  { path: /healthz, port: 8081, host: a.test, method: HEAD, interval: 2s, fast_interval: 500ms,
                    timeout: 1s, healthy: 3, unhealthy: 4, status: [200, 300-302], body: "~ok", scheme: https,
                    initial: down, headers: { X-Probe: "1" } }
                outlier: { consecutive_errors: 7, ejection: 10s, max_ejection: 60s, max_ejected: 25%, statuses: 502-504 }
            """, "10.0.0.1:80")
        let health = try #require(policy(service, 0))
        #expect(health.kind == .request)
        #expect(health.path == "/healthz")
        #expect(health.port == 8081)
        #expect(health.host == "a.test")
        #expect(health.method == "HEAD")
        #expect(health.interval == 2_000)
        #expect(health.fastInterval == 500)
        #expect(health.timeout == 1_000)
        #expect(health.healthy == 3)
        #expect(health.unhealthy == 4)
        #expect(health.statuses.description == "200,300-302")
        #expect(health.body == "~ok")
        #expect(health.scheme == .https)
        #expect(health.initial == .down)
        #expect(health.headers == [NameValue(name: "X-Probe", value: "1")])
        let outlier = try #require(service.outlier)
        #expect(outlier.consecutiveErrors == 7)
        #expect(outlier.ejection == 10_000)
        #expect(outlier.maximumEjection == 60_000)
        #expect(outlier.maximumShare == 0.25)
        #expect(outlier.statuses.description == "502-504")
    }

    @Test func `the defaults say how, endpoints say where, and the service has the last word`() throws {
        let yaml =
            "defaults: { health: { interval: 9s, unhealthy: 7 } }\nservices: { web-80: { health: { healthy: 5 } } }"
        let service = try service(
            yaml, "10.0.0.1:80 health=/a", "10.0.0.2:80", "10.0.0.3:80 health=tcp health_healthy=9")
        let policies = (0..<3).map { policy(service, $0) }
        #expect(policies.map { $0?.kind } == [.request, .off, .connection])
        #expect(policies.map { $0?.interval } == [9_000, 9_000, 9_000])
        #expect(policies.map { $0?.unhealthy } == [7, 7, 7])
        #expect(policies.map { $0?.healthy } == [5, 5, 5])
    }

    @Test func `intervals alone turn nothing on`() throws {
        let service = try service("defaults: { health: { interval: 9s } }", "10.0.0.1:80")
        #expect(service.checks.isEmpty)
        #expect(service.outlier == nil)
    }

    @Test func `a service may stay out of what goes for all`() throws {
        let yaml = "defaults: { health: /up, outlier: true }\nservices: { web-80: { health: off, outlier: off } }"
        let service = try service(yaml, "10.0.0.1:80")
        #expect(service.checks.isEmpty)
        #expect(service.outlier == nil)
    }

    @Test(arguments: [
        (
            "defaults: { health: { pth: /x } }",
            "p:1:23: unknown key \"pth\" in health: did you mean \"path\"?"
        ),
        (
            "defaults: { health: { path: x } }",
            "p:1:21: health: the path \"x\" is none: it begins with a / and has no blanks, such as /healthz"
        ),
        ("defaults: { health: { path: /, body: \"~(\" } }", "p:1:21: health: the body's expression:"),
        (
            "defaults: { health: { path: /, tcp: true } }",
            "p:1:37: health has a path, and tcp, which asks for none: take one of the two out"
        ),
        ("defaults: { health: 5 }", "p:1:21: health is \"5\": it is a path such as /healthz, tcp, or off"),
        ("defaults: { health: { initial: in } }", "p:1:32: health.initial is \"in\":"),
        ("defaults: { outlier: maybe }", "p:1:22: outlier is \"maybe\": it is true, off, or a mapping"),
        (
            "routes: [{ name: r, service: s, health: /x }]",
            "p:1:41: health is its service's, not the route's: write it under services: NAME:"
        ),
    ])
    func `what makes no sense is said with its place`(_ yaml: String, error: String) {
        let errors = ConfigurationFile(yaml, source: "p").errors.map(\.description)
        #expect(errors.count == 1)
        #expect(errors.first?.hasPrefix(error) == true, "\(errors)")
    }
}
