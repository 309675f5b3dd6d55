internal import COpenSSL

/// A certificate in the making.
///
/// Invariants: `pointer` is an X509 that this value alone refers to until ``sign(by:)`` gives it away.
@safe
struct CertificateBuilder {
    private let holder: Certificate
    private let issuer: Certificate?
    private let pointer: OpaquePointer

    /// A certificate for the public half of `key`; without an issuer it is its own.
    init(key: PrivateKey, commonName: String?, issuer: Certificate? = nil) throws(CertificateError) {
        ErrorQueue.clear()
        guard let pointer = unsafe X509_new() else { throw Self.failure() }
        holder = unsafe Certificate(adopting: pointer)
        unsafe self.pointer = pointer
        self.issuer = issuer
        guard unsafe X509_set_version(pointer, Int(X509_VERSION_3)) == 1,
            unsafe X509_set_pubkey(pointer, key.pointer) == 1, setSerial()
        else { throw Self.failure() }
        let subject = unsafe X509_get_subject_name(pointer)
        if let commonName {
            let text = Array(commonName.utf8)
            guard
                unsafe X509_NAME_add_entry_by_txt(
                    subject, "CN", MBSTRING_UTF8, text, Int32(clamping: text.count), -1, 0) == 1
            else {
                throw CertificateError(
                    .certificate, "\"\(commonName)\" cannot be a common name: \(ErrorQueue.drain())",
                    "1 to 64 characters")
            }
        }
        let issuerName = unsafe issuer.map { unsafe X509_get_subject_name($0.pointer) } ?? subject
        guard unsafe X509_set_issuer_name(pointer, issuerName) == 1 else { throw Self.failure() }
    }

    /// Sets the first and the last second, since 1970, in which it is good.
    mutating func setTime(from begin: Int64, to end: Int64) throws(CertificateError) {
        guard unsafe ASN1_TIME_set(X509_getm_notBefore(pointer), Int(begin)) != nil,
            unsafe ASN1_TIME_set(X509_getm_notAfter(pointer), Int(end)) != nil
        else { throw Self.failure() }
    }

    /// Adds an extension in the language of OpenSSL's configuration; `value` holds nothing that was not looked at.
    mutating func add(_ name: String, _ value: String) throws(CertificateError) {
        var context = unsafe X509V3_CTX()
        unsafe X509V3_set_ctx(&context, issuer?.pointer ?? pointer, pointer, nil, nil, 0)
        guard let added = unsafe X509V3_EXT_nconf(nil, &context, name, value) else { throw Self.failure() }
        defer { unsafe X509_EXTENSION_free(added) }
        guard unsafe X509_add_ext(pointer, added, -1) == 1 else { throw Self.failure() }
    }

    /// Signs it with the issuer's key.
    consuming func sign(by key: PrivateKey) throws(CertificateError) -> Certificate {
        // Ed25519 hashes by itself and takes no digest.
        let digest = unsafe key.kind == .ed25519 ? nil : EVP_sha256()
        guard unsafe X509_sign(pointer, key.pointer, digest) > 0 else { throw Self.failure() }
        // Read anew, so that nothing that was worked out of the unfinished one is kept.
        guard let finished = Certificate(der: holder.der) else { throw Self.failure() }
        ErrorQueue.clear()
        return finished
    }

    /// 126 random bits, and one that keeps the number's length: no two are the same, and none is zero or negative.
    private func setSerial() -> Bool {
        var octets = [UInt8](repeating: 0, count: 16)
        guard unsafe RAND_bytes(&octets, Int32(octets.count)) == 1 else { return false }
        octets[0] = octets[0] & 0x3F | 0x40
        guard let number = unsafe BN_bin2bn(octets, Int32(octets.count), nil) else { return false }
        defer { unsafe BN_free(number) }
        return unsafe BN_to_ASN1_INTEGER(number, X509_get_serialNumber(pointer)) != nil
    }

    private static func failure() -> CertificateError {
        CertificateError(.certificate, "it cannot be made: \(ErrorQueue.drain())")
    }
}
