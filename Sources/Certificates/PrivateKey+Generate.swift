internal import COpenSSL

extension PrivateKey {
    /// Makes a new key.
    convenience init(generate kind: DevelopmentAuthority.Key) throws(CertificateError) {
        ErrorQueue.clear()
        // Safety: the context is this call's own; the key is given over to the object.
        guard let pointer = unsafe Self.generate(kind) else {
            throw CertificateError(.key, "no key can be made: \(ErrorQueue.drain())")
        }
        ErrorQueue.clear()
        unsafe self.init(adopting: pointer)
    }

    private static func generate(_ kind: DevelopmentAuthority.Key) -> OpaquePointer? {
        let number =
            switch kind {
            case .ecdsa: EVP_PKEY_EC
            case .rsa: EVP_PKEY_RSA
            case .ed25519: EVP_PKEY_ED25519
            }
        guard OpenSSLStart.isDone, let context = unsafe EVP_PKEY_CTX_new_id(number, nil) else { return nil }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        guard unsafe EVP_PKEY_keygen_init(context) == 1 else { return nil }
        let isSet =
            switch kind {
            case .ecdsa: unsafe EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) == 1
            case .rsa: unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2_048) == 1
            case .ed25519: true
            }
        var key: OpaquePointer?
        guard isSet, unsafe EVP_PKEY_keygen(context, &key) == 1 else { return nil }
        return unsafe key
    }

    /// Its PEM (PKCS #8, not encrypted).
    var pem: [UInt8] {
        defer { ErrorQueue.clear() }
        guard let memory = MemoryBIO(),
            unsafe PEM_write_bio_PrivateKey(memory.pointer, pointer, nil, nil, 0, nil, nil) == 1
        else { return [] }
        return memory.octets
    }
}
