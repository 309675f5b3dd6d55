internal import NIOSSL

/// How TLS is spoken with an engine: files in PEM.
public struct DockerTLS: Sendable, Equatable {
    /// The authorities to trust; nil: the system's.
    public var authority: String?
    /// The client's certificate chain; nil: none is shown.
    public var certificate: String?
    /// The key of ``certificate``.
    public var key: String?
    /// Whether the engine's certificate is verified, its host name too.
    public var isVerified: Bool

    /// Files, each of which may be left out.
    public init(
        authority: String? = nil, certificate: String? = nil, key: String? = nil, isVerified: Bool = true
    ) {
        self.authority = authority
        self.certificate = certificate
        self.key = key
        self.isVerified = isVerified
    }

    /// What the TLS library is told: for HTTP now, and for whatever else connects to an engine.
    ///
    /// Throws ``DockerError/Kind/invalid`` naming the file that cannot be used.
    func makeConfiguration() throws(DockerError) -> TLSConfiguration {
        var result = TLSConfiguration.makeClientConfiguration()
        if !isVerified { result.certificateVerification = .none }
        if let authority, isVerified {
            result.trustRoots = .certificates(
                try Self.read(authority, "PEM certificates") { try NIOSSLCertificate.fromPEMFile($0) })
        }
        guard let certificate, let key else { return result }
        result.certificateChain = try Self.read(certificate, "PEM certificates") {
            try NIOSSLCertificate.fromPEMFile($0).map { .certificate($0) }
        }
        result.privateKey = try Self.read(key, "a PEM key without a password") {
            .privateKey(try NIOSSLPrivateKey(file: $0, format: .pem))
        }
        return result
    }

    private static func read<Result>(
        _ file: String, _ wanted: String, _ body: (String) throws -> Result
    ) throws(DockerError) -> Result {
        do {
            return try body(file)
        } catch {
            throw DockerError(.invalid, "docker: \(file): not readable (\(error)): \(wanted)")
        }
    }
}
