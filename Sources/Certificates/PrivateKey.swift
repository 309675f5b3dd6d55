internal import COpenSSL

/// A private key.
///
/// Invariants: `pointer` is a live EVP_PKEY of which this object holds one reference until it goes, and which nobody
/// changes once it is here.
@safe
final class PrivateKey: @unchecked Sendable {
    // Safety: an EVP_PKEY that does not change may sign in any number of threads; its count of references is atomic.
    let pointer: OpaquePointer

    /// Takes over the caller's reference.
    init(adopting pointer: OpaquePointer) { unsafe self.pointer = pointer }

    /// Reads DER, PKCS #8 or the older form of each kind; nil if it is none.
    ///
    /// The error queue tells why.
    convenience init?(der: [UInt8]) {
        guard OpenSSLStart.isDone else { return nil }
        let pointer = unsafe der.withUnsafeBufferPointer { octets -> OpaquePointer? in
            var next = octets.baseAddress
            return unsafe d2i_AutoPrivateKey(nil, &next, octets.count)
        }
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.init(adopting: pointer)
    }

    deinit { unsafe EVP_PKEY_free(pointer) }

    /// What kind it is.
    var kind: KeyKind { unsafe KeyKind(key: pointer) }

    /// Whether the public half in `certificate` is this key's.
    func belongs(to certificate: Certificate) -> Bool {
        defer { ErrorQueue.clear() }
        guard let other = unsafe X509_get0_pubkey(certificate.pointer) else { return false }
        return unsafe EVP_PKEY_eq(other, pointer) == 1
    }

    /// Whether what it signs can be checked with the public half in `certificate`: a key whose two halves do not belong
    /// together would fail every handshake.
    func signs(for certificate: Certificate) -> Bool {
        defer { ErrorQueue.clear() }
        guard let other = unsafe X509_get0_pubkey(certificate.pointer) else { return false }
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        // Ed25519 hashes by itself and takes no digest.
        let digest = kind == .ed25519 ? nil : unsafe EVP_sha256()
        let text: [UInt8] = Array("portico".utf8)
        // The longest signature is that of RSA with 16384 bits.
        var signature = [UInt8](repeating: 0, count: 2_048)
        var count = signature.count
        guard unsafe EVP_DigestSignInit(context, nil, digest, nil, pointer) == 1,
            unsafe EVP_DigestSign(context, &signature, &count, text, text.count) == 1,
            unsafe EVP_MD_CTX_reset(context) == 1,
            unsafe EVP_DigestVerifyInit(context, nil, digest, nil, other) == 1
        else { return false }
        return unsafe EVP_DigestVerify(context, signature, count, text, text.count) == 1
    }
}

extension KeyKind {
    /// The kind of an EVP_PKEY, public or private.
    init(key: OpaquePointer) {
        defer { ErrorQueue.clear() }
        switch unsafe EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_RSA: self = .rsa(bits: Int(unsafe EVP_PKEY_get_bits(key)))
        case EVP_PKEY_ED25519: self = .ed25519
        case EVP_PKEY_EC:
            var name = [CChar](repeating: 0, count: 64)
            var count = 0
            let hasName = unsafe EVP_PKEY_get_group_name(key, &name, name.count, &count) == 1
            let octets = name.prefix(hasName ? count : 0).map { UInt8(bitPattern: $0) }
            let curve = String(decoding: octets, as: UTF8.self)
            self = .ecdsa(curve: Self.curves[curve] ?? (curve.isEmpty ? "unnamed" : curve))
        default:
            let name = unsafe EVP_PKEY_get0_type_name(key)
            self = .other(unsafe name.map { unsafe String(cString: $0) } ?? "unknown")
        }
    }

    private static let curves = ["prime256v1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"]
}
