import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// The access log.
    @Suite(.timeLimit(.minutes(1))) struct AccessLogs {
        @Test("combined lines tell who asked what and got which answer")
        func combined() throws {
            let lines = try Self.lines(format: "combined", count: 2)
            let line = try #require(lines.first { $0.contains("/path?q=1") })
            #expect(line.hasPrefix("127.0.0.1 - - ["), "\(line)")
            #expect(line.contains("\"GET /path?q=1 HTTP/1.1\" 200 3 \"http://from.test/\" \"agent "), "\(line)")
            #expect(!line.contains("agent \"x\""), "a quote of the client's ends the field: \(line)")
            #expect(lines.contains { $0.contains("\"GET /none HTTP/1.1\" 404 ") })
        }

        @Test("JSON lines are JSON, whatever a client writes into them")
        func json() throws {
            let lines = try Self.lines(format: "json", count: 2)
            let objects = try lines.map { line in
                try #require(
                    try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
            }
            #expect(objects.contains { "\($0["status"] ?? "")" == "200" && "\($0)".contains("/path?q=1") })
            #expect(objects.contains { "\($0["status"] ?? "")" == "404" })
        }

        @Test("a line of the operator's own says what it names")
        func template() throws {
            let lines = try Self.lines(format: "'$request_uri $status $host $request_time'", count: 2)
            let line = try #require(lines.first { $0.contains("/path?q=1") })
            let words = line.split(separator: " ")
            #expect(words.prefix(3) == ["/path?q=1", "200", "web-80.test"], "\(line)")
            #expect(words.count == 4 && Double(words[3]) != nil, "\(line)")
        }

        @Test("SIGUSR1 opens the file anew")
        func reopen() throws {
            let setting = try Self.setting(format: "combined")
            _ = try setting.client.get("/first", host: "web-80.test")
            try setting.edge.child.wait(until: "logging") { try Self.log(setting).contains("/first") }
            try FileManager.default.moveItem(
                atPath: "\(setting.edge.folder.path)/access.log", toPath: "\(setting.edge.folder.path)/access.log.1")
            try setting.edge.child.signal(SIGUSR1)
            try setting.edge.child.wait(until: "logging to the new file") {
                _ = try setting.client.get("/second", host: "web-80.test")
                return ((try? Self.log(setting)) ?? "").contains("/second")
            }
        }

        private static func setting(format: String) throws -> Setting {
            try Setting(
                backend: try TestBackend("web"),
                configuration: """
                    listeners: [{ address: "127.0.0.1:PORT" }]
                    access_log: { path: access.log, format: \(format) }
                    """)
        }

        private static func log(_ setting: Setting) throws -> String {
            try setting.edge.folder.read("access.log")
        }

        private static func lines(format: String, count: Int) throws -> [String] {
            let setting = try Self.setting(format: format)
            _ = try setting.client.get(
                "/path?q=1", host: "web-80.test",
                fields: ["Referer: http://from.test/", "User-Agent: agent \"x\" \\ \u{e9}\t\", \"status\": 1"])
            _ = try setting.client.get("/none", host: "nothing.test")
            var lines: [String] = []
            try setting.edge.child.wait(until: "logging \(count) requests") {
                lines = try Self.log(setting).split(separator: "\n").map(String.init)
                    .filter { $0.contains("/path?q=1") || $0.contains("/none") }
                return lines.count >= count
            }
            return lines
        }
    }
}
