internal import COpenSSL

/// A server's certificate with its chain and its private key, checked to belong together; shared by all threads.
///
/// Invariants: `stack` holds the pointers of `intermediates` in their order and is changed no more once `init` returns; the
/// certificates are kept alive by `intermediates`.
@safe
public final class Credential: @unchecked Sendable {
    /// What the certificate says.
    public let facts: CertificateFacts
    /// What the certificates of the chain say: the leaf's issuer first, no root.
    public let chainFacts: [CertificateFacts]
    /// What was in the files and is not used: certificates that belong to another, keys without one.
    public let notes: [String]
    let certificate: Certificate
    let intermediates: [Certificate]
    /// The issuer, where the files held it: the first of the chain, or a root that is not sent along.
    let issuer: Certificate?
    private let privateKey: PrivateKey
    // Safety: written in `init` alone; see the invariants.
    private let stack: OpaquePointer

    /// Reads PEM: one or several certificates, and a key; one file with all of them may be given for both.
    ///
    /// The leaf is the certificate that the key belongs to, wherever it stands. The chain is put into order from the leaf
    /// up; a root is left out, since clients trust their own copy or none, and what belongs to no one becomes a note.
    public init(certificates: [UInt8], key: [UInt8]) throws(CertificateError) {
        let blocks = try Self.blocks(in: certificates, part: .certificate)
        let located = try Certificate.all(in: blocks)
        let keys = try PrivateKey.all(in: Self.blocks(in: key, part: .key))
        guard
            let pair = keys.lazy.compactMap({ key in
                located.first { key.belongs(to: $0.certificate) }.map { (key: key, leaf: $0.certificate) }
            }).first
        else { throw Self.mismatch(located, keys) }
        guard pair.key.kind.family != nil else {
            throw CertificateError(
                .key, "\(pair.key.kind) keys are not served here", "a certificate for an ECDSA, RSA or Ed25519 key")
        }
        guard pair.key.signs(for: pair.leaf) else {
            throw CertificateError(
                .key, "what this key signs does not fit its own public half: it is damaged", "copy the key again")
        }
        let chain = CertificateChain(leaf: pair.leaf, others: located.map(\.certificate))
        try Self.refuseWeak([pair.leaf] + chain.intermediates)
        guard let stack = unsafe OPENSSL_sk_new_null() else { throw CertificateError(.certificate, "no memory") }
        for intermediate in chain.intermediates {
            _ = unsafe OPENSSL_sk_push(stack, UnsafeRawPointer(intermediate.pointer))
        }
        facts = CertificateFacts(pair.leaf)
        chainFacts = chain.intermediates.map { CertificateFacts($0) }
        notes =
            chain.unused.map { "not sent: \(CertificateFacts($0).subject) has issued nothing in this chain" }
            + (keys.count > 1 ? ["not used: \(keys.count - 1) more private keys"] : [])
        certificate = pair.leaf
        intermediates = chain.intermediates
        issuer = chain.intermediates.first ?? chain.root
        privateKey = pair.key
        unsafe self.stack = stack
    }

    deinit { unsafe OPENSSL_sk_free(stack) }

    /// The leaf, an `X509 *` that lives as long as this object.
    public var leaf: OpaquePointer { unsafe certificate.pointer }

    /// The chain without the leaf, a `STACK_OF(X509) *` that lives as long as this object and is only to be read.
    public var chain: OpaquePointer { unsafe stack }

    /// The private key, an `EVP_PKEY *` that lives as long as this object.
    public var key: OpaquePointer { unsafe privateKey.pointer }

    private static func blocks(
        in octets: [UInt8], part: CertificateError.Part
    ) throws(CertificateError) -> [PEMBlock] {
        // A DER structure begins with a SEQUENCE's tag and a long length; PEM is text.
        if octets.first == 0x30, octets.count > 1, octets[1] & 0x80 != 0 {
            throw CertificateError(
                part, "this is DER or PKCS #12, not PEM",
                part == .key
                    ? "openssl pkey -inform der -in FILE -out FILE.key, or openssl pkcs12 -in FILE -nodes"
                    : "openssl x509 -inform der -in FILE -out FILE.pem, or openssl pkcs12 -in FILE -nodes")
        }
        return try PEMBlock.blocks(in: octets, part: part)
    }

    private static func refuseWeak(_ certificates: [Certificate]) throws(CertificateError) {
        for certificate in certificates {
            let facts = CertificateFacts(certificate)
            guard let weakness = facts.weakness else { continue }
            throw CertificateError(
                .certificate, "\(facts.subject): \(weakness), and handshakes refuse it",
                "RSA with 2048 bits or more, or ECDSA; signed with SHA-256 or better")
        }
    }

    private static func mismatch(_ certificates: [Certificate.Located], _ keys: [PrivateKey]) -> CertificateError {
        let subjects = certificates.map { located in
            let facts = CertificateFacts(located.certificate)
            return "\(facts.subject.isEmpty ? facts.names.first ?? "no name" : facts.subject) (\(facts.keyKind))"
        }
        let kinds = keys.map { "\($0.kind)" }.joined(separator: ", ")
        return CertificateError(
            .key, "the key (\(kinds)) belongs to none of: \(subjects.joined(separator: "; "))",
            "the key that the certificate was requested with")
    }
}
