internal import COpenSSL

extension PrivateKey {
    private static let labels = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"]

    /// The private keys among a file's blocks; there is at least one.
    static func all(in blocks: [PEMBlock]) throws(CertificateError) -> [PrivateKey] {
        var keys: [PrivateKey] = []
        for block in blocks {
            guard block.label != "ENCRYPTED PRIVATE KEY", !block.hasEncryptionField else {
                throw CertificateError(
                    .key, line: block.line, "the key is encrypted, and nobody is there to type its passphrase",
                    "openssl pkey -in FILE -out NEW, with NEW readable by the edge alone")
            }
            guard labels.contains(block.label) else { continue }
            ErrorQueue.clear()
            guard let key = PrivateKey(der: block.der) else {
                throw CertificateError(
                    .key, line: block.line, "this key cannot be read: \(ErrorQueue.drain())", "copy the key again")
            }
            ErrorQueue.clear()
            keys.append(key)
        }
        guard keys.isEmpty else { return keys }
        throw CertificateError(
            .key, "no private key in it, but \(Certificate.contents(of: blocks))",
            "PEM that begins with -----BEGIN PRIVATE KEY-----")
    }
}
