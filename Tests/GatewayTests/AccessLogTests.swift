import Foundation
import Glibc
import Routing
import Testing

@testable import Gateway
@testable import Lab

/// Lines of the access log, and that their destination never holds a request up.
@Suite(.apart) struct AccessLogTests {
    @Test func aCombinedLineSaysEverything() throws {
        let folder = try ScratchFolder()
        let backend = try TestBackend("b")
        let edge = try Self.edge(backend, "\(folder.path)/access.log", .combined)
        _ = try edge.client.exchange(get("/x?y=1", "User-Agent: curl/8", "Referer: http://r/"))
        let line = try LogFile(folder).lines(1)[0]
        let pattern =
            #"^127\.0\.0\.1 - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET /x\?y=1 HTTP/1\.1" 200 \d+ "#
            + #""http://r/" "curl/8" host=web\.test id=[0-9a-f]{32} route=web service=web-80 "#
            + #"endpoint=\#(backend.address.replacingOccurrences(of: ".", with: "\\.")) failure=- "#
            + #"gen=5 tries=0 in=\d+ ms=\d+\.\d{3}/\d+\.\d{3}/\d+\.\d{3}$"#
        #expect(line.range(of: pattern, options: .regularExpression) != nil, "\(line)")
        #expect(line.contains("id=\(backend.requests.first?["X-Request-Id"] ?? "none")"))
    }

    @Test(arguments: [AccessLogConfiguration.Format.combined, .json])
    func hostileOctetsAreEscaped(format: AccessLogConfiguration.Format) throws {
        let folder = try ScratchFolder()
        let backend = try TestBackend("b")
        let edge = try Self.edge(backend, "\(folder.path)/access.log", format)
        let stream = try edge.client.connect()
        let agent = "a\"b\\c\td\u{e9}\u{2028}"
        _ = try stream.roundTrip(get("/\"", "User-Agent: \(agent)"))
        // Not UTF-8 at all.
        try stream.socket.send(
            Array("GET / HTTP/1.1\r\nHost: \(host)\r\nUser-Agent: ".utf8) + [0xff, 0x80] + [13, 10, 13, 10])
        _ = try stream.answer(by: .after(.seconds(10)))
        let lines = try LogFile(folder).lines(2)
        #expect(lines.allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f } })
        if format == .combined {
            #expect(lines[0].contains(#""a\x22b\x5cc\x09d\xc3\xa9\xe2\x80\xa8" host="#), "\(lines[0])")
            #expect(lines[1].contains(#""\xff\x80""#))
        } else {
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
            #expect(object["status"] as? Int == 200)
            #expect(object["client"] as? String == "127.0.0.1")
            #expect(object["host"] as? String == host)
            #expect((object["user_agent"] as? String)?.hasPrefix("a\"b\\c\td") == true)
            #expect((object["request"] as? String)?.hasPrefix("GET /") == true)
            #expect(object["generation"] as? Int == 5)
            #expect(try JSONSerialization.jsonObject(with: Data(lines[1].utf8)) is [String: Any])
        }
    }

    @Test func theLatestRequestsCanBeAskedAbout() throws {
        let folder = try ScratchFolder()
        let backend = try TestBackend("b")
        let edge = try Self.edge(backend, "\(folder.path)/access.log", .combined)
        let stream = try edge.client.connect()
        for number in 0..<3 { _ = try stream.roundTrip(get("/x\(number)")) }
        _ = try stream.roundTrip("GET /none HTTP/1.1\r\nHost: other\r\n\r\n")
        // What is in the file was kept before.
        _ = try LogFile(folder).lines(4)
        let latest = edge.gateway.recentRequests(10)
        #expect(latest.map(\.line).map { $0.split(separator: " ")[1] } == ["/none", "/x2", "/x1", "/x0"])
        #expect(latest.map(\.status) == [404, 200, 200, 200])
        #expect(latest.first?.failure == "no-route" && latest.first?.timings.beforeSending == nil)
        let second = try #require(edge.gateway.recentRequest(id: backend.requests[1]["X-Request-Id"] ?? "none"))
        #expect(second == latest[2])
        #expect(second.route == "web" && second.endpoint == backend.address && second.client == "127.0.0.1")
        let timings = second.timings
        let parts = (timings.beforeSending ?? 0) + (timings.firstByte ?? 0) + (timings.body ?? 0)
        #expect(abs(parts - timings.total) < 0.000_01 && timings.firstByte != nil)
        #expect(second.question?.url == "http://\(host)/x1")
        #expect(edge.gateway.recentRequest(id: "none") == nil)
    }

    @Test func onlySoManyOfTheLatestRequestsAreKept() throws {
        let ring = RecentRequests(limit: 10_000)
        for number in 0..<1_000 {
            var entry = LogEntry()
            let id = Array("id\(number)".utf8)
            entry.parts.requestID = UInt16(id.count)
            var octets = unsafe withUnsafeBytes(of: entry) { unsafe Array($0) }
            octets += [UInt8](repeating: 0, count: MemoryLayout<LogEntry>.stride - octets.count)
            ring.add(octets + id)
        }
        let kept = ring.latest(1_000)
        #expect(kept.count > 20 && kept.count < 100)
        #expect(kept.map(\.id) == (0..<kept.count).map { "id\(999 - $0)" })
        #expect(ring.request(id: "id0") == nil)
        #expect(ring.request(id: "id999") != nil)
    }

