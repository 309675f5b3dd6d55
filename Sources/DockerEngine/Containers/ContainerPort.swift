/// A port of a container: `80/tcp`.
public struct ContainerPort: Sendable, Hashable, Comparable {
    /// What it speaks.
    public enum Transport: String, Sendable, Hashable {
        /// The default.
        case tcp
        /// Datagrams.
        case udp
        /// RFC 9260.
        case sctp
    }

    /// 1 to 65535.
    public var number: UInt16
    /// Its transport.
    public var transport: Transport

    /// A port.
    public init(_ number: UInt16, _ transport: Transport = .tcp) {
        self.number = number
        self.transport = transport
    }

    /// By number, then by transport.
    public static func < (left: ContainerPort, right: ContainerPort) -> Bool {
        (left.number, left.transport.rawValue) < (right.number, right.transport.rawValue)
    }
}

/// Where on the host a container's port is published.
public struct PortBinding: Sendable, Equatable {
    /// The host's address: `0.0.0.0`, `::`, or one of its own; engines may leave it empty.
    public var address: String
    /// The host's port.
    public var port: UInt16

    /// A binding.
    public init(address: String, port: UInt16) {
        self.address = address
        self.port = port
    }
}
