/// A server by its backend and its name in there.
struct ServerName: Sendable, Hashable, CustomStringConvertible {
    var backend: String
    var server: String

    /// `web/s1`, as commands take it.
    var description: String { "\(backend)/\(server)" }
}

/// One command to a worker's runtime API, and what HAProxy has to answer to it.
enum RuntimeCommand: Sendable, Equatable, CustomStringConvertible {
    /// An administrative state.
    enum State: String, Sendable {
        /// Takes part.
        case ready
        /// Takes only requests of clients that are tied to it.
        case drain
        /// Takes nothing; what is in flight finishes.
        case maint
    }

    case setAddress(ServerName, HAProxyAddress)
    case setWeight(ServerName, Int)
    case setState(ServerName, State)
    /// The new server begins in maintenance, with its checks off.
    case add(ServerName, HAProxyAddress, [String])
    case enableHealth(ServerName)
    /// Only a server in maintenance that has no connections left.
    case delete(ServerName)

    /// What a reply means.
    enum Verdict: Equatable {
        case done
        /// Not now: connections are left.
        case later
        /// Anything else, in HAProxy's words.
        case refused(String)
    }

    /// The command's text.
    var description: String {
        switch self {
        case .setAddress(let name, let address): "set server \(name) addr \(address.host) port \(address.port)"
        case .setWeight(let name, let weight): "set server \(name) weight \(weight)"
        case .setState(let name, let state): "set server \(name) state \(state.rawValue)"
        case .add(let name, let address, let words):
            (["add server \(name) \(address.text)"] + words).joined(separator: " ")
        case .enableHealth(let name): "enable health \(name)"
        case .delete(let name): "del server \(name)"
        }
    }

    /// Judges a reply; one that is not known by heart is a refusal.
    func judge(_ reply: String) -> Verdict {
        let text = Self.trimmed(reply)
        let isGood =
            switch self {
            case .setAddress(_, let address): Self.confirms(address, text)
            case .setWeight, .setState, .enableHealth: text.isEmpty
            case .add: text == "New server registered."
            case .delete: text == "Server deleted."
            }
        if isGood { return .done }
        if case .delete = self, text.hasPrefix("Server still has connections attached to it") { return .later }
        return .refused(text.isEmpty ? "(nothing)" : text)
    }

    /// Whether `text` says that a server now has `address`: `IP changed from 'A' to 'B', port changed from '1' to '2' by
    /// 'stats socket command'`, or that it had it before.
    private static func confirms(_ address: HAProxyAddress, _ text: String) -> Bool {
        let end = " by 'stats socket command'"
        guard text.hasSuffix(end) else { return false }
        let clauses = text.dropLast(end.count).split(separator: ", ", omittingEmptySubsequences: false)
        guard clauses.count == 2 else { return false }
        let isHost =
            clauses[0] == "no need to change the addr"
            || news(in: clauses[0], "IP changed from").flatMap(HAProxyAddress.octets) == address.octets
        let isPort =
            clauses[1] == "no need to change the port"
            || news(in: clauses[1], "port changed from") == "\(address.port)"
        return isHost && isPort
    }

    /// `B` of `START 'A' to 'B'`.
    private static func news(in clause: Substring, _ start: String) -> Substring? {
        guard clause.hasPrefix("\(start) '") else { return nil }
        let parts = clause.split(separator: "'", omittingEmptySubsequences: false)
        return parts.count == 5 && parts[2] == " to " && parts[4].isEmpty ? parts[3] : nil
    }

    static func trimmed(_ text: String) -> String {
        var rest = text[...]
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        return String(rest)
    }

    /// Whether a name is one that HAProxy takes for backends and servers, so that it needs no quotes.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(isNameOctet)
    }

    /// Whether an octet may stand in such a name.
    static func isNameOctet(_ octet: UInt8) -> Bool { isAlphanumeric(octet) || "_.:-".utf8.contains(octet) }

    /// Whether a word can stand in a command as it is: nothing in it cuts, quotes or ends.
    static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { isAlphanumeric($0) || "_.:-,/@%+*=()[]".utf8.contains($0) }
    }

    private static func isAlphanumeric(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
