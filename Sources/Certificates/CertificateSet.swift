/// What one host is served with: at most one certificate a kind of key, of which the handshake takes what the client can.
public struct CertificateSet: Sendable {
    /// The one with an ECDSA key.
    public internal(set) var ecdsa: CertificateTable.Entry?
    /// The one with an RSA key.
    public internal(set) var rsa: CertificateTable.Entry?
    /// The one with an Ed25519 key, which no browser takes.
    public internal(set) var ed25519: CertificateTable.Entry?
    let names: NameIndex

    /// Those that are there: ECDSA first, for it costs the least, then RSA.
    public var entries: [CertificateTable.Entry] { [ecdsa, rsa, ed25519].compactMap(\.self) }

    init(_ entries: [CertificateTable.Entry]) {
        for entry in entries {
            switch entry.credential.facts.keyKind.family {
            case .ecdsa: ecdsa = entry
            case .rsa: rsa = entry
            case .ed25519: ed25519 = entry
            case nil: break
            }
        }
        names = NameIndex(entries.flatMap(\.credential.facts.names).map { (CertificateTable.indexed($0), 0) })
    }
}
