import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Metrics as a real Prometheus takes them.
    @Suite(.timeLimit(.minutes(2))) struct AdminPrometheus {
        @Test("Prometheus scrapes what has happened, and Grafana's dashboard asks it nothing that it cannot answer")
        func scrape() throws {
            let setting = try Setting(
                services: ["web-80": [try TestBackend("a"), try TestBackend("b")]], hasAdmin: true)
            let admin = try setting.edge.admin
            // What was asked for before it was there.
            let early = try Self.sum(of: #"portico_request_errors_total{cause="no-route""#, admin)
            let prometheus = try PrometheusProcess(scraping: admin)
            for _ in 0..<37 { #expect(try setting.client.get(host: "web-80.test").status == 200) }
            for _ in 0..<5 { #expect(try setting.client.get(host: "nobody.example.test").status == 404) }
            try prometheus.wait(until: #"portico_service_requests_total{service="web-80"}"#, is: 37)
            try prometheus.wait(until: #"sum(portico_endpoint_requests_total{service="web-80"})"#, is: 37)
            try prometheus.wait(
                until: #"portico_service_request_duration_seconds_bucket{service="web-80",le="+Inf"}"#, is: 37)
            try prometheus.wait(until: #"sum(portico_request_errors_total{cause="no-route"})"#, is: early + 5)
            try prometheus.wait(until: "portico_ready", is: 1)
            let backend = try #require(
                try admin.json("/api/v1/endpoints?service=web-80")["endpoints"][0]["address"].text)
            try admin.order("drain", "web-80", backend)
            try prometheus.wait(until: "portico_endpoint_overrides", is: 1)

            #expect(try prometheus.value("up") == 1)
            for query in try Self.dashboardQueries() { _ = try prometheus.query(query) }
            #expect(try prometheus.value("scrape_samples_scraped") ?? 0 > 100)
            // Two samples of one series, times out of order, labels that are none: all would be here.
            #expect(prometheus.complaints.filter { $0.contains("scrape") || $0.contains("level=error") } == [])

            // A restart sets counters back, which is what rates are made for.
            try setting.edge.kill()
            try prometheus.wait(until: "up", is: 0)
            try setting.edge.start()
            try prometheus.wait(until: "up", is: 1)
            try prometheus.wait(until: #"portico_service_requests_total{service="web-80"}"#, is: 0)
            #expect(try prometheus.value(#"resets(portico_service_requests_total{service="web-80"}[5m])"#) == 1)
        }

        /// The sum of all series that begin so, as the edge tells them.
        private static func sum(of begin: String, _ admin: AdminAPI) throws -> Double {
            try admin.ask("GET", "/metrics").text.split(separator: "\n").filter { $0.hasPrefix(begin) }
                .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
        }

        /// Everything that the dashboard asks, with values in place of its variables.
        private static func dashboardQueries() throws -> [String] {
            let path = "\(Repository.root)/dashboards/portico.json"
            let document = try JSONDocument(Array(try Data(contentsOf: URL(fileURLWithPath: path))))
            let queries = document["panels"].elements.flatMap { $0["targets"].elements }.compactMap { $0["expr"].text }
            try #require(queries.count > 20)
            return queries.map { query in
                [("$instance", ".*"), ("$service", ".*"), ("$job", "portico"), ("$__rate_interval", "10s")]
                    .reduce(query) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
            }
        }
    }
}
