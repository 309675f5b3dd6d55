public import Gateway

/// A listener of an edge: what the data plane makes of it, and where its certificates come from.
public struct EdgeListener: Sendable, Equatable {
    /// The data plane's part.
    public var gateway: ListenerConfiguration
    /// Where its certificates come from; nil in the clear.
    public var certificates: CertificateSource?

    /// A listener in the clear.
    public init(address: ListenAddress, name: String) {
        gateway = ListenerConfiguration(address: address, name: name)
    }

    /// A listener for https with all of its defaults: HTTP/2 too, and certificates of `source`.
    public init(tls address: ListenAddress, name: String, certificates source: CertificateSource = CertificateSource())
    {
        gateway = ListenerConfiguration(address: address, name: name)
        gateway.tls = TLSListenerConfiguration()
        gateway.http2 = true
        certificates = source
    }

    /// The address as it was written.
    public var name: String { gateway.name }
    /// Where it listens.
    public var address: ListenAddress { gateway.address }
}
