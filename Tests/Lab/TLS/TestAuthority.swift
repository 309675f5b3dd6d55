import Foundation

/// An authority for one test, and certificates of it, made with openssl(1).
public final class TestAuthority: Sendable {
    /// A certificate and its key, in files.
    public struct Issued: Sendable {
        /// The certificate's file, in PEM.
        public let certificate: String
        /// The key's file, in PEM.
        public let key: String

        /// Files that are there.
        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }

        /// SHA-256 over the certificate, in lower-case hexadecimal digits.
        public func fingerprint() throws -> String {
            try TestAuthority.field("-fingerprint", of: self.certificate).replacingOccurrences(of: ":", with: "")
                .lowercased()
        }

        /// The serial number in upper-case hexadecimal digits.
        public func serial() throws -> String {
            try TestAuthority.field("-serial", of: self.certificate)
        }
    }

    /// The kind of a leaf's key.
    public enum Key: String, Sendable, CaseIterable {
        /// ECDSA on P-256.
        case ecdsa
        /// RSA of 2048 bits.
        case rsa

        fileprivate var arguments: [String] {
            switch self {
            case .ecdsa: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
            case .rsa: ["-newkey", "rsa:2048"]
            }
        }
    }

    /// The authority's name.
    public let name: String
    /// The folder of everything that it made.
    public let folder: ScratchFolder

    /// The authority's certificate, in PEM.
    public var certificate: String { "\(self.folder.path)/ca.pem" }

    /// Makes an authority, of itself or of another.
    public init(_ name: String = "Lab Authority", issuedBy parent: TestAuthority? = nil) throws {
        self.name = name
        self.folder = try ScratchFolder()
        let configuration = try self.folder.write(
            "ca.cnf",
            """
            [req]
            prompt = no
            distinguished_name = name
            x509_extensions = extensions
            [name]
            CN = \(name)
            [extensions]
            basicConstraints = critical, CA:TRUE
            keyUsage = critical, keyCertSign, cRLSign
            subjectKeyIdentifier = hash
            """)
        try Command.output(
            "openssl",
            ["req", "-x509", "-config", configuration, "-nodes", "-days", "30"] + Key.ecdsa.arguments
                + (parent.map { ["-CA", $0.certificate, "-CAkey", "\($0.folder.path)/ca.key"] } ?? [])
                + ["-keyout", "\(self.folder.path)/ca.key", "-out", self.certificate])
    }

    /// Makes a certificate for `hosts`, the first of which is its common name.
    ///
    /// - Parameters:
    ///   - file: its files' name without an ending, `hosts`' first if left out; written in place of what is there,
    ///     certificate and key each in one step.
    ///   - folder: where the files go, the authority's own folder if left out.
    @discardableResult
    public func issue(
        _ hosts: String..., key: Key = .ecdsa, as file: String? = nil, in folder: String? = nil,
        organization: String? = nil
    ) throws -> Issued {
        let name = hosts.first ?? "nobody"
        let stem = UUID().uuidString
        let alternatives = hosts.map { host in
            host.allSatisfy { $0.isNumber || $0 == "." } ? "IP:\(host)" : "DNS:\(host)"
        }
        let configuration = try self.folder.write(
            "\(stem).cnf",
            """
            [req]
            prompt = no
            distinguished_name = name
            x509_extensions = extensions
            [name]
            \(organization.map { "O = \($0)\n" } ?? "")CN = \(name)
            [extensions]
            basicConstraints = critical, CA:FALSE
            keyUsage = critical, digitalSignature\(key == .rsa ? ", keyEncipherment" : "")
            extendedKeyUsage = serverAuth, clientAuth
            subjectAltName = \(alternatives.joined(separator: ", "))
            authorityKeyIdentifier = keyid
            """)
        let made = "\(self.folder.path)/\(stem)"
        try Command.output(
            "openssl",
            [
                "req", "-x509", "-CA", self.certificate, "-CAkey", "\(self.folder.path)/ca.key", "-config",
                configuration,
                "-nodes", "-days", "20",
            ] + key.arguments + ["-keyout", "\(made).key", "-out", "\(made).pem"])
        let target = "\(folder ?? self.folder.path)/\(file ?? name.replacingOccurrences(of: "*", with: "_"))"
        try Self.move("\(made).key", to: "\(target).key")
        try Self.move("\(made).pem", to: "\(target).pem")
        return Issued(certificate: "\(target).pem", key: "\(target).key")
    }

    /// Renames a file over another.
    private static func move(_ source: String, to target: String) throws {
        guard unsafe rename(source, target) == 0 else { throw Socket.failure("rename \(source) to \(target)") }
    }

    fileprivate static func field(_ option: String, of certificate: String) throws -> String {
        let line = try Command.output("openssl", ["x509", "-in", certificate, "-noout", "-sha256", option])
        return String(line.drop { $0 != "=" }.dropFirst())
    }
}
