import Routing
import Testing

@testable import Discovery

/// What an endpoint's value says of its checks, and of when its service's endpoints leave.
@Suite struct EndpointHealthTests {
    private func value(_ text: String) throws -> EndpointValue {
        try EndpointValue(Array(text.utf8))
    }

    /// The policy that a value makes of the defaults.
    private func policy(_ text: String) throws -> HealthPolicy {
        var policy = HealthPolicy()
        try value(text).health.apply(to: &policy)
        return policy
    }

    @Test(arguments: [
        ("10.0.0.5:80", HealthPolicy.Kind.off, "/"), ("10.0.0.5:80 health=/healthz", .request, "/healthz"),
        ("10.0.0.5:80 health=tcp", .connection, "/"), ("10.0.0.5:80 health=off", .off, "/"),
        ("10.0.0.5:80 health", .request, "/"), ("10.0.0.5:80 health_path=/up", .request, "/up"),
        ("10.0.0.5:80 health_tcp", .connection, "/"), ("10.0.0.5:80 health_interval=10s", .off, "/"),
        (#"{"address": "10.0.0.5:80", "health": "/healthz"}"#, .request, "/healthz"),
        (#"{"address": "10.0.0.5:80", "health": {"path": "/healthz", "interval": "1s"}}"#, .request, "/healthz"),
    ])
    func `a path or tcp turns checks on`(_ text: String, kind: HealthPolicy.Kind, path: String) throws {
        let policy = try policy(text)
        #expect(policy.kind == kind)
        #expect(policy.path == path)
        #expect(try value(text).problems.isEmpty)
    }

    @Test func `all that a registrator writes is understood`() throws {
        let policy = try policy(
            "10.0.0.5:80 health=/healthz health_interval=15s health_fast_interval=1s health_timeout=500ms health_healthy=4 "
                + "health_unhealthy=5 health_status=200,204 health_body=~ok health_method=HEAD health_host=a.test "
                + "health_port=8081 health_scheme=https health_initial=down")
        #expect(policy.interval == 15_000)
        #expect(policy.fastInterval == 1_000)
        #expect(policy.timeout == 500)
        #expect(policy.healthy == 4)
        #expect(policy.unhealthy == 5)
        #expect(policy.statuses == StatusSet("200,204"))
        #expect(policy.body == "~ok")
        #expect(policy.method == "HEAD")
        #expect(policy.host == "a.test")
        #expect(policy.port == 8081)
        #expect(policy.scheme == .https)
        #expect(policy.initial == .down)
    }

    @Test(arguments: [
        ("health=healthz", "health is \"healthz\": it is a path such as /healthz, tcp, or off"),
        ("health=/h health_interval=1ms", "health.interval is \"1ms\": it is from 10ms to 3600s"),
        ("health=/h health_status=2xx", "health.status is \"2xx\": it is statuses such as 200-399 or 200,204"),
        ("health=/h health_healthy=0", "health.healthy is \"0\": it is a whole number from 1 to 1000"),
        ("outlier_max_ejected=2", "outlier.max_ejected is \"2\": it is a share from 0% to 100%"),
    ])
    func `what makes no sense costs the endpoint nothing else`(_ words: String, problem: String) throws {
        let value = try value("10.0.0.5:80 weight=3 \(words)")
        #expect(value.weight == 3)
        #expect(value.problems == ["\(problem): the endpoint is served without it"])
    }

    @Test func `a check that cannot be sent is none`() throws {
        let value = try value(#"10.0.0.5:80 health="/a b""#)
        #expect(value.health.isEmpty)
        #expect(value.problems.count == 1)
    }

    @Test func `templates still see the attributes`() throws {
        let value = try value("10.0.0.5:80 health=/healthz health_interval=5s outlier_ejection=1s")
        #expect(value.attributes == ["health": "/healthz", "health_interval": "5s", "outlier_ejection": "1s"])
    }

    @Test func `when endpoints leave is said of the whole service`() throws {
        let value = try value("10.0.0.5:80 outlier_consecutive_errors=3 outlier_ejection=10s outlier_max_ejected=20%")
        var policy: OutlierPolicy?
        value.policy.outlier.apply(to: &policy)
        #expect(policy?.consecutiveErrors == 3)
        #expect(policy?.ejection == 10_000)
        #expect(policy?.maximumShare == 0.2)
        #expect(policy?.statuses == .errors)
    }
}
