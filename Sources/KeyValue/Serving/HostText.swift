/// Host names as they stand in a request's Host field or in an address to listen at.
package enum HostText {
    /// The host of `authority` without its port, in lower case, without brackets.
    package static func name(_ authority: String) -> String {
        if authority.hasPrefix("[") {
            let inner = authority.dropFirst().prefix { $0 != "]" }
            return inner.lowercased()
        }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        return (parts.count == 2 ? String(parts[0]) : authority).lowercased()
    }

    /// Whether a name can only mean this machine or one in its own network: an address, a name without a dot,
    /// `*.localhost`; nothing that somebody could register and point at 127.0.0.1.
    package static func isLocal(_ host: String) -> Bool {
        if host.isEmpty || host.contains(":") { return true }
        if !host.contains(".") || host.hasSuffix(".localhost") { return true }
        return isIPv4(host)
    }

    /// Whether an address to listen at is reached from this machine only.
    package static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && isIPv4(host))
    }

    private static func isIPv4(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
