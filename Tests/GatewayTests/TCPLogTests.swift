import Foundation
import Gateway
import Routing
import Testing

@testable import Lab

/// TCP sessions in the access log.
@Suite(.apart) struct TCPLogTests {
    private static func line(_ folder: ScratchFolder) throws -> String {
        let deadline = Deadline.after(.seconds(20))
        while true {
            if let text = try? folder.read("log"), let line = text.split(separator: "\n").first { return String(line) }
            if deadline.hasPassed { throw LabError("no line in the log") }
            Deadline.after(.milliseconds(10)).pass()
        }
    }

    private static func edge(
        _ table: TableDescription, _ folder: ScratchFolder, _ format: AccessLogConfiguration.Format
    ) throws -> Edge {
        try Edge.tcp(table) { configuration in
            configuration.accessLog = AccessLogConfiguration(path: folder.path + "/log", format: format)
        }
    }

    @Test func aCombinedLineSaysEverything() throws {
        let folder = try ScratchFolder()
        let backend = try TCPBackend(TCPBackend.echo)
        let edge = try Self.edge(.raw([backend.address], generation: 5), folder, .combined)
        let client = try edge.connect()
        try client.send("hello")
        _ = try client.take(5)
        client.finishSending()
        #expect(try client.hasEnded())
        let pattern =
            #"^127\.0\.0\.1 - - \[[^]]+\] "TCP http" 200 5 "-" "-" host=- id=- route=- service=raw-1 "#
            + #"endpoint=\#(backend.address.replacingOccurrences(of: ".", with: "\\.")) failure=- "#
            + #"gen=5 tries=0 in=5 ms=\d+\.\d{3}/\d+\.\d{3}/\d+\.\d{3}$"#
        let line = try Self.line(folder)
        #expect(line.range(of: pattern, options: .regularExpression) != nil, "\(line)")
    }

    @Test func anObjectSaysWhatFailed() throws {
        let folder = try ScratchFolder()
        let gone = try TCPBackend { _ in }
        gone.refuse()
        let edge = try Self.edge(.raw([gone.address]), folder, .json)
        #expect(try edge.turnsAway())
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(try Self.line(folder).utf8)) as? [String: Any])
        #expect(object["request"] as? String == "TCP http")
        #expect(object["service"] as? String == raw)
        #expect(object["endpoint"] as? String == gone.address)
        #expect(object["failure"] as? String == "connect-refused")
        #expect(object["status"] as? Int == 502)
        #expect(object["bytes_out"] as? Int == 0)
    }
}
