/// A container's place in one network.
public struct NetworkAttachment: Sendable, Equatable {
    /// The network's ID.
    public var networkID: String
    /// The container's IPv4 address; empty if it has none.
    public var address: String
    /// The container's global IPv6 address; empty if it has none.
    public var address6: String
    /// The names that others in the network know it by.
    public var aliases: [String]

    /// An attachment.
    public init(networkID: String = "", address: String = "", address6: String = "", aliases: [String] = []) {
        self.networkID = networkID
        self.address = address
        self.address6 = address6
        self.aliases = aliases
    }
}
