import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Endpoints that fail under load, and what clients see of it with and without protection.
    @Suite(.timeLimit(.minutes(5))) struct Faults {
        /// Faults that need more than a process.
        static let possible = Fault.allCases.filter { $0 != .blackHoled || DockerHosts.isPossible }

        @Test("whatever an endpoint does, protection saves every request that can be repeated")
        func faults() throws {
            var rows = ["                      GET unprotected      protected   POST unprotected      protected"]
            for fault in Self.possible {
                let bare = try FaultRun.outcome(of: fault, FaultRun.bare)
                let protected = try FaultRun.outcome(of: fault, FaultRun.protected)
                let cells = [bare.gets, protected.gets, bare.posts, protected.posts].map { report in
                    let text = "\(report.failureCount) of \(report.failureCount + report.latencies.count)"
                    return String(repeating: " ", count: max(1, 15 - text.count)) + text
                }
                rows.append(fault.rawValue.padding(toLength: 22, withPad: " ", startingAt: 0) + cells.joined())
                // Of an answer that has begun the client has a part already: no other can take its place.
                if fault != .bodyReset {
                    #expect(protected.gets.failureCount == 0, "\(fault): \(protected.gets.firstFailures)")
                }
                #expect(protected.gets.perBackend.count >= 3, "\(fault): the others were used")
                switch fault {
                case .killed, .refusing: break
                default: #expect(bare.gets.failureCount > 0, "\(fault) harms nobody, so this shows nothing")
                }
                if fault == .bodyReset {
                    #expect(protected.gets.failureCount < bare.gets.failureCount / 2, "\(rows)")
                }
            }
            print((["failed requests, one of four endpoints at fault:"] + rows).joined(separator: "\n"))
        }

        @Test("all 20 endpoints of a service are replaced one by one under load, and no request fails")
        func rollingReplacement() throws {
            let old = try (0..<20).map { try FaultyEndpoint("old\($0)") }
            let setting = try Setting(workers: 2)
            for (index, endpoint) in old.enumerated() {
                try setting.api.put("services/web-80/h1:c\(index):80", endpoint.address)
            }
            try setting.settle()
            let hosts = ["web-80.test"]
            let port = setting.edge.port
            let gets = LoadGenerator(port: port, hosts: hosts, connections: 16, pause: .milliseconds(4))
            let posts = LoadGenerator(port: port, hosts: hosts, connections: 4, method: "POST", pause: .milliseconds(4))
            try gets.wait(for: 200)
            var new: [FaultyEndpoint] = []
            for index in old.indices {
                let fresh = try FaultyEndpoint("new\(index)")
                new.append(fresh)
                // The new one takes the old one's key: it is in and the other out at once.
                try setting.api.put("services/web-80/h1:c\(index):80", fresh.address)
                try setting.settle()
                old[index].process.signal(SIGTERM)
                #expect(try old[index].process.waitForEnd() == .exited(0))
            }
            try gets.wait(for: 200)
            for (what, report) in [("GET", try gets.stop()), ("POST", try posts.stop())] {
                #expect(report.failureCount == 0, "\(what): \(report.firstFailures)")
                #expect(report.idleClosings == 0)
                #expect(report.perBackend.keys.contains { $0.hasPrefix("new") })
                print("rolling replacement: \(report.latencies.count) \(what) requests, 0 failed is right")
            }
            #expect(new.count == 20)
        }
    }
}
