import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// HTTPS with clients of other houses: curl and openssl.
    @Suite(.timeLimit(.minutes(2))) struct TLSClients {
        /// A way to call curl and the HTTP version that comes of it.
        struct Call: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let arguments: [String]
            let version: String
        }

        static let calls: [Call] = [
            Call(testDescription: "HTTP/1.1", arguments: ["--http1.1"], version: "1.1"),
            Call(testDescription: "HTTP/2", arguments: ["--http2"], version: "2"),
            Call(testDescription: "HTTP/2 over TLS 1.2", arguments: ["--http2", "--tls-max", "1.2"], version: "2"),
            Call(
                testDescription: "HTTP/1.1 over TLS 1.2", arguments: ["--http1.1", "--tls-max", "1.2"], version: "1.1"),
            Call(testDescription: "HTTP/2 over TLS 1.3", arguments: ["--http2", "--tlsv1.3"], version: "2"),
            Call(testDescription: "no ALPN", arguments: ["--no-alpn"], version: "1.1"),
            Call(testDescription: "HTTP/1.0", arguments: ["--http1.0"], version: "1.1"),
        ]

        @Test("curl is served over each version of HTTP and TLS, up and down", arguments: calls)
        func curl(call: Call) throws {
            let backend = try TestBackend("web", .echo)
            let secure = try SecureSetting(backend: backend)
            #expect(try secure.fetch(call.arguments + ["-d", "hello"]) == "200 \(call.version) hello")
            let seen = try backend.waitForRequests()
            #expect(seen["X-Forwarded-Proto"] == "https")
            #expect(seen["X-Forwarded-Port"] == "\(secure.port)")
            #expect(seen["X-Forwarded-For"] == "127.0.0.1")
            #expect(seen["Host"] == "web-80.test:\(secure.port)")

            let body = String(repeating: "portico ", count: 300_000)
            let file = try secure.authority.folder.write("body", body)
            backend.behave(.count)
            let upload = try secure.fetch(call.arguments + ["--data-binary", "@\(file)"])
            #expect(upload == "200 \(call.version) \(body.utf8.count)")
            backend.behave(.generate(5_000_000))
            let outcome = try secure.curl(
                call.arguments + ["-o", "/dev/null", "-w", "%{http_code} %{size_download}", secure.url()])
            #expect(outcome.text == "200 5000000")
        }

        @Test("TLS 1.1 and older, and suites without forward secrecy, are refused")
        func oldTLS() throws {
            let secure = try SecureSetting(backend: try TestBackend("web"))
            for arguments in [
                ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], ["-tls1", "-cipher", "ALL:@SECLEVEL=0"],
                ["-tls1_2", "-cipher", "kRSA:@SECLEVEL=0"], ["-tls1_2", "-cipher", "ECDHE+SHA1:ECDHE+SHA256:!AEAD"],
            ] {
                let outcome = try secure.openssl(arguments + ["-servername", "web-80.test"])
                #expect(!outcome.isSuccess, "\(arguments)")
                #expect(!outcome.text.contains("subject="), "\(arguments)")
            }
            #expect(try secure.subject(for: "web-80.test", ["-tls1_2"]) == "CN = web-80.test")
        }

        @Test("minimum: 1.3 refuses TLS 1.2")
        func minimum() throws {
            let secure = try SecureSetting(backend: try TestBackend("web"), tls: ", minimum: \"1.3\"")
            #expect(try secure.fetch([]) == "200 2 web")
            #expect(!(try secure.curl(["--tls-max", "1.2", secure.url()]).isSuccess))
        }

        @Test(
            "ALPN: h2 first, http/1.1 where that is all or http2 is off, neither is an alert", arguments: [true, false])
        func alpn(http2: Bool) throws {
            let secure = try SecureSetting(backend: try TestBackend("web"), http2: http2)
            func chosen(_ offer: String) throws -> String {
                let outcome = try secure.openssl(["-servername", "web-80.test", "-alpn", offer])
                if outcome.text.contains("no application protocol") { return "alert" }
                return outcome.lines.first { $0.hasPrefix("ALPN protocol: ") }.map { String($0.dropFirst(15)) }
                    ?? "none"
            }
            #expect(try chosen("http/1.1,h2") == (http2 ? "h2" : "http/1.1"))
            #expect(try chosen("http/1.1") == "http/1.1")
            #expect(try chosen("spdy/3,h2") == (http2 ? "h2" : "alert"))
            #expect(try chosen("spdy/3") == "alert")
            #expect(try secure.fetch(["--http2"]) == "200 \(http2 ? "2" : "1.1") web")
        }

        @Test("many requests come over one connection; HTTP/1.1 pipelining too")
        func keepAlive() throws {
            let secure = try SecureSetting(backend: try TestBackend("web"))
            for version in ["--http1.1", "--http2"] {
                let urls = (0..<20).map { secure.url("/\($0)") }
                let outcome = try secure.curl([version, "-w", " %{num_connects}\n"] + urls)
                let lines = outcome.lines
                #expect(lines.count == 20)
                #expect(lines.first == "web 1")
                #expect(lines.dropFirst().allSatisfy { $0 == "web 0" }, "\(lines)")
            }
            let bridge = try secure.bridge(protocols: ["http/1.1"])
            let stream = try RawClient(port: bridge.port).connect()
            try stream.socket.send(String(repeating: "GET / HTTP/1.1\r\nHost: web-80.test\r\n\r\n", count: 50))
            for _ in 0..<50 { #expect(try stream.answer(by: .after(.seconds(5))).text == "web") }
        }

        @Test("renegotiation by the client is refused")
        func renegotiation() throws {
            let secure = try SecureSetting(backend: try TestBackend("web"))
            let child = try ChildProcess(
                "/bin/sh",
                [
                    "-c",
                    "(printf 'R\\n'; exec tail -f /dev/null) | openssl s_client -connect 127.0.0.1:\(secure.port)"
                        + " -tls1_2 -servername web-80.test -CAfile \(secure.authority.certificate) 2>&1; echo ended",
                ])
            try child.waitForLine("that it asks") { $0.contains("RENEGOTIATING") }
            // The edge says no by an alert, or by the end; openssl gives up either way.
            try child.waitForLine("that it was refused") {
                $0.contains("no renegotiation") || $0.contains("error") || $0.contains("closed")
            }
            try child.kill()
            #expect(try secure.fetch([]) == "200 2 web")
        }

        @Test("plain HTTP at the port for TLS gets 400 that says so")
        func plainAtSecurePort() throws {
            let secure = try SecureSetting(backend: try TestBackend("web"))
            let client = RawClient(port: secure.port)
            for method in ["GET", "POST", "OPTIONS"] {
                let bytes = try client.exchangeToEnd(Array("\(method) / HTTP/1.1\r\nHost: web-80.test\r\n\r\n".utf8))
                let text = String(decoding: bytes, as: UTF8.self)
                #expect(text.hasPrefix("HTTP/1.1 400 "), "\(text)")
                #expect(text.lowercased().contains("https"), "\(text)")
            }
            for garbage in ["\u{16}\u{3}\u{1}garbage that is no hello", "SSH-2.0-lab\r\n", "\u{0}\u{0}"] {
                _ = try client.exchangeToEnd(Array(garbage.utf8) + [UInt8](repeating: 0, count: 600))
            }
            #expect(try secure.fetch([]) == "200 2 web")
        }

        @Test("the port in the clear sends everybody to https, but for the challenges of ACME")
        func redirect() throws {
            let plain = try FreePort.next()
            let secure = try SecureSetting(
                backend: try TestBackend("web"),
                listeners: "  - { address: \"127.0.0.1:\(plain)\", redirect: https }")
            let answer = try RawClient(port: plain).get("/a?b=c", host: "web-80.test")
            #expect(answer.status == 308)
            #expect(answer["Location"]?.hasPrefix("https://web-80.test") == true)
            #expect(answer["Location"]?.hasSuffix("/a?b=c") == true)
            let challenge = try RawClient(port: plain).get("/.well-known/acme-challenge/x", host: "web-80.test")
            #expect(challenge.status == 200)
            _ = secure
        }

        @Test("hsts is said over TLS only, on every answer")
        func hsts() throws {
            let secure = try SecureSetting(
                backend: try TestBackend("web"), tls: ", hsts: \"max-age=31536000; includeSubDomains\"")
            for version in ["--http1.1", "--http2"] {
                for host in ["web-80.test", "nobody.test"] {
                    let outcome = try secure.curl(
                        [version, "-k", "-D", "-", "-o", "/dev/null", "-H", "Host: \(host)", secure.url()])
                    let line = outcome.lines.first { $0.lowercased().hasPrefix("strict-transport-security:") }
                    #expect(
                        line?.contains("max-age=31536000; includeSubDomains") == true,
                        "\(version) \(host): \(outcome.text)")
                }
            }
            let plain = try secure.setting.client.get(host: "web-80.test")
            #expect(plain["Strict-Transport-Security"] == nil)
        }

        @Test("a handshake that does not come to its end is cut, and holds nobody up")
        func handshakeTimeout() throws {
            let secure = try SecureSetting(backend: try TestBackend("web"))
            let silent = try Socket.connect(port: secure.port)
            let half = try Socket.connect(port: secure.port)
            try half.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03])
            let many = try (0..<500).map { _ in try Socket.connect(port: secure.port) }
            let start = ContinuousClock.now
            #expect(try secure.fetch([]) == "200 2 web")
            #expect(ContinuousClock.now - start < .seconds(3))
            let deadline = Deadline.after(.seconds(15))
            #expect(silent.waitForEnd(by: deadline))
            #expect(half.waitForEnd(by: deadline))
            #expect(many.allSatisfy { $0.waitForEnd(by: deadline) })
        }
    }
}
