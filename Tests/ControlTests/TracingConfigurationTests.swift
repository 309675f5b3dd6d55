import Discovery
import Gateway
import Routing
import Testing

@testable import Control

/// `tracing:` and the access log's `format:`.
@Suite struct TracingConfigurationTests {
    private func read(_ text: String) -> (tracing: TracingSettings?, errors: [String]) {
        let file = ConfigurationFile(text, source: "p")
        return (file.configuration.tracing, file.errors.map(\.description))
    }

    @Test func `nothing is traced unless it is said`() {
        #expect(read("workers: 1").tracing == nil)
        #expect(read("tracing: off").tracing == nil)
        #expect(ConfigurationFile("workers: 1", source: "p").configuration.gateway.tracing == nil)
        let plain = read("tracing: {}")
        #expect(plain.errors == [] && plain.tracing == TracingSettings())
        #expect(plain.tracing?.gateway.keepsSpans == false && plain.tracing?.gateway.sample == 0.01)
    }

    @Test func `all keys are understood`() {
        let (tracing, errors) = read(
            """
            tracing:
              endpoint: https://collector.example.com:4318
              headers: { Authorization: Bearer x }
              sample: 12.5%
              service_name: edge
              attributes: { deployment.environment: prod }
              trust: all
              timeout: 3s
            """)
        #expect(errors == [])
        #expect(tracing?.endpoint == "https://collector.example.com:4318/v1/traces")
        #expect(tracing?.headers == [NameValue(name: "Authorization", value: "Bearer x")])
        #expect(tracing?.attributes == [NameValue(name: "deployment.environment", value: "prod")])
        #expect(tracing?.sample == 0.125 && tracing?.serviceName == "edge" && tracing?.timeout == 3_000)
        #expect(tracing?.gateway.trust == .all && tracing?.gateway.keepsSpans == true)
        #expect(
            read("tracing: { endpoint: \"http://[::1]:4318/own/path?x=1\" }").tracing?.endpoint
                == "http://[::1]:4318/own/path?x=1")
    }

    @Test(arguments: [
        (
            "tracing: { endpoint: 127.0.0.1:4318 }",
            "p:1:22: tracing.endpoint is \"127.0.0.1:4318\": it is the URL at which"
        ),
        ("tracing: { endpoint: \"grpc://a:4317\" }", "p:1:22: tracing.endpoint is \"grpc://a:4317\": it is the URL"),
        ("tracing: { endpoint: \"http://\" }", "p:1:22: tracing.endpoint is \"http://\": it is the URL"),
        ("tracing: { trust: some }", "p:1:19: tracing.trust is \"some\": it is one of proxies, all, none"),
        ("tracing: { sample: 2 }", "p:1:20: tracing.sample is \"2\": it is a share"),
        ("tracing: { headers: { \"a b\": c } }", "p:1:21: tracing.headers: \"a b\" is no field"),
        ("tracing: { headers: { a: \"b\\nc\" } }", "p:1:21: tracing.headers: \"a\" is no field"),
        ("tracing: { end_point: x }", "p:1:12: "),
        ("access_log: { format: '$foo' }", "p:1:23: access_log.format names $foo: there are $args"),
        ("access_log: { format: '$status', slow: fast }", "p:1:40: access_log.slow is \"fast\""),
    ])
    func `errors name the place and what would be right`(text: String, start: String) {
        let errors = read(text).errors
        #expect(errors.count == 1 && errors.first?.hasPrefix(start) == true, "\(errors)")
    }

    @Test func `a line of the operator's own is read, and what is slow is logged in any case`() {
        let log = ConfigurationFile(
            "access_log: { path: x, format: '$remote_addr \"$request\" $status', sample: 1%, slow: 2s }", source: "p"
        ).configuration.accessLog
        #expect(log?.format.description == "$remote_addr \"$request\" $status")
        #expect(log?.slow == 2_000 && log?.sample == 0.01)
    }

    @Test func `tracing needs a restart`() {
        var (one, other) = (EdgeConfiguration(), EdgeConfiguration())
        other.tracing = TracingSettings()
        #expect(one.restartKeys(comparedTo: other) == ["tracing"])
        one.tracing = other.tracing
        #expect(one.restartKeys(comparedTo: other) == [])
    }
}
