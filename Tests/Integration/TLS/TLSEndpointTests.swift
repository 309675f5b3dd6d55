import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// The edge as a client: TLS and HTTP/2 to endpoints.
    @Suite(.timeLimit(.minutes(2))) struct TLSEndpoints {
        /// nginx with TLS as an endpoint, which tells how it was spoken to.
        struct Endpoint {
            let authority: TestAuthority
            let nginx: NginxProcess

            init(_ options: String = "", listen: String = "ssl", upstream: TestBackend? = nil) throws {
                let authority = try TestAuthority()
                let issued = try authority.issue("web.internal")
                let location =
                    upstream.map {
                        "proxy_pass http://\($0.address); proxy_http_version 1.1; client_max_body_size 0; "
                            + "proxy_request_buffering off;"
                    } ?? "return 200 \"$server_protocol|$ssl_server_name|$ssl_client_s_dn|$http_host\";"
                self.authority = authority
                self.nginx = try NginxProcess(
                    server: """
                        listen 127.0.0.1:PORT \(listen);
                        ssl_certificate \(issued.certificate); ssl_certificate_key \(issued.key);
                        ssl_protocols TLSv1.2 TLSv1.3;
                        ssl_client_certificate \(authority.certificate);
                        \(options)
                        location / { \(location) }
                        """)
            }

            /// An edge that is to reach it as `web-80`.
            func setting(tls: String, protocolName: String = "https", more: String = "") throws -> Setting {
                let setting = try Setting(
                    configuration: """
                        listeners: [{ address: "127.0.0.1:PORT", http2: true }]
                        services: { web-80: { tls: { \(tls) }\(more) } }
                        """)
                try setting.api.put("services/web-80/h1:c0:80", "\(self.nginx.address) protocol=\(protocolName)")
                try setting.settle()
                return setting
            }

            /// The `tls` mapping that is right for it.
            var trusting: String { "ca: \"\(self.authority.certificate)\", server_name: web.internal" }
        }

        @Test("an endpoint whose certificate is its authority's and its name's is spoken to, by SNI")
        func verified() throws {
            let endpoint = try Endpoint()
            let setting = try endpoint.setting(tls: endpoint.trusting)
            for _ in 0..<3 {
                #expect(try setting.client.get(host: "web-80.test").text == "HTTP/1.1|web.internal||web-80.test")
            }
        }

        @Test("the protocol may be the service's instead of the endpoint's")
        func serviceProtocol() throws {
            let endpoint = try Endpoint()
            let setting = try Setting(
                configuration: """
                    listeners: [{ address: "127.0.0.1:PORT" }]
                    services: { web-80: { protocol: https, tls: { \(endpoint.trusting) } } }
                    """)
            try setting.api.put("services/web-80/h1:c0:80", endpoint.nginx.address)
            try setting.edge.waitForAnswer(200, host: "web-80.test")
        }

        @Test(
            "an endpoint of another authority, or of another name, is 502 and gets no request",
            arguments: ["authority", "name", "neither"])
        func refused(what: String) throws {
            let endpoint = try Endpoint()
            let stranger = try TestAuthority("Stranger")
            let tls =
                switch what {
                case "authority": "ca: \"\(stranger.certificate)\", server_name: web.internal"
                case "name": "ca: \"\(endpoint.authority.certificate)\", server_name: other.internal"
                default: "server_name: web.internal"
                }
            let setting = try endpoint.setting(tls: tls)
            let answer = try setting.client.get(host: "web-80.test")
            #expect(answer.status == 502)
            #expect(answer["Server"] == "portico")
        }

        @Test("verify: false takes any certificate")
        func unverified() throws {
            let endpoint = try Endpoint()
            let setting = try endpoint.setting(tls: "verify: false")
            #expect(try setting.client.get(host: "web-80.test").status == 200)
        }

        @Test("a certificate is shown to an endpoint that asks for one")
        func clientCertificate() throws {
            let endpoint = try Endpoint("ssl_verify_client on;")
            let client = try endpoint.authority.issue("edge.internal")
            let without = try endpoint.setting(tls: endpoint.trusting)
            #expect(try without.client.get(host: "web-80.test").status == 400, "nginx's own answer")
            let with = try endpoint.setting(
                tls: endpoint.trusting + ", certificate: \"\(client.certificate)\", key: \"\(client.key)\"")
            #expect(
                try with.client.get(host: "web-80.test").text
                    == "HTTP/1.1|web.internal|CN=edge.internal|web-80.test")
        }

        @Test("https finds HTTP/2 by ALPN, and h2 insists on it")
        func http2() throws {
            let endpoint = try Endpoint(listen: "ssl http2")
            for name in ["https", "h2"] {
                let setting = try endpoint.setting(tls: endpoint.trusting, protocolName: name)
                #expect(try setting.client.get(host: "web-80.test").text.hasPrefix("HTTP/2.0|web.internal|"))
                let client = try HTTP2RawClient(port: setting.edge.port)
                #expect(try client.get(host: "web-80.test").text.hasPrefix("HTTP/2.0|web.internal|"))
            }
            let old = try Endpoint()
            let setting = try old.setting(tls: old.trusting, protocolName: "h2")
            #expect(try setting.client.get(host: "web-80.test").status == 502, "no h2 there")
        }

        @Test("bodies of any size pass through TLS and HTTP/2 both ways", arguments: ["ssl", "ssl http2"])
        func bodies(listen: String) throws {
            let backend = try TestBackend("web", .echo)
            let endpoint = try Endpoint(listen: listen, upstream: backend)
            let setting = try endpoint.setting(tls: endpoint.trusting)
            let body = String(repeating: "portico ", count: 500_000)
            let file = try endpoint.nginx.folder.write("body", body)
            let answer = "\(endpoint.nginx.folder.path)/answer"
            for version in ["--http1.1", "--http2-prior-knowledge"] {
                try Command.output(
                    "curl",
                    [
                        "-sS", "-m", "20", version, "-H", "Host: web-80.test", "--data-binary", "@\(file)",
                        "-o", answer, "http://127.0.0.1:\(setting.edge.port)/",
                    ])
                try Command.output("cmp", [file, answer])
            }
            #expect(backend.requestCount == 2)
        }

        @Test(
            "an endpoint that ends its connections with GOAWAY time and again loses no request",
            arguments: ["GET", "POST"])
        func goAway(method: String) throws {
            let backend = try TestBackend("web", method == "GET" ? .identity : .echo)
            let endpoint = try Endpoint("keepalive_requests 7;", listen: "ssl http2", upstream: backend)
            let setting = try endpoint.setting(tls: endpoint.trusting)
            let client = try HTTP2RawClient(port: setting.edge.port)
            let body = method == "GET" ? nil : (0..<3_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            var failures = 0
            for _ in 0..<20 {
                let streams = try (0..<10).map { _ in
                    try client.request(.request(method, host: "web-80.test"), body: body)
                }
                for stream in streams {
                    let answer = try client.answer(on: stream)
                    if answer.status != 200 || answer.body != body ?? Array("web".utf8) { failures += 1 }
                }
            }
            #expect(failures == 0, "of 200")
            #expect(backend.requestCount == 200, "each came once")
        }

        @Test("h2c: requests, and many at once, come and go in the clear")
        func priorKnowledge() throws {
            let server = try NghttpdProcess()
            let body = String(repeating: "0123456789", count: 50_000)
            try server.folder.write("file.txt", body)
            let setting = try Setting(configuration: HTTP2Conformance.configuration)
            try setting.api.put("services/web-80/h1:c0:80", "\(server.address) protocol=h2c")
            try setting.settle()
            #expect(try setting.client.get("/file.txt", host: "web-80.test").text == body)
            let client = try HTTP2RawClient(port: setting.edge.port)
            let streams = try (0..<50).map { _ in try client.request(.request("GET", "/file.txt", host: "web-80.test"))
            }
            for stream in streams {
                let answer = try client.answer(on: stream, by: .after(.seconds(20)))
                #expect(answer.body.count == body.utf8.count)
            }
        }

        @Test("an endpoint that speaks something else than it was said to is 502", arguments: ["https", "h2", "h2c"])
        func wrongProtocol(name: String) throws {
            let backend = try TestBackend("web")
            let setting = try Setting(
                configuration:
                    "listeners: [{ address: \"127.0.0.1:PORT\" }]\ndefaults: { timeouts: { response_head: 2s } }")
            try setting.api.put("services/web-80/h1:c0:80", "\(backend.address) protocol=\(name)")
            try setting.settle()
            #expect([502, 504].contains(try setting.client.get(host: "web-80.test").status))
            #expect(
                backend.requests.allSatisfy { ["PRI", "SM"].contains($0.method) }, "nothing but HTTP/2's preface came")
        }

        @Test("where one endpoint's handshake fails another is asked, and no client notices")
        func retried() throws {
            let endpoint = try Endpoint()
            let stranger = try Endpoint()
            let setting = try endpoint.setting(tls: endpoint.trusting)
            try setting.api.put("services/web-80/h2:c0:80", "\(stranger.nginx.address) protocol=https")
            try setting.settle()
            for _ in 0..<20 { #expect(try setting.client.get(host: "web-80.test").status == 200) }
        }
    }
}
