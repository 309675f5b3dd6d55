internal import Reactor

/// How a listener's handshakes go; which certificate is shown is a matter of its ``CertificateTable``.
public struct TLSListenerConfiguration: Sendable, Equatable {
    /// The lowest version that is spoken.
    public enum Version: String, Sendable, CaseIterable {
        /// TLS 1.2, with forward secrecy and authenticated encryption only.
        case tls12 = "1.2"
        /// TLS 1.3.
        case tls13 = "1.3"
    }

    /// What is asked of clients.
    public enum ClientAuthentication: String, Sendable, CaseIterable {
        /// No certificate.
        case none
        /// A certificate, which the client may leave out; what it shows must be good.
        case request
        /// A certificate; without one the handshake fails.
        case require
    }

    /// The lowest version that is spoken.
    public var minimum = Version.tls12
    /// What is asked of clients.
    public var clientAuthentication = ClientAuthentication.none
    /// PEM certificates of the authorities that clients' certificates must come from; empty where none is asked for.
    public var clientAuthorities: [UInt8] = []
    /// The value of `Strict-Transport-Security` in every answer (RFC 6797); nil for none.
    public var strictTransportSecurity: String?

    /// The defaults: TLS 1.2 and 1.3, no client certificates.
    public init() {}
}

extension ListenerConfiguration {
    /// What the reactor is to make of it; nil where it is plain.
    var policy: TLSServerPolicy? {
        guard let tls else { return nil }
        var policy = TLSServerPolicy()
        policy.refusesTLS12 = tls.minimum == .tls13
        policy.speaksHTTP2 = http2
        policy.agreesOnProtocol = tcp == nil
        policy.clientAuthorities = tls.clientAuthorities
        policy.name = name
        switch tls.clientAuthentication {
        case .none: policy.clientCertificate = .none
        case .request: policy.clientCertificate = .request
        case .require: policy.clientCertificate = .require
        }
        return policy
    }
}