    @Test func failuresAndRefusalsAreNamed() throws {
        let folder = try ScratchFolder()
        let backend = try TestBackend("b", .closeAfterRequest)
        let edge = try Self.edge(backend, "\(folder.path)/access.log", .json)
        _ = try edge.client.exchange(get())
        _ = try edge.client.exchange("GET / HTTP/1.1\r\nHost: other\r\n\r\n")
        _ = try edge.client.exchange("BAD\r\n\r\n")
        backend.behave(.identity)
        _ = try edge.client.exchange(get())
        let failures = try LogFile(folder).lines(4).map { line in
            (try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["failure"] as? String
        }
        #expect(failures == ["upstream-reset", "no-route", "bad-request", nil])
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 200 OK\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n", "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "garbage\r\n\r\n",
    ])
    func aCombinedLineCountsTheOctetsOfTheBody(answer: String) throws {
        let folder = try ScratchFolder()
        let backend = try TestBackend("b", .raw(answer, keepsAlive: false))
        let edge = try Self.edge(backend, "\(folder.path)/access.log", .combined)
        let octets = try edge.client.exchangeToEnd(Array(get("/", "Connection: close").utf8))
        var rest = octets[...]
        while rest.starts(with: "HTTP/1.1 ".utf8), let end = Array(rest).end(of: [13, 10, 13, 10]) {
            rest = rest.dropFirst(end)
        }
        let words = try LogFile(folder).lines(1)[0].split(separator: " ")
        // After the request's three words in quotes: the status, and the body's octets as they were framed.
        #expect(words[9] == "\(rest.count)", "\(words)")
    }

    @Test func onlyAShareIsLoggedButEveryFailure() throws {
        let folder = try ScratchFolder()
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address])) {
            $0.accessLog = AccessLogConfiguration(path: "\(folder.path)/access.log", sample: 0)
        }
        let stream = try edge.client.connect()
        for _ in 0..<10 { _ = try stream.roundTrip(get()) }
        _ = try stream.roundTrip("GET / HTTP/1.1\r\nHost: other\r\n\r\n")
        #expect(try LogFile(folder).lines(1)[0].contains("failure=no-route"))
    }

    @Test func aDestinationThatNobodyReadsHoldsNothingUp() throws {
        let folder = try ScratchFolder()
        let path = "\(folder.path)/pipe"
        #expect(unsafe mkfifo(path, 0o600) == 0)
        // Held open and never read.
        let reader = unsafe open(path, O_RDWR)
        defer { close(reader) }
        let backend = try TestBackend("b")
        let edge = try Self.edge(backend, path, .json)
        let stream = try edge.client.connect()
        let long = String(repeating: "l", count: 7000)
        try stream.socket.send(get())
        #expect(try stream.answer(by: .after(.seconds(10))).status == 200)
        // More than pipe, writer and ring hold together.
        for _ in 0..<600 { #expect(try stream.roundTrip(get("/\(long)")).status == 200) }
        try edge.statistics { $0.logLinesDropped > 0 }
        #expect(try stream.roundTrip(get()).text == "b")
    }

    @Test func aRotatedFileIsOpenedAnew() throws {
        let folder = try ScratchFolder()
        let backend = try TestBackend("b")
        let edge = try Self.edge(backend, "\(folder.path)/access.log", .combined)
        _ = try edge.client.exchange(get("/1"))
        _ = try LogFile(folder).lines(1)
        try FileManager.default.moveItem(
            atPath: "\(folder.path)/access.log", toPath: "\(folder.path)/access.log.1")
        edge.gateway.reopenLogs()
        let deadline = Deadline.after(.seconds(10))
        while !FileManager.default.fileExists(atPath: "\(folder.path)/access.log") {
            if deadline.hasPassed { throw LabError("the log was not opened anew") }
            Deadline.after(.milliseconds(5)).pass()
        }
        _ = try edge.client.exchange(get("/2"))
        #expect(try LogFile(folder).lines(1)[0].contains("GET /2 "))
    }

    @Test func allLinesAreWrittenWhenADrainReturns() throws {
        let folder = try ScratchFolder()
        let backend = try TestBackend("b")
        let edge = try Self.edge(backend, "\(folder.path)/access.log", .combined)
        let stream = try edge.client.connect()
        for _ in 0..<300 { _ = try stream.roundTrip(get()) }
        stream.socket.close()
        #expect(try Drain(edge.gateway, within: .seconds(10)).result() == 0)
        #expect(try folder.read("access.log").split(separator: "\n").count == 300)
    }

    @Test func aDrainDoesNotWaitForADestinationThatNobodyReads() throws {
        let folder = try ScratchFolder()
        let path = "\(folder.path)/pipe"
        #expect(unsafe mkfifo(path, 0o600) == 0)
        let reader = unsafe open(path, O_RDWR)
        defer { close(reader) }
        let backend = try TestBackend("b")
        let edge = try Self.edge(backend, path, .json)
        let stream = try edge.client.connect()
        let long = String(repeating: "l", count: 7000)
        for _ in 0..<100 { #expect(try stream.roundTrip(get("/\(long)")).status == 200) }
        stream.socket.close()
        let start = ContinuousClock.now
        #expect(try Drain(edge.gateway, within: .seconds(10)).result() == 0)
        #expect(ContinuousClock.now - start < .seconds(8))
    }

    @Test func aFileThatCannotBeOpenedIsAnErrorThatSaysSo() throws {
        var configuration = GatewayConfiguration()
        configuration.accessLog = AccessLogConfiguration(path: "/nowhere/access.log")
        let error = #expect(throws: GatewayStartError.self) { try Gateway(configuration: configuration) }
        #expect(error?.description.contains("access_log: /nowhere/access.log: cannot be opened: No such file") == true)
    }

    private static func edge(
        _ backend: TestBackend, _ path: String, _ format: AccessLogConfiguration.Format
    ) throws -> Edge {
        try Edge(.one([backend.address], generation: 5)) {
            $0.accessLog = AccessLogConfiguration(path: path, format: format)
        }
    }
}
