import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// The lab's tools for HTTP/2 and TLS, against servers of other houses: what passes there may judge the edge.
    @Suite(.timeLimit(.minutes(1))) struct TheSecureLab {
        @Test("the client reads what nghttpd sends: heads in Huffman's code and by index, bodies, trailers")
        func reading() throws {
            let server = try NghttpdProcess(options: ["--trailer=x-sum: 12"])
            let body = String(repeating: "0123456789", count: 20_000)
            try server.folder.write("file.txt", body)
            let client = try HTTP2RawClient(port: server.port)
            for _ in 0..<3 {
                let answer = try client.get("/file.txt", host: "x.test")
                #expect(answer.status == 200)
                #expect(answer["content-length"] == "200000")
                #expect(answer["server"]?.hasPrefix("nghttpd ") == true)
                #expect(answer.text == body)
                #expect(answer.trailers?["x-sum"] == "12")
            }
            #expect(try client.get("/nothing", host: "x.test").status == 404)
            #expect((client.settings[.maxConcurrentStreams] ?? 0) >= 100)
        }

        @Test("a whole group of cases passes at a server that conforms, and a case that expects too much fails")
        func judging() throws {
            let server = try NghttpdProcess()
            try server.folder.write("index.html", "conformance")
            #expect(HTTP2Case.generic.compactMap { $0.fault(at: server.port) }.isEmpty)
            #expect(HTTP2Case.control.compactMap { $0.fault(at: server.port) }.isEmpty)
            let demanding: [HTTP2Case] = [
                HTTP2Case("-", "a good request is no error", .streamError([.protocolError])) { $0.get() },
                HTTP2Case("-", "an invalid one is", .head) { $0.request([HTTP2Field("x", "y")]) },
                HTTP2Case("-", "another code", .connectionError([.internalError])) { $0.send(.data(0, "x")) },
                HTTP2Case("-", "no end", .closed) { $0.ping() },
            ]
            let faults = demanding.compactMap { $0.fault(at: server.port, patience: .milliseconds(200)) }
            #expect(faults.count == demanding.count, "\(faults)")
        }

        @Test("certificates are made, and the bridge speaks TLS to those that show them, and to no others")
        func bridge() throws {
            let (authority, stranger) = (try TestAuthority(), try TestAuthority("Stranger"))
            let issued = try authority.issue("x.test", "*.y.test", key: .rsa)
            #expect(try issued.fingerprint().count == 64)
            let server = try NghttpdProcess(issued)
            try server.folder.write("index.html", "over TLS")
            for name in ["x.test", "a.y.test"] {
                let bridge = try TLSBridge(to: server.port, name: name, authority: authority)
                #expect(try bridge.client().get(host: name, scheme: "https").text == "over TLS")
                #expect(bridge.failures.isEmpty)
            }
            for (name, trusted) in [("z.test", authority), ("x.test", stranger)] {
                let bridge = try TLSBridge(to: server.port, name: name, authority: trusted)
                #expect(throws: LabError.self) { try bridge.client() }
                #expect(try bridge.waitForFailure().contains("CERTIFICATE_VERIFY_FAILED"))
            }
        }

        @Test("programs that are missing, fail or hang are errors")
        func commands() throws {
            #expect(try Command.output("cat", [], input: "hello\n") == "hello")
            #expect(throws: LabError.self) { try Command.path(of: "no-such-program") }
            #expect(throws: LabError.self) { try Command.output("false", []) }
            #expect(try Command.script("import sys\nsys.exit(3)").ending == .exited(3))
            #expect(throws: LabError.self) { try Command.run("cat", ["/dev/zero"], within: .milliseconds(100)) }
        }
    }
}
