/// Where an engine or a manager is reached: `10.0.0.5:2375`, `dh1.example.com:2375` or `[2001:db8::5]:2375`.
public struct NodeAddress: Sendable, Hashable, CustomStringConvertible {
    /// The name or IP address, without brackets.
    public let host: String
    /// The port, 1 to 65535.
    public let port: UInt16

    /// Reads `host:port`; nil if it is no such thing.
    public init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        // What UInt16 takes besides, a sign, is ruled out.
        guard text[text.index(after: colon)...].utf8.allSatisfy(\.isDigit) else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("[") {
            guard host.hasSuffix("]"), host.contains(":") else { return nil }
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && !"/[]@?#".utf8.contains($0) }) else {
            return nil
        }
        self.host = String(host)
        self.port = port
    }

    /// `10.0.0.5:2375`, IPv6 in brackets.
    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

extension NodeAddress: Comparable {
    /// By name, numbers in it as numbers: `node-9` before `node-10`.
    public static func < (left: NodeAddress, right: NodeAddress) -> Bool {
        let order = NaturalOrder.compare(left.host, right.host)
        return order == 0 ? left.port < right.port : order < 0
    }
}
