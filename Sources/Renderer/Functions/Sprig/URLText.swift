internal import Template

/// A URL in its parts, as Go's net/url package takes it apart for sprig.
struct URLText {
    /// The parts: scheme, userinfo, host, hostname, path, query, opaque, fragment.
    private(set) var members: [String: String] = [:]

    init(members: [String: String]) { self.members = members }

    /// Takes `text` apart.
    init(_ text: String) throws(FunctionError) {
        func refuse(_ reason: String) -> FunctionError {
            FunctionError("unable to parse url: parse \(GoFormat.quote(text)): \(reason)")
        }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            throw refuse("net/url: invalid control character in URL")
        }
        var rest = text[...]
        if let mark = rest.firstIndex(of: "#") {
            members["fragment"] = Self.unescape(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        let scheme = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
        if rest.hasPrefix(":") { throw refuse("missing protocol scheme") }
        if let first = scheme.first, first.isLetter, rest[scheme.endIndex...].hasPrefix(":") {
            members["scheme"] = scheme.lowercased()
            rest = rest[rest.index(after: scheme.endIndex)...]
        }
        if let mark = rest.firstIndex(of: "?") {
            members["query"] = String(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        if !rest.hasPrefix("/"), members["scheme"] != nil {
            members["opaque"] = String(rest)
            rest = ""
        } else if rest.hasPrefix("//") {
            let end = rest.dropFirst(2).firstIndex(of: "/") ?? rest.endIndex
            var authority = rest.dropFirst(2)[..<end]
            rest = rest[end...]
            if let at = authority.lastIndex(of: "@") {
                members["userinfo"] = String(authority[..<at])
                authority = authority[authority.index(after: at)...]
            }
            members["host"] = Self.unescape(authority)
            let port = authority.drop { $0 != ":" }
            if !authority.hasPrefix("["), !port.isEmpty, !port.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }) {
                throw refuse("invalid port \(GoFormat.quote(String(port))) after host")
            }
        }
        members["path"] = Self.unescape(rest)
        members["hostname"] = Self.hostname(members["host"] ?? "")
        for name in ["scheme", "userinfo", "host", "query", "opaque", "fragment"] where members[name] == nil {
            members[name] = ""
        }
    }

    private static func hostname(_ host: String) -> String {
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            return String(host[host.index(after: host.startIndex)..<end])
        }
        return String(host.prefix { $0 != ":" })
    }

    private static func unescape(_ text: Substring) -> String {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let octet = rest.popFirst() {
            let digits = rest.prefix(2)
            if octet == 0x25, digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(octet)
            }
        }
        return result.text
    }

    private static func escape(_ text: String) -> String {
        var result = ""
        for octet in text.utf8 {
            switch octet {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: result.unicodeScalars.append(Unicode.Scalar(octet))
            case _ where "-_.~$&+,/:;=@!*'()[]".utf8.contains(octet):
                result.unicodeScalars.append(Unicode.Scalar(octet))
            default: result += "%" + Hex.text([octet]).uppercased()
            }
        }
        return result
    }

    /// The URL of the parts.
    var text: String {
        func part(_ name: String) -> String { members[name] ?? "" }
        var text = part("scheme").isEmpty ? "" : part("scheme") + ":"
        if !part("opaque").isEmpty {
            text += part("opaque")
        } else {
            let userinfo = part("userinfo")
            if !part("scheme").isEmpty || !part("host").isEmpty || !userinfo.isEmpty,
                !part("host").isEmpty || !part("path").isEmpty || !userinfo.isEmpty
            {
                if !part("host").isEmpty || !userinfo.isEmpty { text += "//" }
                if !userinfo.isEmpty { text += userinfo + "@" }
                text += part("host")
            }
            let path = Self.escape(part("path"))
            if !path.isEmpty, !path.hasPrefix("/"), !part("host").isEmpty { text += "/" }
            text += path
        }
        if !part("query").isEmpty { text += "?" + part("query") }
        if !part("fragment").isEmpty { text += "#" + Self.escape(part("fragment")) }
        return text
    }
}
