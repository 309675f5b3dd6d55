import Foundation
import Lab
import Routing
import Testing

@testable import Admin
@testable import Control
@testable import Gateway

/// Prometheus's text: its form, its bounds, its cost.
@Suite(.timeLimit(.minutes(3))) struct ExpositionTests {
    private static let family = MetricFamily(.gauge, "portico_x", "A thing.", labels: ["name"])

    @Test func `labels are escaped, and numbers whole`() {
        let values = [0, 7, 10, 99, 100, 12_345_678_901, UInt64.max]
        var writer = ExpositionWriter(capacity: 0)
        writer.begin(Self.family)
        for value in values { writer.sample(.init(("name", "a\\b\"c\nd \(value)")), value) }
        writer.samples(of: LabelTexts("name", values.map { "e\"f \($0)" }), with: .init(("x", "y"))) { values[$0] }
        let text = String(decoding: writer.octets, as: UTF8.self)
        #expect(text.hasPrefix("# HELP portico_x A thing.\n# TYPE portico_x gauge\n"))
        for value in values {
            #expect(text.contains("portico_x{name=\"a\\\\b\\\"c\\nd \(value)\"} \(value)\n"))
            #expect(text.contains("portico_x{name=\"e\\\"f \(value)\",x=\"y\"} \(value)\n"))
        }
    }

    @Test(
        arguments: [
            (0, "0"), (1, "0.000000001"), (1_500_000_000, "1.5"), (250_000, "0.00025"), (7_000_000_000, "7"),
            (.max, "18446744073.709551615"),
        ] as [(UInt64, String)])
    func `nanoseconds are written as seconds`(nanoseconds: UInt64, text: String) {
        var writer = ExpositionWriter(capacity: 0)
        writer.single(Self.family, nanoseconds: nanoseconds)
        #expect(String(decoding: writer.octets, as: UTF8.self).hasSuffix("portico_x \(text)\n"))
    }

    @Test func `a histogram's buckets add up`() throws {
        var durations = DurationHistogram()
        for nanoseconds in [1, 250_000, 250_001, 3_000_000, 90_000_000_000] as [UInt64] {
            durations.add(nanoseconds: nanoseconds)
        }
        var writer = ExpositionWriter(capacity: 0)
        writer.begin(MetricFamily(.histogram, "h", "A thing."))
        writer.histogram(.none, bounds: EdgeMetrics.bounds, counts: durations.counts, nanoseconds: 1_500_000_000)
        let read = try Exposition(String(decoding: writer.octets, as: UTF8.self))
        #expect(read["h_bucket{le=\"0.00025\"}"] == 2)
        #expect(read["h_bucket{le=\"0.0005\"}"] == 3)
        #expect(read["h_bucket{le=\"0.003\"}"] == 4)
        #expect(read["h_bucket{le=\"65.536\"}"] == 4)
        #expect(read["h_bucket{le=\"+Inf\"}"] == 5)
        #expect(read["h_count"] == 5)
        #expect(read["h_sum"] == 1.5)
        #expect(durations.quantile(0.5) == 500_000)
    }

    /// Metrics of a table of so many services with ten endpoints each, on a gateway that does not run.
    private static func metrics(services: Int, caps: EdgeMetrics.Caps = .init()) throws -> EdgeMetrics {
        var description = TableDescription()
        for index in 0..<services {
            var service = ServiceDescription(name: "service-with-a-name-\(index)-80")
            service.endpoints = (0..<10).map {
                EndpointDescription(
                    address: "10.\(index / 250).\(index % 250).\($0 + 1):8080", provenance: Provenance(source: "test"))
            }
            var route = RouteDescription(name: service.name, provenance: Provenance(source: "test"))
            route.hosts = ["service-\(index).example"]
            route.services = [WeightedService(service: service.name)]
            description.services.append(service)
            description.routes.append(route)
        }
        var configuration = GatewayConfiguration()
        configuration.workers = 2
        let gateway = try Gateway(configuration: configuration)
        gateway.install(RoutingTable.compile(description, previous: nil).table)
        try gateway.start()
        while gateway.totals().swaps < 2 { Deadline.after(.milliseconds(5)).pass() }
        defer { gateway.beginDrain(timeout: .zero) }
        let seen = gateway.observe()
        return EdgeMetrics(
            version: "test", seen: seen, status: ControllerStatus(), times: TableTimes(), isReady: true,
            problems: (0, 0), process: .now(), caps: caps, labels: TableLabels(seen.table, caps))
    }

    @Test func `what is too much is summed, and counted`() throws {
        let metrics = try Self.metrics(
            services: 20, caps: EdgeMetrics.Caps(services: 5, routes: 4, endpoints: 33, histograms: 3))
        let read = try Exposition(String(decoding: metrics.exposition(), as: UTF8.self))
        #expect(read["portico_metrics_left_out{kind=\"service\"}"] == 15)
        #expect(read["portico_metrics_left_out{kind=\"route\"}"] == 16)
        #expect(read["portico_metrics_left_out{kind=\"endpoint\"}"] == 167)
        #expect(read["portico_metrics_left_out{kind=\"service_durations\"}"] == 17)
        func count(_ family: String) -> Int { read.samples.keys.count { $0.hasPrefix(family + "{") } }
        #expect(count("portico_service_requests_total") == 6)
        #expect(count("portico_route_requests_total") == 5)
        #expect(count("portico_endpoint_requests_total") == 34)
        #expect(count("portico_service_request_duration_seconds_count") == 4)
        let other = "service=\"__other__\""
        #expect(read["portico_service_endpoints{\(other),state=\"all\"}"] == 150)
        #expect(read["portico_service_endpoints{\(other),state=\"in\"}"] == 150)
        #expect(read["portico_endpoint_in{\(other),endpoint=\"__other__\"}"] == 167)
        #expect(read["portico_endpoint_weight{\(other),endpoint=\"__other__\"}"] == 167)
    }

    @Test func `requests of services without metrics of their own are summed`() async throws {
        let backend = try TestBackend("b")
        let names = (0..<6).map { "s\($0)" }
        let entries = Dictionary(
            uniqueKeysWithValues: names.map { ("services/\($0)/h:a:80", backend.address as String) })
        try await ObservedEdge.with(entries) { edge async throws in
            for name in names { #expect(try await edge.request(host: "\(name).example").status == 200) }
            let caps = EdgeMetrics.Caps(services: 2, routes: 2, endpoints: 2, histograms: 1)
            let read = try await edge.until {
                let seen = edge.gateway.observe()
                let metrics = EdgeMetrics(
                    version: "test", seen: seen, status: ControllerStatus(), times: TableTimes(), isReady: true,
                    problems: (0, 0), process: .now(), caps: caps, labels: TableLabels(seen.table, caps))
                return try Exposition(String(decoding: metrics.exposition(), as: UTF8.self))
            } _: {
                $0["portico_service_requests_total{service=\"__other__\"}"] == 4
                    && $0["portico_service_request_duration_seconds_count{service=\"__other__\"}"] == 5
            }
            #expect(read["portico_route_responses_total{route=\"__other__\",code=\"2xx\"}"] == 4)
            #expect(read["portico_endpoint_requests_total{service=\"__other__\",endpoint=\"__other__\"}"] == 4)
        }
    }

    @Test func `a table of 10,000 endpoints is told; what that costs is printed`() throws {
        let metrics = try Self.metrics(services: 1000)
        #expect(metrics.seen.endpoints.count == 10_000)
        let begin = clock()
        let octets = metrics.exposition()
        let milliseconds = Double(clock() - begin) / Double(CLOCKS_PER_SEC) * 1000
        print("exposition of 10,000 endpoints: \(octets.count >> 10) KiB, \(milliseconds) ms of this process's time")
        let read = try Exposition(String(decoding: octets, as: UTF8.self))
        #expect(read.samples.keys.count { $0.hasPrefix("portico_endpoint_weight{") } == 10_000)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool"), "needs prometheus"))
    func `Prometheus itself has nothing to say against it`() async throws {
        let backend = try TestBackend("b")
        try await ObservedEdge.with(["services/web-80/h:a:80": backend.address]) { edge async throws in
            _ = try await edge.request(host: "web.example")
            _ = try await edge.request(host: "nobody.example")
            let text = try await edge.ask("GET", "/metrics").text
            let folder = try ScratchFolder()
            try folder.write("metrics", text)
            let path = folder.path
            let (lines, ending) = try await offPool {
                let tool = try ChildProcess(
                    "/bin/sh", ["-c", "exec promtool check metrics < '\(path)/metrics' 2>&1"])
                return (try tool.waitForOutput(), try tool.waitForEnd())
            }
            #expect(lines == [])
            #expect(ending == .exited(0))
        }
    }
}
