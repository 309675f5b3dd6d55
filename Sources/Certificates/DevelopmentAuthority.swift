internal import Wire

/// A certificate authority for development and tests, which nobody trusts who was not told to.
///
/// Its own certificate is on P-256 and good for ten years; what it issues is what browsers accept today: SHA-256, alternative
/// names, at most 397 days unless asked otherwise.
public struct DevelopmentAuthority: Sendable {
    /// What a certificate is for.
    public enum Purpose: Sendable, Equatable {
        /// A server's: the names are hosts and addresses, `*.example.com` among them, in any case and in Unicode.
        case server
        /// A client's: the first name is whom it is for, in any words.
        case client
    }

    /// The key that a certificate gets.
    public enum Key: Sendable, Equatable {
        /// ECDSA on P-256.
        case ecdsa
        /// RSA with 2048 bits.
        case rsa
        /// Ed25519.
        case ed25519
    }

    /// What is asked of the authority.
    public struct Request: Sendable {
        /// Whom it is for.
        public var names: [String]
        /// What it is for.
        public var purpose = Purpose.server
        /// The key that is made for it.
        public var key = Key.ecdsa
        /// Days until it ends; never later than the authority itself.
        public var days = 397
        /// When it begins, in seconds since 1970; nil for five minutes ago, since clocks differ.
        public var notBefore: Int64?
        /// Where clients may ask whether it was revoked.
        public var ocspResponder: String?
        /// Whether servers must send an OCSP answer along (RFC 7633).
        public var mustStaple = false

        /// A server's certificate for `names`, with the defaults of all else.
        public init(names: [String]) { self.names = names }
    }

    /// A certificate and its key, both in PEM.
    public struct Issued: Sendable {
        /// The certificate.
        public var certificate: [UInt8]
        /// The private key (PKCS #8).
        public var key: [UInt8]

        /// Both, ready to serve with.
        public func credential() throws(CertificateError) -> Credential {
            try Credential(certificates: certificate, key: key)
        }
    }

    /// Days that the authority itself is good for.
    public static let authorityDays = 3_653

    /// Its certificate and key in PEM: what is to be kept to go on with it.
    public let own: Issued
    private let certificate: Certificate
    private let key: PrivateKey

    /// A new authority.
    public init(name: String = "Portico development CA", notBefore: Int64? = nil) throws(CertificateError) {
        let key = try PrivateKey(generate: .ecdsa)
        let begin = notBefore ?? CertificateClock.now - Self.skewSeconds
        var builder = try CertificateBuilder(key: key, commonName: name)
        try builder.setTime(from: begin, to: begin + Int64(Self.authorityDays) * 86_400)
        try builder.add("basicConstraints", "critical,CA:TRUE,pathlen:0")
        try builder.add("keyUsage", "critical,keyCertSign,cRLSign,digitalSignature")
        try builder.add("subjectKeyIdentifier", "hash")
        let certificate = try builder.sign(by: key)
        self.certificate = certificate
        self.key = key
        own = Issued(certificate: certificate.pem, key: key.pem)
    }

    /// One that was made before, from its PEM.
    public init(_ own: Issued) throws(CertificateError) {
        let certificates = try Certificate.all(in: PEMBlock.blocks(in: own.certificate, part: .certificate))
        let keys = try PrivateKey.all(in: PEMBlock.blocks(in: own.key, part: .key))
        guard let certificate = certificates.first?.certificate, let key = keys.first, key.belongs(to: certificate)
        else { throw CertificateError(.key, "the key is not that of the authority's certificate") }
        guard CertificateFacts(certificate).isAuthority else {
            throw CertificateError(
                .certificate, "\(CertificateFacts(certificate).subject) is no authority's",
                "the ca.pem that portico certs issue has made")
        }
        self.certificate = certificate
        self.key = key
        self.own = own
    }

    /// What the authority's certificate says.
    public var facts: CertificateFacts { CertificateFacts(certificate) }

    /// Issues a certificate with a new key.
    public func issue(_ request: Request) throws(CertificateError) -> Issued {
        guard 1...36_500 ~= request.days else {
            throw CertificateError(.certificate, "\(request.days) days are no certificate's life", "1 to 36500")
        }
        let key = try PrivateKey(generate: request.key)
        let names = request.purpose == .server ? try Self.alternativeNames(request.names) : []
        guard let first = request.names.first else {
            throw CertificateError(.certificate, "it is for nobody", "at least one name")
        }
        // A common name has at most 64 characters (RFC 5280, ub-common-name); hosts may be longer.
        let common = request.purpose == .client ? first : names.first.map { String($0.drop { $0 != ":" }.dropFirst()) }
        let commonName = common.flatMap { $0.utf8.count <= 64 || request.purpose == .client ? $0 : nil }
        var builder = try CertificateBuilder(key: key, commonName: commonName, issuer: certificate)
        let begin = request.notBefore ?? max(CertificateClock.now - Self.skewSeconds, facts.notBefore)
        let end = min(begin + Int64(request.days) * 86_400, facts.notAfter)
        guard begin < end else {
            throw CertificateError(
                .certificate, "the authority itself ended at \(UTCTime(facts.notAfter))", "a new one in another file")
        }
        try builder.setTime(from: begin, to: end)
        try builder.add("basicConstraints", "critical,CA:FALSE")
        try builder.add(
            "keyUsage", request.key == .rsa ? "critical,digitalSignature,keyEncipherment" : "critical,digitalSignature")
        try builder.add("extendedKeyUsage", request.purpose == .server ? "serverAuth" : "clientAuth")
        try builder.add("subjectKeyIdentifier", "hash")
        try builder.add("authorityKeyIdentifier", "keyid:always")
        if !names.isEmpty {
            let list = names.joined(separator: ",")
            try builder.add("subjectAltName", commonName == nil ? "critical,\(list)" : list)
        }
        if let responder = request.ocspResponder {
            // The extension's language would read a comma as the beginning of another entry.
            guard responder.hasPrefix("http://"), !responder.contains(where: { ",; \n".contains($0) }) else {
                throw CertificateError(.certificate, "\(responder) is no OCSP responder", "http://HOST[:PORT]/[PATH]")
            }
            try builder.add("authorityInfoAccess", "OCSP;URI:\(responder)")
        }
        if request.mustStaple { try builder.add("tlsfeature", "status_request") }
        let issued = try builder.sign(by: self.key)
        return Issued(certificate: issued.pem, key: key.pem)
    }

    /// Clocks of clients that are behind by less than this take a new certificate.
    private static let skewSeconds: Int64 = 300

    /// Names in the extension's language; they can hold none of its separators once they are canonical.
    private static func alternativeNames(_ names: [String]) throws(CertificateError) -> [String] {
        var result: [String] = []
        for name in names {
            let entry: String
            if let octets = AddressText.octets(of: name), let text = AddressText.text(of: octets) {
                entry = "IP:\(text)"
            } else {
                let isWildcard = name.hasPrefix("*.")
                guard let host = HostName.canonical(isWildcard ? String(name.dropFirst(2)) : name) else {
                    throw CertificateError(
                        .certificate, "\"\(name)\" is no host",
                        "shop.example.com, *.example.com, 192.0.2.1 or 2001:db8::1")
                }
                entry = "DNS:\(isWildcard ? "*." : "")\(host)"
            }
            if !result.contains(entry) { result.append(entry) }
        }
        return result
    }
}
