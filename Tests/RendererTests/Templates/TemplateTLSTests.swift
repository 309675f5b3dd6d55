import Foundation
import Lab
import Testing

@testable import Renderer

/// HAProxy and nginx, as rendered, with certificates: whom they show which, and endpoints that speak TLS themselves.
@Suite(.serialized) struct TemplateTLSTests {
    private let folder: ScratchFolder
    private let authority: TestAuthority
    private let certificates: String
    private let port: UInt16
    private let securePort: UInt16

    init() throws {
        folder = try ScratchFolder()
        authority = try TestAuthority()
        certificates = "\(folder.path)/certificates"
        try FileManager.default.createDirectory(atPath: certificates, withIntermediateDirectories: true)
        (port, securePort) = (try FreePort.next(), try FreePort.next())
        // nginx's workers are others than root and have to read keys below here.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
    }

    /// A certificate for `host` in the folder that the proxies read.
    private func issue(_ host: String, as name: String) throws {
        let issued = try authority.issue(host, as: "issued-\(name)", in: folder.path)
        for (file, ending) in [(issued.certificate, "crt"), (issued.key, "key")] {
            let path = "\(certificates)/\(name).\(ending)"
            try FileManager.default.copyItem(atPath: file, toPath: path)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        }
    }

    private func start(
        _ proxy: TemplateRoutingTests.Proxy, _ entries: [String: String], _ more: [String: String] = [:]
    ) throws -> ChildProcess {
        let settings = [
            "EDGE_LISTEN": "127.0.0.1:\(port)", "EDGE_LISTEN_TLS": "127.0.0.1:\(securePort)",
            "EDGE_CERTIFICATES": certificates, "EDGE_DOMAINS": "example.com",
        ].merging(more) { $1 }
        let process = try proxy.start(entries, settings, in: folder)
        try process.waitForPort(securePort)
        return process
    }

    private func curl(_ url: String, _ more: String...) throws -> Command.Outcome {
        let host = url.split(separator: "/").dropFirst().first.map(String.init) ?? ""
        let port = url.hasPrefix("https:") ? securePort : port
        return try Command.run(
            "curl",
            [
                "-sS", "--max-time", "10", "--cacert", authority.certificate, "--connect-to",
                "\(host)::127.0.0.1:\(port)",
            ]
                + more + [url])
    }

    @Test(arguments: TemplateRoutingTests.Proxy.allCases)
    func `each host gets its own certificate, and a stranger none of them`(proxy: TemplateRoutingTests.Proxy) throws {
        try issue("*.example.com", as: "example.com")
        try issue("shop.other.test", as: "shop")
        let (web, shop) = (try TestBackend("web"), try TestBackend("shop"))
        let process = try start(
            proxy,
            [
                "services/web-80/h:web:80": web.address,
                "services/shop-80/h:shop:80": "\(shop.address) host=shop.other.test certificate=shop",
            ])
        #expect(try curl("https://web.example.com/").text == "web")
        #expect(try curl("https://shop.other.test/").text == "shop")
        let head = try curl("https://web.example.com/", "-o", "/dev/null", "-w", "%{http_version}", "--http2").text
        #expect(head == "2")
        #expect(try #require(web.requests.last)["X-Forwarded-Proto"] == "https")
        let stranger = try curl("https://stranger.test/")
        #expect(stranger.ending == .exited(35), "\(stranger.text)")
        #expect(try curl("http://web.example.com/").text == "web")
        process.signal(SIGTERM)
    }

    @Test(arguments: TemplateRoutingTests.Proxy.allCases)
    func `plain requests are sent to TLS, but for those of ACME`(proxy: TemplateRoutingTests.Proxy) throws {
        try issue("*.example.com", as: "example.com")
        let web = try TestBackend("web")
        let process = try start(proxy, ["services/web-80/h:web:80": web.address], ["EDGE_REDIRECT": "https"])
        let answer = try curl("http://web.example.com/a?b", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}")
        #expect(answer.text == "308 https://web.example.com/a?b")
        #expect(try curl("http://web.example.com/.well-known/acme-challenge/x").text == "web")
        #expect(try curl("https://web.example.com/a").text == "web")
        process.signal(SIGTERM)
    }

    @Test(arguments: TemplateRoutingTests.Proxy.allCases)
    func `an endpoint that speaks TLS has to show the right certificate`(proxy: TemplateRoutingTests.Proxy) throws {
        try issue("*.example.com", as: "example.com")
        let issued = try authority.issue("inside.test", as: "inside", in: folder.path)
        let endpoint = try NginxProcess(
            server: """
                listen 127.0.0.1:PORT ssl;
                ssl_certificate \(issued.certificate); ssl_certificate_key \(issued.key);
                location / { return 200 "inside"; }
                """)
        let process = try start(
            proxy,
            [
                "services/good-443/h:e:443": "\(endpoint.address) protocol=https tls_name=inside.test",
                "services/wrong-443/h:e:443": "\(endpoint.address) protocol=https tls_name=other.test",
            ], ["EDGE_CA": authority.certificate])
        #expect(try curl("https://good.example.com/").text == "inside")
        let refused = try curl("https://wrong.example.com/", "-o", "/dev/null", "-w", "%{http_code}").text
        #expect(["502", "503"].contains(refused))
        process.signal(SIGTERM)
    }
}
