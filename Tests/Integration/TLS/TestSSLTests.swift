import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// What testssl.sh has to say of the edge as it is without a word of configuration.
    @Suite(.timeLimit(.minutes(4))) struct TestSSL {
        /// One finding of testssl.sh.
        struct Finding: Decodable {
            let id: String
            let severity: String
            let finding: String
        }

        @Test("testssl.sh finds no old protocol, no weak cipher and no vulnerability")
        func findings() throws {
            let secure = try SecureSetting(backend: try TestBackend("web"), workers: 2)
            // Some of its checks name no host.
            try secure.authority.issue("web-80.test", as: "default", in: secure.certificates)
            try secure.setting.edge.child.wait(until: "showing the default") { try secure.subject(for: nil) != nil }
            let report = "\(secure.authority.folder.path)/report.json"
            let outcome = try Command.run(
                "testssl",
                [
                    "--quiet", "--color", "0", "--warnings", "off", "--ip", "127.0.0.1", "--nodns", "none",
                    "--protocols", "--server-defaults", "--std", "--fs", "--vulnerable", "--jsonfile", report,
                    "web-80.test:\(secure.port)",
                ], within: .seconds(200))
            let data = try Data(contentsOf: URL(fileURLWithPath: report))
            let findings = try JSONDecoder().decode([Finding].self, from: data)
            #expect(findings.count > 50, "\(outcome.text)")
            for name in ["TLS1_2", "TLS1_3"] {
                #expect(findings.first { $0.id == name }?.finding.contains("offered") == true, "\(name)")
            }
            for name in ["SSLv2", "SSLv3", "TLS1", "TLS1_1"] {
                #expect(findings.first { $0.id == name }?.finding == "not offered", "\(name)")
            }
            for finding in findings where Self.counts(finding) {
                Issue.record(Comment(rawValue: "\(finding.severity) \(finding.id): \(finding.finding)"))
            }
        }

        /// Whether a finding is about the server, and bad.
        private static func counts(_ finding: Finding) -> Bool {
            guard ["LOW", "MEDIUM", "HIGH", "CRITICAL", "WARN"].contains(finding.severity) else { return false }
            // Its client leaves without the ticket where that comes a moment late; ResumptionTests look at tickets.
            if finding.id == "sessionresumption_ticket", finding.finding.contains("connect problem") { return false }
            // Of the lab's authority and its certificates: no list trusts it, and nobody asks whether they are revoked.
            return !(finding.id.hasPrefix("cert_") || ["DNS_CAArecord", "engine_problem"].contains(finding.id))
        }
    }
}
