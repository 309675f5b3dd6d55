/// What a certificate's key is, as far as a handshake's choice depends on it.
public enum KeyKind: Sendable, Hashable, CustomStringConvertible {
    /// RSA, with the modulus's bits.
    case rsa(bits: Int)
    /// ECDSA on a curve: `P-256`, `P-384`, `P-521`, or OpenSSL's name of another.
    case ecdsa(curve: String)
    /// Ed25519.
    case ed25519
    /// Anything else, by OpenSSL's name: it may be an authority's or a client's, not a server's here.
    case other(String)

    /// `RSA 2048`, `ECDSA P-256`, `Ed25519`.
    public var description: String {
        switch self {
        case .rsa(let bits): "RSA \(bits)"
        case .ecdsa(let curve): "ECDSA \(curve)"
        case .ed25519: "Ed25519"
        case .other(let name): name
        }
    }

    /// Where a certificate with such a key stands in a set; nil where it stands in none.
    var family: Family? {
        switch self {
        case .rsa: .rsa
        case .ecdsa: .ecdsa
        case .ed25519: .ed25519
        case .other: nil
        }
    }

    /// Kinds of which a set holds one each.
    enum Family: Int, CaseIterable {
        case ecdsa, rsa, ed25519
    }
}
