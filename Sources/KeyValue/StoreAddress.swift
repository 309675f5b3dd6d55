/// Where one server of a store answers: an agent of Consul, a member of etcd.
public enum StoreAddress: Sendable, Equatable, CustomStringConvertible {
    /// A name or IP address (IPv6 without brackets) and a port.
    case network(host: String, port: Int)
    /// A Unix socket.
    case unix(path: String)

    /// Reads `HOST`, `HOST:PORT`, `[IPV6]`, `[IPV6]:PORT`; nil if it is none of them.
    init?(_ text: Substring, defaultPort: Int) {
        var host = text
        var port = defaultPort
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard host.contains(":"), host.utf8.allSatisfy(Self.isOfIPv6) else { return nil }
            guard Self.readPort(rest, into: &port) else { return nil }
        } else {
            if let colon = text.firstIndex(of: ":") {
                host = text[..<colon]
                guard Self.readPort(text[colon...], into: &port) else { return nil }
            }
            guard !host.isEmpty, host.utf8.allSatisfy(Self.isOfName) else { return nil }
        }
        self = .network(host: String(host), port: port)
    }

    /// `HOST:PORT` as it stands in a URL, or the socket's path.
    public var description: String {
        switch self {
        case .network(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): path
        }
    }

    private static func readPort(_ text: Substring, into port: inout Int) -> Bool {
        if text.isEmpty { return true }
        let digits = text.dropFirst()
        guard text.hasPrefix(":"), digits.count <= 5, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(digits), (1...65535).contains(number)
        else { return false }
        port = number
        return true
    }

    private static func isOfName(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isOfIPv6(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
