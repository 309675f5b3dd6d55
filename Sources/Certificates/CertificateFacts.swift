/// What a certificate says, in plain values.
public struct CertificateFacts: Sendable, Equatable {
    /// Whom it is for, as RFC 2253 writes names: `CN=shop.example.com,O=Shop`.
    public var subject: String
    /// Who issued it, likewise.
    public var issuer: String
    /// Its serial number in lower-case hexadecimal.
    public var serial: String
    /// The hosts that it is for, in its own order and without doubles.
    ///
    /// DNS names in lower case, `*.example.com` among them, and addresses as text without brackets. The subject's common
    /// name counts only where no alternative name is a host's.
    public var names: [String]
    /// The first second in which it is good, since 1970.
    public var notBefore: Int64
    /// The last second in which it is good, since 1970.
    public var notAfter: Int64
    /// Its key.
    public var keyKind: KeyKind
    /// SHA-256 of its DER in lower-case hexadecimal.
    public var fingerprint: String
    /// How it is signed, by OpenSSL's name: `ecdsa-with-SHA256`.
    public var signature: String
    /// Where its issuer tells whether it has been revoked, if there is such a place (RFC 6960).
    public var ocspResponder: String?
    /// Where its issuer's certificate can be had, if it says so.
    public var issuerLocation: String?
    /// Why handshakes refuse it, whoever has issued it; nil if they do not.
    public var weakness: String?
    /// Whether its own key has signed it.
    public var isSelfSigned: Bool
    /// Whether it may issue others.
    public var isAuthority: Bool
    /// Whether it wants an OCSP answer in each handshake (RFC 7633): clients refuse it without.
    public var mustStaple: Bool

    /// Whether it is good at `now`, in seconds since 1970.
    public func isValid(at now: Int64) -> Bool { notBefore <= now && now <= notAfter }

    /// The facts of every certificate in PEM, or of the one in DER: of authorities, or of what a client has shown.
    public static func read(_ octets: [UInt8]) throws(CertificateError) -> [CertificateFacts] {
        // No PEM begins with a SEQUENCE's tag and a long length, and every certificate does.
        if octets.first == 0x30, octets.count > 1, octets[1] & 0x80 != 0 {
            ErrorQueue.clear()
            guard let certificate = Certificate(der: octets) else {
                throw CertificateError(.certificate, "DER that is no certificate: \(ErrorQueue.drain())")
            }
            return [CertificateFacts(certificate)]
        }
        return try Certificate.all(in: PEMBlock.blocks(in: octets, part: .certificate)).map {
            CertificateFacts($0.certificate)
        }
    }
}
