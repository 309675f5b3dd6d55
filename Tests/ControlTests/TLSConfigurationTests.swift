import Certificates
import Discovery
import FoundationEssentials
import Gateway
import Routing
import Testing

@testable import Control

/// What a configuration says of TLS, with real files.
@Suite struct TLSConfigurationTests {
    private let files: CertificateFiles

    init() throws {
        files = try CertificateFiles()
        try files.write(files.authority.own.certificate, to: "ca.pem")
        let edge = try files.issue(["edge.test"])
        try files.write(edge, as: "edge")
        try files.write(files.issue(["other.test"]).key, to: "other.key")
        try files.write(Array("rubbish".utf8), to: "bad.pem")
    }

    /// The configuration that `text` is, as a file in the folder of certificates.
    private func read(_ text: String) -> ConfigurationFile {
        ConfigurationFile(text, source: "\(files.path)/p.yaml")
    }

    private func errors(_ text: String) -> [String] {
        read(text).errors.map { $0.description.replacing(files.path, with: "") }
    }

    private func listener(_ rest: String) -> String { "listeners: [{ address: \":443\", \(rest) }]" }

    @Test func `every key of tls is understood`() throws {
        let file = read(
            """
            certs: more/
            listeners:
              - address: ":443"
                tls:
                  certificates: own/
                  minimum: "1.3"
                  client_ca: ca.pem
                  client_auth: request
                  default: shop
                  hsts: max-age=31536000; includeSubDomains; preload
                  ocsp: false
                http2: false
              - { address: ":8443", tls: true }
              - { address: ":8444", tls: {}, http2: true }
              - { address: ":8445", tls: { certificates: /abs, minimum: 1.2, default: first, client_ca: ca.pem } }
              - { address: ":80", tls: false }
              - { address: ":81", http2: true, tls: { default: refuse } }
              - { address: ":82", http2: true }
            """)
        #expect(file.errors.map(\.description) == [])
        let configuration = file.configuration
        let listeners = configuration.listeners
        let tls = listeners.map(\.gateway.tls)
        #expect(tls.map { $0?.minimum } == [.tls13, .tls12, .tls12, .tls12, nil, .tls12, nil])
        #expect(listeners.map(\.gateway.http2) == [false, true, true, true, false, true, true])
        #expect(tls[0]?.clientAuthorities == files.authority.own.certificate)
        #expect(
            tls.map { $0?.clientAuthentication } == [.request, Optional.none, Optional.none, .require].map {
                $0 ?? TLSListenerConfiguration.ClientAuthentication.none
            } + [nil, TLSListenerConfiguration.ClientAuthentication.none, nil])
        #expect(tls[0]?.strictTransportSecurity == "max-age=31536000; includeSubDomains; preload")
        #expect(tls[1] == TLSListenerConfiguration())
        #expect(
            listeners.map { $0.certificates?.fallback } == [
                .named("shop"), .named("default"), .named("default"), .first, nil, .refuse, nil,
            ])
        #expect(listeners.map { $0.certificates?.staples } == [false, true, true, true, nil, true, nil])
        #expect(
            listeners.map { $0.certificates.map(configuration.folder) } == [
                "\(files.path)/own/", "\(files.path)/more/", "\(files.path)/more/", "/abs", nil,
                "\(files.path)/more/", nil,
            ])
    }

    @Test(arguments: [
        ("tls: maybe", "1:37: tls is \"maybe\": it is true, or a mapping"),
        ("tls:", "1:13: tls is empty: write tls: true, or a mapping"),
        (
            "tls: [a]",
            "1:37: tls is a mapping of keys and values: "
                + "certificates, minimum, client_ca, client_auth, default, hsts, ocsp"
        ),
        ("tls: { minimum: 1.1 }", "1:48: tls.minimum is \"1.1\": did you mean \"1.2\"?"),
        (
            "tls: { cert: a }",
            "1:39: unknown key \"cert\" in tls: known are "
                + "certificates, minimum, client_ca, client_auth, default, hsts, ocsp"
        ),
        (
            "tls: { client_auth: require }",
            "1:52: tls.client_auth is require, but no authority is named: add client_ca: FILE"
        ),
        ("tls: { client_ca: gone.pem }", "1:50: tls.client_ca is \"/gone.pem\", which is not there: a PEM file"),
        ("tls: { hsts: max-age }", "1:45: tls.hsts is \"max-age\": \(StrictTransportSecurity.form)"),
        ("tls: { ocsp: maybe }", "1:45: tls.ocsp is \"maybe\": it is true or false"),
        ("http2: 2", "1:39: http2 is \"2\": it is true or false"),
        (
            "redirect: https, tls: true",
            "1:42: redirect would lead back here, for the listener has tls: take it out"
        ),
    ])
    func `what makes no sense of a listener is named`(rest: String, error: String) {
        #expect(errors(listener(rest)) == ["/p.yaml:\(error)"])
    }

    @Test func `a file that is no authority's certificate is named with what is wrong in it`() throws {
        let error = try #require(errors(listener("tls: { client_ca: bad.pem }")).first)
        #expect(error.hasPrefix("/p.yaml:1:50: tls.client_ca: /bad.pem: "))
    }

    @Test(arguments: [
        ("max-age=0", true), ("max-age=31536000", true), ("Max-Age=1;includesubdomains", true),
        ("preload; max-age=63072000 ; includeSubDomains", true),
        ("", false), ("includeSubDomains", false), ("max-age=", false), ("max-age=1; max-age=2", false),
        ("max-age=1;", false), ("max-age=-1", false), ("max-age=\"1\"", false), ("max-age=1; report-uri=x", false),
        ("max-age=1, preload", false), ("max-age=1\r\nX: y", false), ("max-age=99999999999", false),
    ])
    func `what is sent to browsers for good is read first`(value: String, isGood: Bool) {
        #expect(StrictTransportSecurity.isValid(value) == isGood)
    }

    @Test func `services say what they speak and how TLS is done with them`() throws {
        let file = read(
            """
            defaults: { protocol: https, tls: { ca: ca.pem } }
            services:
              api-443: { tls: { server_name: api.test, certificate: edge.pem, key: edge.key } }
              grpc-50051: { protocol: grpc, tls: { verify: false } }
            """)
        #expect(file.errors.map(\.description) == [])
        #expect(file.configuration.notices == [])
        var state = ControlState(configuration: file.configuration, storeName: "memory:")
        state.take(
            services: .init(
                listing: listing(
                    "services/",
                    [
                        "api-443/h:a:1": "10.0.0.1:1", "api-443/h:b:1": "10.0.0.2:1 protocol=http",
                        "grpc-50051/h:c:1": "10.0.0.3:1", "web-80/h:d:1": "10.0.0.4:1",
                    ])), now: .zero)
        _ = state.advance(now: .zero)
        let services = state.parts.description(generation: 1).services
        #expect(services.map(\.name) == ["api-443", "grpc-50051", "web-80"])
        #expect(services.map(\.protocol) == [.https, .h2c, .https])
        #expect(services[0].endpoints.map(\.protocol) == [nil, .http])
        #expect(services.map { $0.tls?.authorities } == Array(repeating: files.authority.own.certificate, count: 3))
        #expect(services.map { $0.tls?.serverName } == ["api.test", nil, nil])
        #expect(services.map { $0.tls?.verifies } == [true, false, true])
        #expect(services[0].tls?.certificate?.isEmpty == false)
        #expect(services[0].tls?.key?.isEmpty == false)
    }

    @Test(arguments: [
        ("ca: gone.pem", "1:29: tls.ca is \"/gone.pem\", which is not there: a PEM file"),
        (
            "certificate: edge.pem, key: gone.key",
            "1:53: tls.key is \"/gone.key\", which is not there: a PEM file"
        ),
    ])
    func `files of a service that cannot be used are named`(rest: String, error: String) {
        #expect(errors("services: { a: { tls: { \(rest) } } }") == ["/p.yaml:\(error)"])
    }

    @Test func `a pair that does not belong together is an error at the key`() throws {
        let error = try #require(
            errors("services: { a: { tls: { certificate: edge.pem, key: other.key } } }").first)
        #expect(error.hasPrefix("/p.yaml:1:53: tls.key: /other.key: the key (ECDSA P-256) belongs to none of: "))
        let certificate = try #require(
            errors("services: { a: { tls: { certificate: bad.pem, key: edge.key } } }").first)
        #expect(certificate.hasPrefix("/p.yaml:1:38: tls.certificate: /bad.pem: "))
    }

    @Test func `a key that everybody may read is a problem, not an error`() throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\(files.path)/edge.key")
        let file = read("services: { a: { tls: { certificate: edge.pem, key: edge.key } } }")
        #expect(file.errors.isEmpty)
        #expect(file.configuration.notices.map(\.subject) == ["key \(files.path)/edge.key"])
        let state = ControlState(configuration: file.configuration, storeName: "memory:")
        #expect(state.problems.map(\.subject) == ["key \(files.path)/edge.key"])
    }

    @Test func `certificates are looked for beside the configuration`() throws {
        try Data("listeners: [{ address: \":443\", tls: true }]".utf8).write(to: URL(filePath: "\(files.path)/p.yaml"))
        var flags = EdgeSettings()
        flags.config = "\(files.path)/p.yaml"
        let configuration = try ConfigurationLoader(flags: flags, environment: [:]).load()
        #expect(configuration.folder(of: CertificateSource()) == "\(files.path)/certs/")
        flags.certs = "mine"
        #expect(try ConfigurationLoader(flags: flags, environment: [:]).load().certificateFolder == "mine")
        flags.config = nil
        flags.certs = nil
        let bare = try ConfigurationLoader(flags: flags, environment: [:]).load()
        #expect(bare.folder(of: CertificateSource()) == "certs/")
    }

    @Test func `what a running edge can take up needs no restart`() {
        let old = read(listener("tls: { default: first }")).configuration
        let sources = read(listener("tls: { certificates: x/, ocsp: false }")).configuration
        #expect(sources.restartKeys(comparedTo: old) == [])
        let policy = read(listener("tls: { minimum: \"1.3\" }")).configuration
        #expect(policy.restartKeys(comparedTo: old) == ["listeners"])
    }
}
