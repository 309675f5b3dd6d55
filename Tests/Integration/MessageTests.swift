import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Messages of every shape arrive as they were sent.
    @Suite(.timeLimit(.minutes(2))) struct Messages {
        @Test("HEAD, 204 and 304 have no body, and the connection goes on", arguments: ["HEAD", "204", "304"])
        func bodiless(kind: String) throws {
            let backend = try TestBackend("web")
            switch kind {
            case "204": backend.behave(.raw("HTTP/1.1 204 No Content\r\n\r\n"))
            case "304": backend.behave(.raw("HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\nETag: \"a\"\r\n\r\n"))
            default: backend.behave(.raw("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"))
            }
            let setting = try Setting(backend: backend)
            let method = kind == "HEAD" ? "HEAD" : "GET"
            let stream = try setting.client.connect()
            for _ in 0..<3 {
                try stream.socket.send("\(method) / HTTP/1.1\r\nHost: web-80.test\r\n\r\n")
                let answer = try stream.answer(to: method, by: .after(.seconds(3)))
                #expect(answer.status == Int(kind) ?? 200)
                #expect(answer["Transfer-Encoding"] == nil)
                if kind == "HEAD" { #expect(answer["Content-Length"] == "1000000") }
            }
            #expect(stream.buffer.isEmpty)
        }

        @Test("a chunked answer arrives with its trailers")
        func trailers() throws {
            let setting = try Setting(backend: try TestBackend("web", .chunkedWithTrailers))
            let answer = try setting.client.get(host: "web-80.test", fields: ["TE: trailers"])
            #expect(answer.text == "Hello, world")
            #expect(answer.trailers?["X-Sum"] == "12")
        }

        @Test("a chunked request arrives with its trailers, newly framed")
        func requestTrailers() throws {
            let backend = try TestBackend("web", .echo)
            let setting = try Setting(backend: backend)
            let answer = try setting.client.exchange(
                "POST / HTTP/1.1\r\nHost: web-80.test\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                    + "5;ext=\"1\"\r\nHello\r\n07\r\n, world\r\n000\r\nX-Sum: 12\r\n\r\n")
            #expect(answer.text == "Hello, world")
            let seen = try backend.waitForRequests()
            #expect(seen.trailers?["X-Sum"] == "12")
        }

        @Test("an answer whose end is the connection's end arrives whole")
        func untilClose() throws {
            let body = String(repeating: "0123456789", count: 50_000)
            let backend = try TestBackend("web", .raw("HTTP/1.1 200 OK\r\n\r\n\(body)", keepsAlive: false))
            let setting = try Setting(backend: backend)
            #expect(try setting.client.get(host: "web-80.test").text == body)
        }

        @Test("an HTTP/1.0 endpoint's answer arrives")
        func oldBackend() throws {
            let setting = try Setting(backend: try TestBackend("web", .http10))
            #expect(try setting.client.get(host: "web-80.test").text == "old")
        }

        @Test("an HTTP/1.0 client gets no chunks and its connection is closed, or kept if it asks")
        func oldClient() throws {
            let backend = try TestBackend("web", .chunkedWithTrailers)
            let setting = try Setting(backend: backend)
            let bytes = try setting.client.exchangeToEnd(Array("GET / HTTP/1.0\r\nHost: web-80.test\r\n\r\n".utf8))
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.hasSuffix("\r\n\r\nHello, world"), "\(text)")
            #expect(!text.lowercased().contains("transfer-encoding"))

            backend.behave(.identity)
            let stream = try setting.client.connect()
            for _ in 0..<2 {
                try stream.socket.send("GET / HTTP/1.0\r\nHost: web-80.test\r\nConnection: keep-alive\r\n\r\n")
                let answer = try stream.answer(by: .after(.seconds(5)))
                #expect(answer["Connection"]?.lowercased() == "keep-alive")
                #expect(answer.text == "web")
            }
        }

        @Test("103 Early Hints comes before the answer")
        func earlyHints() throws {
            let setting = try Setting(backend: try TestBackend("web", .earlyHints))
            let answer = try setting.client.get(host: "web-80.test")
            #expect(answer.interim.map(\.status) == [103])
            #expect(answer.interim.first?["Link"] == "</a.css>; rel=preload")
            #expect(answer.text == "web")
        }

        @Test("an answer before the whole request arrives at once")
        func earlyResponse() throws {
            let setting = try Setting(backend: try TestBackend("web", .earlyResponse))
            let stream = try setting.client.connect()
            try stream.socket.send("POST / HTTP/1.1\r\nHost: web-80.test\r\nContent-Length: 1000000\r\n\r\npart")
            let answer = try stream.answer(by: .after(.seconds(5)))
            #expect(answer.status == 413)
            #expect(answer.text == "early")
        }

        @Test("curl with Expect: 100-continue uploads what arrives", arguments: ["-T-", "--data-binary"])
        func curlUpload(how: String) throws {
            let folder = try ScratchFolder()
            let body = String(repeating: "portico ", count: 300_000)
            let file = try folder.write("body", body)
            let setting = try Setting(backend: try TestBackend("web", .count))
            guard let curl = Repository.program("curl") else { throw LabError("no curl: apt-get install curl") }
            let upload = how == "-T-" ? "-T -" : "--data-binary @-"
            let child = try ChildProcess(
                "/bin/sh",
                [
                    "-c",
                    "\(curl) -sS -m 20 \(upload) -H 'Expect: 100-continue' --expect100-timeout 15 -w ' %{http_code} %{time_total}'"
                        + " -H 'Host: web-80.test' http://127.0.0.1:\(setting.edge.port)/ < \(file)",
                ])
            let output = try child.waitForOutput().joined()
            #expect(output.hasPrefix("\(body.utf8.count) 200 "), "\(output)")
            let seconds = try #require(Double(output.split(separator: " ").last ?? ""))
            #expect(seconds < 10, "100 Continue did not come: curl waited its whole 15 seconds")
        }

        @Test("100 Continue of the endpoint's own is passed on once")
        func continuePassed() throws {
            let setting = try Setting(backend: try TestBackend("web", .continueThenEcho))
            let stream = try setting.client.connect()
            try stream.socket.send(
                "POST / HTTP/1.1\r\nHost: web-80.test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
            let interim = try #require(try stream.head(by: .after(.seconds(5))))
            #expect(interim.status == 100)
            try stream.socket.send("Hello")
            let answer = try stream.answer(by: .after(.seconds(5)))
            #expect(answer.interim.isEmpty)
            #expect(answer.text == "Hello")
        }

        @Test("a client whose expectation the endpoint ignores sends in the end, and is answered")
        func expectationIgnored() throws {
            let setting = try Setting(backend: try TestBackend("web", .echo))
            let stream = try setting.client.connect()
            try stream.socket.send(
                "POST / HTTP/1.1\r\nHost: web-80.test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
            _ = stream.socket.isReadable(by: .after(.seconds(1)))
            try stream.socket.send("Hello")
            #expect(try stream.answer(by: .after(.seconds(5))).text == "Hello")
        }

        @Test("an unknown expectation is 417")
        func unknownExpectation() throws {
            let setting = try Setting(backend: try TestBackend("web"))
            #expect(try setting.client.get(host: "web-80.test", fields: ["Expect: cake"]).status == 417)
        }

        @Test("any split of a request's octets reads the same")
        func splits() throws {
            let backend = try TestBackend("web", .echo)
            let setting = try Setting(backend: backend)
            let bytes = Array(
                "POST / HTTP/1.1\r\nHost: web-80.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
                    .utf8)
            let stream = try setting.client.connect()
            for split in 1..<bytes.count {
                try stream.socket.send(Array(bytes[..<split]))
                try stream.socket.send(Array(bytes[split...]))
                #expect(try stream.answer(by: .after(.seconds(5))).text == "abcde", "split at \(split)")
            }
        }
    }
}
