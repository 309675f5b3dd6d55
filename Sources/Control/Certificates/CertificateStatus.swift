/// A certificate that is in force, in plain values.
public struct CertificateStatus: Sendable, Equatable {
    /// What it is called in its folder or in the store.
    public var name: String
    /// The folder, or the store's name.
    public var source: String
    /// The hosts that it is for.
    public var hosts: [String]
    /// The first second in which it is good, since 1970.
    public var notBefore: Int64
    /// The last second in which it is good, since 1970.
    public var notAfter: Int64
    /// Its key's kind and size.
    public var keyKind: String
    /// SHA-256 of its DER in lower-case hexadecimal.
    public var fingerprint: String
    /// Until when the OCSP answer at hand may be sent along, in seconds since 1970; nil if there is none.
    public var stapledUntil: Int64?
    /// The source has another, which cannot be used.
    public var isFormer: Bool
    /// The listeners that it is shown at, by name.
    public var listeners: [String]
}
