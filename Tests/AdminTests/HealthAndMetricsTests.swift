import Lab
import Testing

@testable import Admin
@testable import Gateway

/// What supervisors and scrapers ask.
@Suite(.timeLimit(.minutes(3))) struct HealthAndMetricsTests {
    @Test func `an edge with a table is alive and ready, and one that drains is not ready`() async throws {
        try await ObservedEdge.with(["services/web-80/h:a:80": "10.0.0.1:80"]) { edge async throws in
            for path in ["/healthz", "/readyz"] {
                let answer = try await edge.ask("GET", path)
                #expect(answer.status == 200)
                #expect(answer.text == "ok\n")
                #expect(try await edge.ask("HEAD", path).status == 200)
            }
            _ = await edge.gateway.drain(timeout: .seconds(10))
            let answer = try await edge.ask("GET", "/readyz")
            #expect(answer.status == 503)
            #expect(answer.text == "draining\n")
            #expect(try await edge.ask("GET", "/healthz").status == 200)
        }
    }

    @Test func `metrics say what went through`() async throws {
        let backend = try TestBackend("b")
        try await ObservedEdge.with(["services/web-80/h:a:80": "\(backend.address)"]) { edge async throws in
            for _ in 0..<5 { #expect(try await edge.request(host: "web.example").status == 200) }
            #expect(try await edge.request(host: "unknown.example").status == 404)
            let metrics = try await edge.until {
                try Exposition(try await edge.ask("GET", "/metrics").text)
            } _: {
                $0["portico_responses_total{listener=\"http\",code=\"4xx\"}"] == 1
                    && $0["portico_service_responses_total{service=\"web-80\",code=\"2xx\"}"] == 5
            }
            #expect(metrics["portico_requests_total{listener=\"http\"}"] == 6)
            let endpoint = "{service=\"web-80\",endpoint=\"\(backend.address)\"}"
            #expect(metrics["portico_endpoint_requests_total\(endpoint)"] == 5)
            #expect(metrics["portico_endpoint_in\(endpoint)"] == 1)
            #expect(metrics["portico_route_requests_total{route=\"web-80\"}"] == 5)
            #expect(metrics["portico_service_request_duration_seconds_count{service=\"web-80\"}"] == 5)
            #expect(metrics["portico_service_request_duration_seconds_bucket{service=\"web-80\",le=\"+Inf\"}"] == 5)
            #expect(metrics["portico_request_errors_total{cause=\"no-route\",side=\"client\"}"] == 1)
            #expect(metrics["portico_table_generation"] == 1)
            #expect(metrics["portico_table_update_seconds_count"] == 1)
            #expect(metrics["portico_build_info{version=\"test\"}"] == 1)
            #expect(metrics["portico_store_available"] == 1)
            #expect((metrics["process_resident_memory_bytes"] ?? 0) > 1_048_576)
            #expect((metrics["process_open_fds"] ?? 0) > 3)
            #expect((metrics["process_start_time_seconds"] ?? 0) > 1.6e9)
        }
    }

    @Test func `every family of the catalogue is there, in its order, and no other`() async throws {
        try await ObservedEdge.with { edge async throws in
            let metrics = try Exposition(try await edge.ask("GET", "/metrics").text)
            #expect(metrics.families == MetricCatalogue.all.map(\.name))
            for family in MetricCatalogue.all { #expect(metrics.kinds[family.name] == family.kind.rawValue) }
        }
    }
}
