import Certificates
import Gateway
import Lab
import Routing
import Testing

/// TLS at the listener, with curl and openssl(1) as clients.
@Suite(.apart) struct TLSTests {
    private let pair: Pair
    private let backend: TestBackend

    init() throws {
        pair = try Pair([host, "*.wild.test"])
        backend = try TestBackend("one")
    }

    private func edge(
        workers: Int = 1, _ table: CertificateTable? = nil,
        _ change: (inout TLSListenerConfiguration) -> Void = { _ in }
    ) throws -> Edge {
        let edge = try Edge(.one([backend.address]), workers: workers) { configuration in
            var tls = TLSListenerConfiguration()
            change(&tls)
            configuration.listeners[0].tls = tls
        }
        edge.gateway.install(certificates: table ?? Pair.table([pair]), at: 0)
        return edge
    }

    @Test(arguments: [["--tls-max", "1.2"], ["--tlsv1.3"]])
    func servesBothVersions(_ version: [String]) throws {
        let edge = try edge()
        let curl = try Curl(host, port: edge.port(), trusting: pair, version + ["-w", " %{http_code} %{http_version}"])
        #expect(curl.text == "one 200 1.1")
        let request = try #require(backend.requests.first)
        #expect(request["X-Forwarded-Proto"] == "https")
        #expect(request["X-Client-Cert-Verify"] == nil)
    }

    @Test func manyRequestsShareAConnection() throws {
        let edge = try edge()
        let url = "https://\(host):\(edge.port())/[1-50]"
        let curl = try Curl([
            "--cacert", pair.certificatePath, "--resolve", "*:\(edge.port()):127.0.0.1", url, "-w", "%{num_connects} ",
            "-o", "/dev/null",
        ])
        #expect(curl.text == "1 " + String(repeating: "0 ", count: 49))
        try edge.statistics { $0.handshakes == 1 }
    }

    @Test(arguments: [1, 16_000, 16_384, 70_000, 3_000_000])
    func bodiesOfEverySizeGoBothWays(_ count: Int) throws {
        let edge = try edge()
        backend.behave(.echo)
        let folder = try ScratchFolder()
        let sent = String(repeating: "0123456789abcdef\n", count: count / 17 + 1)
        let path = try folder.write("body", sent)
        let curl = try Curl(
            host, port: edge.port(), trusting: pair,
            ["--data-binary", "@\(path)", "-H", "Expect:", "-o", folder.path + "/back", "-w", "%{http_code}"])
        #expect(curl.text == "200")
        #expect(try folder.read("back") == sent)
    }

    @Test func plainHTTPIsToldWhatIsRight() throws {
        let edge = try edge()
        let octets = try edge.client.exchangeToEnd(Array(get().utf8))
        let text = String(decoding: octets, as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        #expect(text.contains("This port speaks HTTPS"))
    }

    @Test func garbageIsClosedWithAnAlert() throws {
        let edge = try edge()
        let octets = try edge.client.exchangeToEnd([22, 3, 1, 0, 5, 1, 2, 3, 4, 5])
        #expect(octets.first == 21)
        try edge.statistics { $0.handshakeFailures == 1 }
    }

    @Test func theNameChoosesTheCertificate() throws {
        let other = try Pair(["other.test"])
        let edge = try edge(Pair.table([pair, other]))
        for (name, trusted) in [("other.test", other), ("a.wild.test", pair), (host, pair)] {
            let curl = try Curl(name, port: edge.port(), trusting: trusted, ["-w", "%{ssl_verify_result}"])
            #expect(curl.ending == .exited(0))
        }
        let stranger = try Curl("strange.test", port: edge.port(), trusting: pair)
        #expect(stranger.ending == .exited(60))
    }

    @Test func anUnknownNameCanBeRefused() throws {
        let edge = try edge(Pair.table([pair], fallback: .refuse))
        let curl = try Curl("strange.test", port: edge.port(), trusting: pair)
        #expect(curl.ending == .exited(35))
        #expect(curl.text.contains("unrecognized name"))
    }

    @Test func aHostOfAnotherCertificateIsMisdirected() throws {
        let other = try Pair(["other.test"])
        let edge = try edge(Pair.table([pair, other]))
        let code = ["-w", " %{http_code}"]
        let misdirected = try Curl(host, port: edge.port(), trusting: pair, ["-H", "Host: other.test"] + code)
        #expect(misdirected.text.hasSuffix(" 421"))
        let shared = try Curl(host, port: edge.port(), trusting: pair, ["-H", "Host: x.wild.test"] + code)
        #expect(shared.text.hasSuffix(" 404"))
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func sessionsAreTakenUpByAnyWorker(_ version: String) throws {
        let edge = try edge(workers: 4)
        let file = pair.folder.path + "/session"
        func connect(_ arguments: [String]) throws -> String {
            let client = try ChildProcess(
                "/bin/sh",
                [
                    "-c",
                    "printf 'GET / HTTP/1.1\\r\\nHost: \(host)\\r\\nConnection: close\\r\\n\\r\\n' | openssl s_client -ign_eof "
                        + "-connect 127.0.0.1:\(edge.port()) -servername \(host) \(version) "
                        + arguments.joined(separator: " "),
                ])
            _ = try client.waitForEnd()
            return try client.waitForOutput().joined(separator: "\n")
        }
        #expect(try connect(["-sess_out", file]).contains("\nNew, TLS"))
        for _ in 0..<8 { #expect(try connect(["-sess_in", file]).contains("\nReused, TLS")) }
        try edge.statistics { $0.handshakes == 9 && $0.resumptions == 8 }
    }

    @Test func clientsShowTheirCertificates() throws {
        let client = try Pair(["client.test"])
        let authorities = Array(try client.folder.read("cert.pem").utf8)
        let edge = try edge { tls in
            tls.clientAuthentication = .require
            tls.clientAuthorities = authorities
        }
        let own = ["--cert", client.certificatePath, "--key", client.keyPath]
        let claims = ["-H", "X-Client-Cert-Subject: CN=root", "-H", "X_Client_Cert_Verify: SUCCESS"]
        #expect(try Curl(host, port: edge.port(), trusting: pair, own + claims).text == "one")
        let request = try #require(backend.requests.first)
        #expect(request["X-Client-Cert-Verify"] == "SUCCESS")
        #expect(request["X-Client-Cert-Subject"] == client.credential.facts.subject)
        #expect(request["X-Client-Cert-Fingerprint"] == client.credential.facts.fingerprint)
        #expect(request["X_Client_Cert_Verify"] == nil)
        #expect(try Curl(host, port: edge.port(), trusting: pair, claims).ending != .exited(0))
        #expect(backend.requestCount == 1)
    }

    @Test func replacedCertificatesAreShownAtOnce() throws {
        let edge = try edge()
        let fresh = try Pair([host])
        edge.gateway.install(certificates: Pair.table([fresh]), at: 0)
        #expect(try Curl(host, port: edge.port(), trusting: fresh).text == "one")
        #expect(try Curl(host, port: edge.port(), trusting: pair).ending == .exited(60))
    }

    @Test func everyAnswerIsStrict() throws {
        let edge = try edge { $0.strictTransportSecurity = "max-age=5" }
        backend.behave(
            .raw("HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=1\r\nContent-Length: 2\r\n\r\nhi"))
        for path in ["/", "/none"] {
            let curl = try Curl(path == "/" ? host : "none.wild.test", path, port: edge.port(), trusting: pair, ["-i"])
            let lines = curl.lines.filter { $0.lowercased().hasPrefix("strict-transport-security") }
            #expect(lines == ["Strict-Transport-Security: max-age=5\r"])
        }
    }
}
