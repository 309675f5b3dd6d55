/// What a redirected request is answered with.
public struct RedirectAnswer: Sendable, Equatable {
    /// 301, 302, 303, 307 or 308.
    public var status: UInt16
    /// The value of `Location`: visible ASCII only.
    public var location: [UInt8]

    /// An answer of `status` that points to `location`.
    public init(status: UInt16, location: [UInt8]) {
        self.status = status
        self.location = location
    }
}

/// A route's redirect: where to, read once.
struct RedirectRule: Sendable {
    private let status: UInt16
    private let template: TextTemplate
    /// The regexes among the route's paths, whose groups `$1` names.
    private let paths: [Regex]
    /// The target's own text begins with two slashes: then the result may.
    private let startsWithAuthority: Bool

    /// The rule that `redirect` describes.
    init(_ redirect: Redirect, paths: [Regex]) throws(PatternError) {
        guard [301, 302, 303, 307, 308].contains(redirect.status) else {
            throw PatternError(reason: "redirect has status \(redirect.status): write 301, 302, 303, 307 or 308")
        }
        let starts = ["http://", "https://", "/", "$"]
        guard starts.contains(where: redirect.to.hasPrefix) else {
            throw PatternError(
                reason:
                    "redirect to `\(redirect.to)` goes nowhere: write `https://host/path`, `/path`, or a variable such as `$scheme`"
            )
        }
        guard redirect.to.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw PatternError(
                reason: "redirect to `\(redirect.to)` has a space or other octet that no URL has: percent-encode it")
        }
        status = UInt16(redirect.status)
        template = try TextTemplate(redirect.to)
        self.paths = paths
        startsWithAuthority = redirect.to.hasPrefix("//")
        if let missing = template.missingGroup(in: paths) {
            throw PatternError(
                reason:
                    "redirect names `\(missing)`, but no regex among the paths has such a group: use `~regex` with one")
        }
    }

    /// The answer to a request.
    func answer(scheme: StaticString, host: RawSpan, path: RawSpan, query: RawSpan, hasQuery: Bool) -> RedirectAnswer {
        let path = path.byteCount > 0 ? path.octets() : [UInt8(ascii: "/")]
        var match: RegexMatch?
        for regex in paths where match == nil { match = RegexMatch(regex, in: path) }
        var location: [UInt8] = []
        for part in template.parts {
            switch part {
            case .literal(let octets): location += octets
            case .group, .namedGroup:
                Self.appendClean({ TextTemplate.appendGroup(part, of: match, to: &$0) }, to: &location)
            case .variable(let variable):
                Self.appendClean(
                    { output in
                        switch variable {
                        // Safety: the buffer is a literal's, and is copied before it ends.
                        case .scheme: output += scheme.withUTF8Buffer { unsafe Array($0) }
                        case .host: output += Self.withoutPort(host.octets())
                        case .authority: output += host.octets()
                        case .path: output += path
                        case .query: output += query.octets()
                        case .requestURI:
                            output += path
                            if hasQuery { output += [UInt8(ascii: "?")] + query.octets() }
                        }
                    }, to: &location)
            }
        }
        // `//evil.example` in a path must not become another site's address.
        if !startsWithAuthority, location.starts(with: "//".utf8) {
            location.removeFirst(location.prefix { $0 == UInt8(ascii: "/") }.count - 1)
        }
        return RedirectAnswer(status: status, location: location)
    }

    /// Appends what `fill` gives, with octets that no URL has percent-encoded: so a line can never be ended by a request.
    private static func appendClean(_ fill: (inout [UInt8]) -> Void, to output: inout [UInt8]) {
        var raw: [UInt8] = []
        fill(&raw)
        for octet in raw {
            let isForbidden = octet <= 0x20 || octet >= 0x7F || "\"<>\\^`{|}".utf8.contains(octet)
            if isForbidden { PathForm.appendEncoded(octet, to: &output) } else { output.append(octet) }
        }
    }

    /// The host of an authority: without the port, IPv6 addresses in their brackets.
    private static func withoutPort(_ authority: [UInt8]) -> [UInt8] {
        guard let colon = authority.lastIndex(of: UInt8(ascii: ":")) else { return authority }
        if let bracket = authority.lastIndex(of: UInt8(ascii: "]")), bracket > colon { return authority }
        return Array(authority[..<colon])
    }
}
