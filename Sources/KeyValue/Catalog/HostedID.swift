/// An ID in the form that registrators give: `<dhost>:<cname>:<cport>`, with `:udp` behind it for datagrams.
package struct HostedID: Equatable, Sendable {
    /// The Docker host.
    package var host: String
    /// The container.
    package var container: String
    /// The container's own port.
    package var port: UInt16
    /// Whether the port takes datagrams.
    package var isDatagram: Bool

    /// Takes `text` apart; nil if it has another form.
    package init?(_ text: String) {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false)
        isDatagram = parts.count == 4 && parts[3] == "udp"
        if isDatagram { parts.removeLast() }
        guard parts.count == 3, !parts[0].isEmpty, Self.isContainerName(parts[1]),
            (1...5).contains(parts[2].utf8.count), parts[2].utf8.allSatisfy(Self.isDigit),
            let number = UInt16(parts[2]), number > 0
        else { return nil }
        host = String(parts[0])
        container = String(parts[1])
        port = number
    }

    /// What the engine lets containers be called.
    private static func isContainerName(_ name: Substring) -> Bool {
        guard let first = name.utf8.first, isLetterOrDigit(first) else { return false }
        return name.utf8.allSatisfy { octet in
            isLetterOrDigit(octet) || octet == UInt8(ascii: "_") || octet == UInt8(ascii: ".")
                || octet == UInt8(ascii: "-")
        }
    }

    private static func isDigit(_ octet: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) }

    private static func isLetterOrDigit(_ octet: UInt8) -> Bool {
        isDigit(octet) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet | 0x20)
    }
}
