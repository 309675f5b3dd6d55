/// What became of a container's ports.
public struct ServiceReading: Sendable, Equatable {
    /// Its services, by port.
    public var services: [HostedService] = []
    /// Why ports of it are none, and what is wrong with what it says.
    public var notices: [ServiceNotice] = []

    /// Nothing.
    public init() {}

    mutating func note(_ text: String, isProblem: Bool = false) {
        notices.append(ServiceNotice(text: text, isProblem: isProblem))
    }
}

/// Something that a container's owner may want to know.
public struct ServiceNotice: Sendable, Hashable {
    /// What it is.
    public var text: String
    /// Whether something is wrong; else all is as somebody wanted it.
    public var isProblem: Bool
}
