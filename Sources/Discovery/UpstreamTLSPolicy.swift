public import Routing

/// What a configuration says of TLS to endpoints: only what it says, the rest stays as it was.
public struct UpstreamTLSPolicy: Sendable, Equatable {
    /// ``UpstreamTLS/verifies``.
    public var verifies: Bool?
    /// ``UpstreamTLS/authorities``.
    public var authorities: [UInt8]?
    /// ``UpstreamTLS/serverName``.
    public var serverName: String?
    /// ``UpstreamTLS/certificate``; with `key`, or neither.
    public var certificate: [UInt8]?
    /// ``UpstreamTLS/key``.
    public var key: [UInt8]?

    /// A policy that says nothing.
    public init() {}

    /// Whether it says nothing.
    public var isEmpty: Bool { self == UpstreamTLSPolicy() }

    /// Puts into `tls` what it says; a nil `tls` stays nil if that is nothing.
    public func apply(to tls: inout UpstreamTLS?) {
        guard !isEmpty else { return }
        var policy = tls ?? .standard
        // Whoever names authorities wants them asked, whatever a wider policy says.
        if let verifies = verifies ?? (authorities == nil ? nil : true) { policy.verifies = verifies }
        if let authorities { policy.authorities = authorities }
        if let serverName { policy.serverName = serverName }
        if let certificate, let key {
            policy.certificate = certificate
            policy.key = key
        }
        tls = policy
    }
}
