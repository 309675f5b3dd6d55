public import Gateway
internal import Glibc
internal import Routing

extension ListenAddress {
    /// What an address to listen at looks like, for errors.
    public static let forms = "an address is :80, 127.0.0.1:8080, [::]:443 or unix:/run/x.sock"

    /// From `:80`, `127.0.0.1:8080`, `[::]:443` or `unix:/run/x.sock`; nil if it is none of them.
    ///
    /// `:80` is every address, of IPv6 too where the kernel has it.
    public init?(text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst("unix:".count))
            // sockaddr_un has room for 107 octets and a NUL.
            guard !path.isEmpty, path.utf8.count <= 107 else { return nil }
            self = .unix(path)
            return
        }
        let isBare = text.hasPrefix(":")
        let full = isBare ? (Self.hasIPv6 ? "[::]" : "0.0.0.0") + text : text
        // Nothing connects to port 0, so it is no endpoint's; here it lets the kernel choose.
        let isChosen = full.hasSuffix(":0")
        guard var address = EndpointAddress(isChosen ? full.dropLast() + "1" : full) else { return nil }
        if isChosen { address.port = 0 }
        self = .ip(address)
    }

    private static let hasIPv6: Bool = {
        let socket = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return false }
        close(socket)
        return true
    }()
}
