/// How a listener's handshakes go.
public struct TLSServerPolicy: Sendable, Equatable {
    /// What is asked of clients.
    public enum ClientCertificate: Sendable {
        case none, request, require
    }

    /// TLS 1.3 alone.
    public var refusesTLS12 = false
    /// HTTP/2 is agreed to.
    public var speaksHTTP2 = true
    /// A protocol is agreed on where the client offers any (RFC 7301); otherwise what is offered is passed over.
    public var agreesOnProtocol = true
    /// Whether clients are asked for a certificate.
    public var clientCertificate = ClientCertificate.none
    /// PEM certificates of the authorities that clients' certificates must come from.
    public var clientAuthorities: [UInt8] = []
    /// Tells sessions of this policy from those of others: a ticket of another name is not taken up.
    public var name = ""

    /// The defaults.
    public init() {}
}
