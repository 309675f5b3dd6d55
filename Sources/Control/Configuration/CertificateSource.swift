public import Certificates

/// Where a listener's certificates come from, beside the store's, and what becomes of them.
public struct CertificateSource: Sendable, Equatable {
    /// The folder; nil: the edge's, ``EdgeConfiguration/certificateFolder``.
    public var folder: String?
    /// What a client gets that names no host, or one that no certificate is for.
    ///
    /// A stranger is never served by a neighbour: only a certificate that is called `default` is shown to anybody.
    public var fallback = CertificateTable.Fallback.named("default")
    /// Whether OCSP answers are fetched and sent along (RFC 6960, RFC 6066 §8).
    public var staples = true

    /// The edge's folder, and the defaults.
    public init() {}
}
