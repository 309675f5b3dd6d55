import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Services come and go under load, through the templates of this project, beside a reload for each change.
    @Suite(.timeLimit(.minutes(5))) struct RenderTemplates {
        private struct Result {
            var name: String
            var report: LoadReport
            var reloads: Int
            var saved: Int
            var changes: Int
            /// Milliseconds from a key to the first request.
            var delays: [Double]
            /// Endpoints that got none until a later change.
            var lost: Int

            var line: String {
                let sorted = delays.sorted()
                let median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
                return String(
                    format: "%@: %d requests, %d failed, %d idle connections closed; %d changes, %d reloads, %d saved; "
                        + "key to traffic %.0f ms (median), %.0f ms (most), %d lost",
                    name, report.latencies.count, report.failureCount, report.idleClosings, changes, reloads, saved,
                    median, sorted.last ?? 0, lost)
            }
        }

        /// Endpoints join and leave one after the other while requests never pause.
        private func run(_ kind: ProxyUnderRender.Kind, _ consul: ConsulAgent) throws -> Result {
            let backends = try (0..<12).map { try TestBackend("\(kind)\($0)") }
            let proxy = try ProxyUnderRender(kind, consul, endpoints: Array(backends.prefix(2)))
            let load = LoadGenerator(port: proxy.port, hosts: ["web.test"], connections: 16, pause: .milliseconds(2))
            try load.wait(for: 200)
            var delays: [Double] = []
            var lost = 0
            for index in 2..<backends.count {
                let begin = ContinuousClock.now
                try proxy.add(backends[index])
                if let first = try? backends[index].waitForFirstRequest(within: .seconds(8)) {
                    delays.append((first - begin).inMilliseconds)
                } else {
                    lost += 1
                }
                // It goes on serving until nobody asks it any more, as a container that is told to stop would.
                try proxy.remove(backends[index - 2])
                try load.wait(for: 200)
            }
            try load.wait(for: 1_000)
            let report = try load.stop()
            let result = Result(
                name: kind.rawValue, report: report, reloads: proxy.reloads, saved: proxy.savedReloads,
                changes: 2 * (backends.count - 2), delays: delays, lost: lost)
            print("portico render: \(result.line)")
            try proxy.stop()
            return result
        }

        @Test(
            "HAProxy by its runtime API fails no request and reloads nothing, where a reload for each change reloads each time"
        )
        func haproxy() throws {
            let consul = try ConsulAgent()
            let live = try run(.haproxyLive, consul)
            #expect(live.report.failureCount == 0, "\(live.report.firstFailures)")
            #expect(live.reloads == 0 && live.saved >= live.changes / 2 && live.lost == 0)
            let fixed = try run(.haproxyReload, consul)
            #expect(fixed.reloads >= fixed.changes / 2, "\(fixed.line)")
        }

        @Test("nginx with changes gathered reloads less often than with a reload for each change, and loses no answer")
        func nginx() throws {
            let consul = try ConsulAgent()
            let gathered = try run(.nginxGathered, consul)
            let fixed = try run(.nginxReload, consul)
            #expect(gathered.reloads < fixed.reloads, "\(gathered.line)\n\(fixed.line)")
            // What crosses a connection that an old worker closes is sent again; nothing else may fail.
            #expect(gathered.report.failureCount == 0 && gathered.lost == 0, "\(gathered.report.firstFailures)")
        }

        @Test("a service's only container is replaced without a reload of HAProxy")
        func lonely() throws {
            let consul = try ConsulAgent()
            let backends = try (0..<3).map { try TestBackend("only\($0)") }
            let proxy = try ProxyUnderRender(.haproxyLive, consul, endpoints: [backends[0]])
            let client = RawClient(port: proxy.port)
            #expect(try client.get(host: "web.test")["X-Backend"] == "only0")
            for index in 1..<3 {
                try proxy.remove(backends[index - 1])
                try proxy.proxy.wait(until: "without an endpoint") { try client.get(host: "web.test").status == 503 }
                try proxy.add(backends[index])
                try proxy.proxy.wait(until: "with its next") {
                    try client.get(host: "web.test")["X-Backend"] == "only\(index)"
                }
            }
            #expect(proxy.reloads == 0, "\(proxy.render.log)")
            try consul.api.put("services/other-80/h:o:80", backends[0].address)
            try proxy.proxy.wait(until: "with a new service") {
                try client.get(host: "other.test")["X-Backend"] == "only0"
            }
            try proxy.render.wait(forWord: "reloaded: process")
            #expect(proxy.reloads == 1, "\(proxy.render.log)")
            try proxy.stop()
        }
    }
}
