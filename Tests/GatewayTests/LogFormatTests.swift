import Glibc
import Routing
import Testing

@testable import Gateway
@testable import Lab

/// Lines of the operator's own, what is logged whatever the sample, and destinations that take nothing.
@Suite(.apart) struct LogFormatTests {
    private func edge(
        _ backend: TestBackend, _ folder: ScratchFolder, _ change: (inout AccessLogConfiguration) throws -> Void
    ) throws -> Edge {
        var log = AccessLogConfiguration(path: "\(folder.path)/access.log")
        try change(&log)
        return try Edge(.one([backend.address], generation: 5)) { $0.accessLog = log }
    }

    /// The line that a format makes of an entry.
    private func line(_ text: String, _ entry: LogEntry, line: String = "", agent: String = "") throws -> String {
        var entry = entry
        let (request, client) = (Array(line.utf8), Array(agent.utf8))
        entry.parts.line = UInt16(request.count)
        entry.parts.agent = UInt16(client.count)
        var formatter = LogFormatter(format: .template(try LogTemplate(text)))
        var output: [UInt8] = []
        var octets = unsafe withUnsafeBytes(of: entry) { unsafe Array($0) }
        octets += Array(repeating: 0, count: MemoryLayout<LogEntry>.stride - octets.count)
        formatter.append(octets + request + client, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test func aLineOfTheOperatorsOwnSaysWhatItNames() throws {
        let folder = try ScratchFolder()
        let backend = try TestBackend("b")
        let edge = try edge(backend, folder) {
            $0.format = .template(
                try LogTemplate(
                    "$remote_addr|$remote_user|$request|$request_method|$request_uri|$uri|$args|$server_protocol|$host|"
                        + "$status|$http_referer|$http_user_agent|$route|$service|$upstream_addr|$endpoint|$failure|"
                        + "$generation|$tries|${status}x|$$|$trace_id|$auth_ms|$request_id"))
        }
        _ = try edge.client.exchange(get("/x?y=1", "User-Agent: curl/8 \"q\" \u{e9}"))
        let line = try LogFile(folder).lines(1)[0]
        let id = try #require(backend.requests.first?["X-Request-Id"])
        let address = backend.address
        #expect(
            line == #"127.0.0.1|-|GET /x?y=1 HTTP/1.1|GET|/x?y=1|/x|y=1|HTTP/1.1|web.test|200|-|"#
                + #"curl/8 \x22q\x22 \xc3\xa9|web|web-80|\#(address)|\#(address)|-|5|0|200x|$|-|-|\#(id)"#)
    }

    @Test func numbersAndTimesAreWrittenAsOthersDo() throws {
        var entry = LogEntry()
        entry.time = 1_764_176_400_987_654_321
        entry.duration = 12_345_678_901
        entry.sentAfter = 1_234_567
        entry.firstByteAfter = 2_000_001_000
        (entry.bytesIn, entry.bytesOut, entry.headOut) = (10, 1_000, 234)
        entry.status = 499
        #expect(
            try line(
                "$time_local $time_iso8601 $msec $request_time $upstream_header_time $upstream_response_time "
                    + "$request_length $bytes_sent $body_bytes_sent $sent_ms $first_byte_ms $duration_ms $status", entry
            )
                == "26/Nov/2025:17:00:00 +0000 2025-11-26T17:00:00Z 1764176400.987 12.345 1.998 - 10 1000 766 1.234 "
                + "2000.001 12345.678 499\n")
        entry.traceLow = 0xab
        entry.span = 0xcd
        #expect(try line("$trace_id/$span_id", entry) == "000000000000000000000000000000ab/00000000000000cd\n")
        // Nothing was read that could be a request.
        #expect(try line("[$request][$request_method][$uri]", entry) == "[][-][-]\n")
        #expect(try line("$request_method $uri $args", entry, line: "TCP db") == "TCP db -\n")
    }

    @Test(arguments: [
        ("$foo", "names $foo: there are $args, $auth_ms,"), ("${remote_addr", "has a $ without a name"),
        ("$", "has a $ without a name"), ("a ${} b", "has a $ without a name"),
        ("$http_cookie", "names $http_cookie: of a request's fields there are $host, $http_referer"),
        ("%h %l", "says nothing of a request"),
        ("", "says nothing"), ("$$", "says nothing"), ("$status\nx", "is one line"),
        (String(repeating: "$status", count: 600), "has 4200 octets: 4096 at the most"),
    ])
    func whatIsNoLineIsRefusedWithTheReason(text: String, reason: String) throws {
        let error = #expect(throws: LogTemplate.Malformed.self) { try LogTemplate(text) }
        #expect(error?.description.hasPrefix(reason) == true, "\(error?.description ?? "")")
    }

    @Test func hostileLinesStayLines() throws {
        var random = SeededGenerator(seed: 7)
        let names = LogTemplate.variables
        for _ in 0..<2_000 {
            let text = (0..<3).map { _ in "$\(names[Int.random(in: 0..<names.count, using: &random)])" }
                .joined(separator: " ")
            func hostile() -> String {
                String(
                    decoding: (0..<Int.random(in: 0...40, using: &random)).map { _ in
                        UInt8.random(in: 0...255, using: &random)
                    }, as: UTF8.self)
            }
            let output = try line(text, LogEntry(), line: hostile(), agent: hostile())
            #expect(output.utf8.last == 10 && output.utf8.dropLast().allSatisfy { $0 >= 0x20 && $0 < 0x7f })
        }
    }

    @Test func whatFailsOrIsSlowIsLoggedWhateverTheSample() throws {
        let folder = try ScratchFolder()
        let backend = try TestBackend("b")
        let edge = try edge(backend, folder) {
            $0.sample = 0
            $0.slow = 100
        }
        let stream = try edge.client.connect()
        for _ in 0..<5 { _ = try stream.roundTrip(get("/quick")) }
        let gate = Gate()
        backend.behave(.identity(after: gate))
        try stream.socket.send(get("/slow"))
        try backend.waitForRequests(6)
        Deadline.after(.milliseconds(150)).pass()
        gate.open()
        _ = try stream.answer(by: .after(.seconds(20)))
        backend.behave(.status(500))
        _ = try stream.roundTrip(post("x"))
        let lines = try LogFile(folder).lines(2)
        // On a busy machine a quick one may be slow.
        #expect(lines.contains { $0.contains("/slow ") })
        #expect(lines.last?.contains("\"POST / HTTP/1.1\" 500 ") == true)
    }

    @Test func aFullDiskLosesLinesAndTheyAreCounted() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address])) { $0.accessLog = AccessLogConfiguration(path: "/dev/full") }
        let stream = try edge.client.connect()
        for _ in 0..<20 { #expect(try stream.roundTrip(get()).status == 200) }
        try edge.statistics { $0.logLinesDropped == 20 }
        #expect(try Drain(edge.gateway, within: .seconds(10)).result() == 0)
    }

    @Test func aLogIsNobodyElsesToRead() throws {
        let folder = try ScratchFolder()
        let backend = try TestBackend("b")
        let edge = try edge(backend, folder) { _ in }
        _ = try edge.client.exchange(get())
        _ = try LogFile(folder).lines(1)
        var facts = stat()
        #expect(unsafe stat("\(folder.path)/access.log", &facts) == 0)
        #expect(facts.st_mode & 0o7777 & ~0o640 == 0)
    }

    @Test func rotationUnderLoadLosesNothing() throws {
        let folder = try ScratchFolder()
        let backend = try TestBackend("b")
        let edge = try edge(backend, folder) { $0.format = .template(try LogTemplate("$request_uri")) }
        let stream = try edge.client.connect()
        var names: [String] = []
        for turn in 0..<4 {
            for number in 0..<200 { _ = try stream.roundTrip(get("/\(turn)-\(number)")) }
            let name = "\(folder.path)/access.log.\(turn)"
            names.append(name)
            #expect(unsafe rename("\(folder.path)/access.log", name) == 0)
            edge.gateway.reopenLogs()
            let deadline = Deadline.after(.seconds(20))
            while unsafe access("\(folder.path)/access.log", F_OK) != 0 {
                if deadline.hasPassed { throw LabError("the log was not opened anew") }
                Deadline.after(.milliseconds(5)).pass()
            }
        }
        #expect(try Drain(edge.gateway, within: .seconds(10)).result() == 0)
        let all =
            try (0..<4).flatMap { try folder.read("access.log.\($0)").split(separator: "\n") }
            + folder.read("access.log").split(separator: "\n")
        #expect(all.map(String.init) == (0..<4).flatMap { turn in (0..<200).map { "/\(turn)-\($0)" } })
    }
}
