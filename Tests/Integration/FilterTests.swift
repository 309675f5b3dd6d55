import Lab
import Testing

extension IntegrationTests {
    /// What the edge does to requests and answers on their way: asks about those, compresses these.
    @Suite(.timeLimit(.minutes(3))) struct Filters {
        @Test(
            "answers are compressed as the configuration says, and curl reads them", arguments: ["gzip", "br", "zstd"])
        func compression(coding: String) throws {
            let text = String(repeating: "{\"name\":\"value\"},", count: 1000)
            let backend = try TestBackend(
                "web",
                .raw(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
                ))
            let setting = try Setting(
                backend: backend,
                configuration: """
                    listeners: [{ address: "127.0.0.1:PORT" }]
                    services: { web-80: { compress: { algorithms: [\(coding)], level: 5 } } }
                    """)
            let curl = try ChildProcess(
                Command.path(of: "curl"),
                [
                    "-sS", "--compressed", "-H", "Host: web-80.test", "-w", "\n%{size_download}",
                    "http://127.0.0.1:\(setting.edge.port)/",
                ])
            #expect(try curl.waitForEnd() == .exited(0))
            let lines = try curl.waitForOutput()
            #expect(lines.first == text)
            #expect((lines.last.flatMap { Int($0) } ?? .max) < 1000)
        }

        @Test("nginx says who may go on, and its answer is the client's where it says no")
        func permission() throws {
            let auth = try NginxProcess(
                server: """
                    listen 127.0.0.1:PORT;
                    location / {
                      if ($http_authorization != "Bearer let-me-in") {
                        add_header WWW-Authenticate "Bearer" always;
                        return 401 "who are you?\\n";
                      }
                      add_header X-User "anna $http_x_forwarded_method $http_x_forwarded_uri";
                      return 204;
                    }
                    """)
            let backend = try TestBackend("web", .mirror)
            let setting = try Setting(
                backend: backend,
                configuration: """
                    listeners: [{ address: "127.0.0.1:PORT" }]
                    services:
                      web-80: { forward_auth: { address: "\(auth.address)", path: /verify, response_headers: [X-User] } }
                    """)
            let no = try setting.client.get("/a", host: "web-80.test")
            #expect(no.status == 401)
            #expect(no.text == "who are you?\n")
            #expect(no["WWW-Authenticate"] == "Bearer")
            #expect(backend.requestCount == 0)
            let yes = try setting.client.get(
                "/a?b=c", host: "web-80.test", method: "POST",
                fields: ["Authorization: Bearer let-me-in", "X-User: root"], body: "hello")
            #expect(yes.status == 200)
            #expect(yes.text.contains("X-User: anna POST /a?b=c\r\n"))
            #expect(!yes.text.contains("root"))
        }

        @Test("a thousand slow streams are compressed in bounded memory, and all of them arrive")
        func slowStreams() throws {
            let gate = Gate()
            let backend = try TestBackend(
                "web",
                .custom { _, _, stream in
                    try stream.socket.send(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nfirst\n\r\n"
                    )
                    gate.wait()
                    try stream.socket.send("5\r\nlast\n\r\n0\r\n\r\n")
                    return true
                })
            let setting = try Setting(
                backend: backend,
                configuration: """
                    listeners: [{ address: "127.0.0.1:PORT" }]
                    defaults: { compress: { algorithms: gzip } }
                    """)
            defer { gate.open() }
            var streams: [MessageStream] = []
            var coded = 0
            for _ in 0..<1000 {
                let stream = try setting.client.connect()
                try stream.socket.send(
                    "GET / HTTP/1.1\r\nHost: web-80.test\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n")
                let head = try #require(try stream.head(by: .after(.seconds(30))))
                if head["Content-Encoding"] == "gzip" { coded += 1 }
                streams.append(stream)
            }
            // Those that find no encoder go out as they came.
            #expect((200...300).contains(coded), "\(coded) are compressed")
            let resident = try ProcessFigures.resident(setting.edge.child.id)
            #expect(resident < 160 << 20, "\(resident >> 20) MB resident")
            gate.open()
            var buffer = [UInt8](repeating: 0, count: 4096)
            for stream in streams {
                var end: [UInt8] = []
                // Each is whole: the last chunk, and then the end.
                while true {
                    let count = try stream.socket.receive(over: &buffer, by: .after(.seconds(60)))
                    if count == 0 { break }
                    end = Array((end + buffer[..<count]).suffix(5))
                }
                #expect(end == Array("0\r\n\r\n".utf8))
            }
        }
    }
}
