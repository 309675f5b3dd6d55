public import Routing

/// What a configuration says of asking another service before requests go on.
public struct ForwardAuthSettings: Sendable, Equatable {
    /// Who is asked, and how; its service is "" where an address is named instead.
    public var forwardAuth: ForwardAuth
    /// An endpoint that no service of the store has: a service of its own is made for it.
    public var address: String?

    /// Asks as `forwardAuth` says.
    public init(_ forwardAuth: ForwardAuth, address: String? = nil) {
        self.forwardAuth = forwardAuth
        self.address = address
        if let address { self.forwardAuth.service = Self.serviceName(of: address) }
    }

    /// The name of the service that stands for an address: no key of a store makes one of this name.
    public static func serviceName(of address: String) -> String { "forward-auth@\(address)" }
}
