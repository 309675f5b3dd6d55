import DockerEngine
import Lab
import Testing

/// Answers and bodies that come bit by bit.
@Suite(.timeLimit(.minutes(10)))
struct EngineStreamTests {
    /// A server that speaks API 1.44 to 1.47, refuses calls in others, and answers the rest as told.
    private static func server(_ answer: Behavior) throws -> TestBackend {
        let backend = try TestBackend("engine")
        backend.behave(
            .custom { name, request, stream in
                let (path, words) = (request.target, request.target.split(separator: "/"))
                if path == "/_ping" {
                    try stream.socket.send("HTTP/1.1 200 OK\r\nApi-Version: 1.47\r\nContent-Length: 2\r\n\r\nOK")
                } else if path == "/version" {
                    try send(#"{"Version":"27.0","ApiVersion":"1.47","MinAPIVersion":"1.44"}"#, stream)
                } else if !["v1.44", "v1.45", "v1.46", "v1.47"].contains(words.first) {
                    try send(
                        #"{"message":"client version \#(words[0]) is not spoken"}"#, status: "400 Bad Request", stream)
                } else {
                    return try answer.reply(name, request, stream)
                }
                return true
            })
        return backend
    }

    private static func send(_ text: String, status: String = "200 OK", _ stream: MessageStream) throws {
        try stream.socket.send("HTTP/1.1 \(status)\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
    }

    private static func engine(_ backend: TestBackend) throws -> DockerEngine {
        try DockerEngine(DockerAddress("tcp://\(backend.address)"), logger: Engines.quiet)
    }

    @Test func `an answer comes as the engine sends it`() async throws {
        let gate = Gate()
        let backend = try Self.server(
            .custom { _, _, stream in
                try stream.socket.send(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n"
                )
                gate.wait()
                try stream.socket.send("3\r\ntwo\r\n0\r\n\r\n")
                return true
            })
        let answer = try await Self.engine(backend).open(EngineCall("POST", "/images/create", what: "pull"))
        #expect(answer.isSuccess && answer.mediaType == "application/json")
        let pieces = answer.octets.makeAsyncIterator()
        #expect(try await pieces.next() == Array("one".utf8))
        gate.open()
        #expect(try await pieces.next() == Array("two".utf8))
        #expect(try await pieces.next() == nil)
    }

    @Test func `an answer that pauses for longer than it may is late`() async throws {
        let gate = Gate()
        let backend = try Self.server(
            .custom { _, _, stream in
                try stream.socket.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
                gate.wait()
                return false
            })
        let answer = try await Self.engine(backend).open(
            EngineCall("GET", "/x", what: "ask"), silence: .milliseconds(300))
        let error = await #expect(throws: DockerError.self) { for try await _ in answer.octets {} }
        #expect(error?.kind == .late)
        gate.open()
    }

    @Test func `a pause of whoever sends a body is no silence of the engine`() async throws {
        let backend = try Self.server(.echo)
        let (pieces, feed) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        let engine = try Self.engine(backend)
        let call = EngineCall(
            "POST", "/images/load", fields: [("Content-Type", "application/x-tar")], what: "load", deadline: .seconds(2)
        )
        feed.yield(Array("one ".utf8))
        let feeder = Task {
            try await Task.sleep(for: .seconds(2.5))
            feed.yield(Array("two".utf8))
            feed.finish()
        }
        let answer = try await soon("an echo") { try await engine.open(call, body: EngineBody(pieces)).whole() }
        #expect(answer.body == Array("one two".utf8))
        #expect(backend.requests.last?["Transfer-Encoding"] == "chunked")
        #expect(backend.requests.last?["Content-Type"] == "application/x-tar")
        try await feeder.value
    }

    @Test(arguments: [("1.45", "1.45"), ("1.30", "1.44"), ("1.60", "1.47")])
    func `a call is made in the version that is nearest to its maker's`(wanted: String, spoken: String) async throws {
        let backend = try Self.server(.identity)
        let engine = try Self.engine(backend)
        let call = EngineCall("GET", "/info", what: "ask", version: APIVersion(wanted))
        #expect(try await engine.exchange(call).body == Array("engine".utf8))
        #expect(try await engine.open(call).whole().body == Array("engine".utf8))
        #expect(backend.requests.suffix(2).map(\.target) == ["/v\(spoken)/info", "/v\(spoken)/info"])
    }

    @Test func `an engine that took another's place is agreed with anew`() async throws {
        let backend = try TestBackend("engine")
        func speak(_ version: String) {
            backend.behave(
                .custom { _, request, stream in
                    if request.target == "/_ping" {
                        try stream.socket.send(
                            "HTTP/1.1 200 OK\r\nApi-Version: \(version)\r\nContent-Length: 2\r\n\r\nOK")
                    } else if !request.target.hasPrefix("/v\(version)/") {
                        try Self.send(#"{"message":"client version is not spoken"}"#, status: "400 Bad Request", stream)
                    } else {
                        try Self.send(version, stream)
                    }
                    return true
                })
        }
        speak("1.52")
        let engine = try Self.engine(backend)
        #expect(try await engine.exchange(EngineCall("GET", "/info", what: "ask")).body == Array("1.52".utf8))
        speak("1.41")
        #expect(try await engine.exchange(EngineCall("GET", "/info", what: "ask")).body == Array("1.41".utf8))
        speak("1.44")
        let answer = try await engine.open(EngineCall("GET", "/info", what: "ask")).whole()
        #expect(answer.status == 200 && answer.body == Array("1.44".utf8))
    }
}
