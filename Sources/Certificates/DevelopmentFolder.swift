/// A folder of certificates that a development authority fills.
///
/// The authority lies in its subfolder ``CertificateFolder/authorityName`` as `ca.pem` and `ca.key`, made when it is first
/// needed; clients' certificates lie beside it, since they are not for serving. Keys are written for their owner alone.
public struct DevelopmentFolder: Sendable {
    /// What was written.
    public struct Written: Sendable {
        /// The certificate's file.
        public var certificatePath: String
        /// The key's file.
        public var keyPath: String
        /// The authority's certificate, which clients must be told to trust.
        public var authorityPath: String
        /// Whether the authority was made for this.
        public var isNewAuthority: Bool
        /// What the certificate is for.
        public var purpose: DevelopmentAuthority.Purpose
        /// What the certificate says.
        public var facts: CertificateFacts

        /// Lines for people: what was written, and how it is trusted.
        public var summary: String {
            let whom = purpose == .client ? facts.subject : facts.names.joined(separator: ", ")
            let trust = purpose == .client ? "what the edge trusts clients by" : "clients must be told to trust it"
            let use =
                purpose == .client
                ? "curl --cert \(certificatePath) --key \(keyPath) https://..."
                : "curl --cacert \(authorityPath) https://\(facts.names[0].urlHost)/"
            return """
                \(certificatePath)  for \(whom), \(facts.keyKind), until \(UTCTime(facts.notAfter).day)
                \(keyPath)  its private key
                \(authorityPath)  the authority\(isNewAuthority ? ", new" : ""); \(trust):
                  \(use)
                """
        }
    }

    /// The folder's path.
    public let path: String
    /// The file of the authority's certificate; its key is in the same place with the ending `.key`.
    public let authorityPath: String

    /// The folder at `path`, with an authority of its own or the one at `authority`.
    public init(path: String, authority: String? = nil) {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
        authorityPath = authority ?? "\(path)/\(CertificateFolder.authorityName)/ca.pem"
    }

    /// Issues a certificate into the folder, under the first of its names.
    ///
    /// Files that are there stay as they are, and it throws, unless `overwriting`.
    public func issue(
        _ request: DevelopmentAuthority.Request, overwriting: Bool = false
    ) throws(CertificateError) -> Written {
        let name = try fileName(of: request)
        let place = request.purpose == .server ? path : "\(path)/\(CertificateFolder.authorityName)"
        let (certificatePath, keyPath) = ("\(place)/\(name).pem", "\(place)/\(name).key")
        guard certificatePath != authorityPath else {
            throw CertificateError(.certificate, "the name is the authority's own", "another name")
                .at(certificatePath)
        }
        if !overwriting {
            for file in [certificatePath, keyPath] where FileAccess.exists(file) {
                throw CertificateError(.certificate, "it is there already", "--force to replace it").at(file)
            }
        }
        let (authority, isNew) = try authority()
        let issued = try authority.issue(request)
        let facts = try issued.credential().facts
        try FileAccess.write(issued.key, to: keyPath, isPrivate: true)
        try FileAccess.write(issued.certificate, to: certificatePath, isPrivate: false)
        return Written(
            certificatePath: certificatePath, keyPath: keyPath, authorityPath: authorityPath, isNewAuthority: isNew,
            purpose: request.purpose, facts: facts)
    }

    private func authority() throws(CertificateError) -> (authority: DevelopmentAuthority, isNew: Bool) {
        let keyPath = (authorityPath.hasSuffix(".pem") ? String(authorityPath.dropLast(4)) : authorityPath) + ".key"
        guard FileAccess.exists(authorityPath) || FileAccess.exists(keyPath) else {
            let authority = try DevelopmentAuthority()
            try FileAccess.write(authority.own.key, to: keyPath, isPrivate: true)
            try FileAccess.write(authority.own.certificate, to: authorityPath, isPrivate: false)
            return (authority, true)
        }
        let certificate = try FileAccess.read(authorityPath, .certificate).octets
        let key = try FileAccess.read(keyPath, .key).octets
        do throws(CertificateError) {
            return (try DevelopmentAuthority(.init(certificate: certificate, key: key)), false)
        } catch {
            throw error.at(error.part == .key ? keyPath : authorityPath)
        }
    }

    /// The first name, as a file can be called: `*.example.com` is `wildcard.example.com`.
    private func fileName(of request: DevelopmentAuthority.Request) throws(CertificateError) -> String {
        guard var name = request.names.first, !name.isEmpty else {
            throw CertificateError(.certificate, "it is for nobody", "at least one name")
        }
        if name.hasPrefix("*.") { name = "wildcard" + name.dropFirst() }
        if name.hasPrefix(".") || name.contains(where: { $0 == "/" || $0 == "\0" }) {
            throw CertificateError(.certificate, "\"\(name)\" cannot be a file's name", "a name without slashes")
        }
        return name
    }
}

extension String {
    /// The name as it stands in a URL: some host for a wildcard, brackets for IPv6.
    fileprivate var urlHost: String {
        if hasPrefix("*.") { return "www" + dropFirst() }
        return contains(":") ? "[\(self)]" : self
    }
}
