import Foundation
import Lab

/// An edge with a port for TLS beside the one in the clear, and certificates of an authority of its own.
final class SecureSetting: Sendable {
    let authority: TestAuthority
    /// The folder of the edge's certificates.
    let certificates: String
    /// Where TLS is spoken.
    let port: UInt16
    let setting: Setting

    /// An edge that has a certificate for `hosts` and serves `services`.
    ///
    /// - Parameters:
    ///   - tls: more of the listener's `tls` mapping, as flow YAML that begins with a comma; `CA` stands for the authority.
    ///   - more: more of the configuration.
    ///   - listeners: further listeners, a YAML list's lines.
    ///   - hosts: one certificate each, in a file of that name.
    init(
        _ services: [String: [TestBackend]] = [:], tls: String = "", http2: Bool? = nil, more: String = "",
        listeners: String = "", hosts: [String] = ["web-80.test"], workers: Int = 1, flags: [String] = []
    ) throws {
        let authority = try TestAuthority()
        let certificates = "\(authority.folder.path)/certs"
        try FileManager.default.createDirectory(atPath: certificates, withIntermediateDirectories: true)
        for host in hosts { try authority.issue(host, in: certificates) }
        let port = try FreePort.next()
        let options =
            "certificates: \"\(certificates)\"\(tls.replacingOccurrences(of: "CA", with: authority.certificate))"
        self.authority = authority
        self.certificates = certificates
        self.port = port
        self.setting = try Setting(
            services: services,
            configuration: """
                listeners:
                  - address: "127.0.0.1:PORT"
                  - address: "127.0.0.1:\(port)"
                    tls: { \(options) }
                \(http2.map { "    http2: \($0)" } ?? "")
                \(listeners)
                \(more)
                """, workers: workers, flags: flags)
    }

    /// One service `web-80` with `backend`.
    convenience init(
        backend: TestBackend, tls: String = "", http2: Bool? = nil, more: String = "", listeners: String = "",
        hosts: [String] = ["web-80.test"], workers: Int = 1, flags: [String] = []
    ) throws {
        try self.init(
            ["web-80": [backend]], tls: tls, http2: http2, more: more, listeners: listeners, hosts: hosts,
            workers: workers, flags: flags)
    }

    /// `https://HOST:PORT/PATH`.
    func url(_ path: String = "/", host: String = "web-80.test") -> String {
        "https://\(host):\(self.port)\(path)"
    }

    /// Runs curl, for which every host of this edge is at 127.0.0.1 and the authority is trusted.
    func curl(
        _ arguments: [String], trusting authority: TestAuthority? = nil, within duration: Duration = .seconds(20)
    ) throws -> Command.Outcome {
        try Command.run(
            "curl",
            ["-sS", "-m", "15", "--connect-to", "::127.0.0.1:\(self.port)"]
                + ["--cacert", (authority ?? self.authority).certificate] + arguments, within: duration)
    }

    /// Runs curl for one answer: `STATUS VERSION BODY`, or how it failed.
    func fetch(_ arguments: [String], host: String = "web-80.test", path: String = "/") throws -> String {
        let outcome = try self.curl(
            arguments + ["-w", "\n%{http_code} %{http_version}", self.url(path, host: host)])
        guard outcome.isSuccess, let facts = outcome.lines.last else { return "\(outcome.ending) \(outcome.text)" }
        return "\(facts) \(outcome.lines.dropLast().joined(separator: "\n"))"
    }

    /// Runs `openssl s_client` to the port, with `input` for it to send.
    func openssl(
        _ arguments: [String], input: String = "", within duration: Duration = .seconds(20)
    ) throws -> Command.Outcome {
        try Command.run(
            "openssl",
            ["s_client", "-connect", "127.0.0.1:\(self.port)", "-CAfile", self.authority.certificate] + arguments,
            input: input, within: duration)
    }

    /// What `openssl s_client` says to be the subject of the certificate that it is shown for `name`; nil for none.
    func subject(for name: String?, _ more: [String] = []) throws -> String? {
        let outcome = try self.openssl((name.map { ["-servername", $0] } ?? ["-noservername"]) + more)
        return outcome.lines.first { $0.hasPrefix("subject=") }.map { String($0.dropFirst("subject=".count)) }
    }

    /// A bridge for clients that speak no TLS.
    func bridge(
        host: String = "web-80.test", protocols: [String] = ["h2"], certificate: TestAuthority.Issued? = nil
    ) throws -> TLSBridge {
        try TLSBridge(
            to: self.port, name: host, authority: self.authority, protocols: protocols, certificate: certificate)
    }
}
