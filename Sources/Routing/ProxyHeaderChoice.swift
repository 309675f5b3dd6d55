/// Which PROXY header an endpoint's connections begin with.
public enum ProxyHeaderChoice: String, Sendable, Codable, CaseIterable {
    /// None, whatever the service says.
    case off
    /// Version 1, a line of text.
    case v1
    /// Version 2, binary.
    case v2

    /// The version's number, 0 for none.
    var number: UInt8 {
        switch self {
        case .off: 0
        case .v1: 1
        case .v2: 2
        }
    }
}
