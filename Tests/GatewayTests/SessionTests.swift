import Certificates
import Gateway
import Lab
import Routing
import Testing

/// HTTP/2 from clients, with curl and h2load, under TLS and by prior knowledge.
@Suite(.apart) struct SessionTests {
    private let pair: Pair
    private let backend: TestBackend

    init() throws {
        pair = try Pair([host])
        backend = try TestBackend("one")
    }

    /// An edge with a TLS listener and, behind it, a cleartext one.
    private func edge(_ configure: (inout GatewayConfiguration) -> Void = { _ in }) throws -> Edge {
        let edge = try Edge(.one([backend.address])) { configuration in
            configuration.listeners[0].tls = TLSListenerConfiguration()
            configuration.listeners[0].http2 = true
            var plain = configuration.listeners[0]
            plain.tls = nil
            plain.name = "plain"
            configuration.listeners.append(plain)
            configure(&configuration)
        }
        edge.gateway.install(certificates: Pair.table([pair]), at: 0)
        return edge
    }

    private func prior(_ edge: Edge, _ path: String = "/", _ arguments: [String] = []) throws -> Curl {
        try Curl(
            [
                "--http2-prior-knowledge", "--resolve", "*:\(edge.port(1)):127.0.0.1",
                "http://\(host):\(edge.port(1))\(path)",
            ]
                + arguments)
    }

    @Test func isAgreedOnByALPN() throws {
        let edge = try edge()
        let curl = try Curl(
            host, port: edge.port(), trusting: pair, ["--http2", "-w", " %{http_code} %{http_version}"])
        #expect(curl.text == "one 200 2")
        let request = try #require(backend.requests.first)
        #expect(request["Host"] == "\(host):\(edge.port())")
        #expect(request["X-Forwarded-Proto"] == "https")
        #expect(request["Transfer-Encoding"] == nil)
    }

    @Test func isSpokenByPriorKnowledgeWhereEnabled() throws {
        let edge = try edge()
        #expect(try prior(edge, "/", ["-w", " %{http_code} %{http_version}"]).text == "one 200 2")
        let other = try self.edge { $0.listeners[1].http2 = false }
        #expect(try prior(other).ending != .exited(0))
    }

    @Test(arguments: [0, 1, 16_384, 70_000, 3_000_000])
    func bodiesOfEverySizeGoBothWays(_ count: Int) throws {
        let edge = try edge()
        backend.behave(.echo)
        let folder = try ScratchFolder()
        let sent = String(repeating: "0123456789abcdef\n", count: count / 17)
        let path = try folder.write("body", sent)
        for length in count > 0 ? [[], ["-H", "Content-Length:"]] : [[]] {
            let curl = try prior(
                edge, "/", ["--data-binary", "@\(path)", "-o", folder.path + "/back", "-w", "%{http_code}"] + length)
            #expect(curl.text == "200")
            #expect(try folder.read("back") == sent)
        }
        #expect(backend.requests.last?["Transfer-Encoding"] == (count > 0 ? "chunked" : nil))
    }

    @Test func aLargeAnswerArrives() throws {
        let edge = try edge()
        backend.behave(.generate(5_000_000))
        let curl = try prior(edge, "/", ["-o", "/dev/null", "-w", "%{http_code} %{size_download}"])
        #expect(curl.text == "200 5000000")
    }

    @Test func aLargeRequestArrives() throws {
        let edge = try edge()
        backend.behave(.count)
        let folder = try ScratchFolder()
        let path = try folder.write("body", String(repeating: "x", count: 5_000_000))
        #expect(try prior(edge, "/", ["--data-binary", "@\(path)"]).text == "5000000")
    }

    @Test func manyStreamsAreServedAtOnce() throws {
        let edge = try edge()
        for (address, port) in [("http", edge.port(1)), ("https", edge.port())] {
            let load = try ChildProcess(
                "/usr/bin/h2load",
                [
                    "-n", "5000", "-c", "5", "-m", "50", "--connect-to", "127.0.0.1:\(port)",
                    "\(address)://\(host):\(port)/",
                ])
            #expect(try load.waitForEnd(within: .seconds(60)) == .exited(0))
            let lines = try load.waitForOutput()
            #expect(lines.contains { $0.contains("5000 succeeded, 0 failed, 0 errored") }, "\(load.tail)")
        }
        try edge.waitUntilNothingIsInFlight()
    }

    @Test func ourOwnAnswersAreSaidByIt() throws {
        let edge = try edge()
        let curl = try Curl(
            ["--http2-prior-knowledge", "-i", "http://127.0.0.1:\(edge.port(1))/none"])
        #expect(curl.lines.first?.hasPrefix("HTTP/2 404") == true)
        #expect(curl.text.contains("no-route") || curl.text.contains("No route"))
    }

    @Test func aHeadRequestHasNoBody() throws {
        let edge = try edge()
        #expect(try prior(edge, "/", ["-I"]).lines.first?.hasPrefix("HTTP/2 200") == true)
    }

    @Test func chunksAndTrailersOfAnAnswerArrive() throws {
        let edge = try edge()
        backend.behave(
            .raw(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n"
            ))
        let nghttp = try ChildProcess(
            "/usr/bin/nghttp", ["-v", "http://127.0.0.1:\(edge.port(1))/", "-H", ":authority: \(host)"])
        _ = try nghttp.waitForEnd()
        let text = try nghttp.waitForOutput().joined(separator: "\n")
        #expect(text.contains("abcde"))
        #expect(text.contains("x-sum: 5"))
        #expect(text.contains("transfer-encoding") == false)
    }

    @Test func aDrainLetsStreamsFinish() throws {
        let gate = Gate()
        backend.behave(.identity(after: gate))
        let edge = try edge()
        let curl = try ChildProcess(
            "/usr/bin/curl",
            [
                "-sS", "--http2-prior-knowledge", "--resolve", "*:\(edge.port(1)):127.0.0.1",
                "http://\(host):\(edge.port(1))/",
            ])
        _ = try backend.waitForRequests()
        let drain = Drain(edge.gateway, within: .seconds(20))
        gate.open()
        #expect(try curl.waitForEnd() == .exited(0))
        #expect(try curl.waitForOutput() == ["one"])
        #expect(try drain.result() == 0)
    }
}
