internal import Discovery
internal import Routing
internal import Template

/// Makes rules of a service's routes, and says which of them no other proxy could take.
struct EdgeRuleReader {
    /// The service's ``EdgeWord``.
    let service: String
    /// What the service's endpoints speak.
    let spoken: EndpointProtocol
    private(set) var rules: [EdgeRule] = []
    private(set) var problems: [(key: String, reason: String)] = []

    init(service: String, spoken: EndpointProtocol) {
        self.service = service
        self.spoken = spoken
    }

    /// Takes up a route of the service.
    mutating func add(_ derived: DerivedRoute) {
        let route = derived.route
        // With less than all of it, a rule would serve what the route does not.
        if let more = Self.beyondRules(route) {
            return refuse(route, "a route has \(more), which templates are not told: it is left out")
        }
        if !route.requestHeaders.isEmpty || !route.responseHeaders.isEmpty {
            refuse(route, "a route edits fields, which templates are not told: it is there, but edits none")
        }
        let strip = route.stripPrefix ?? ""
        if !strip.isEmpty, !Self.isPath(strip) {
            return refuse(route, "strip \"\(strip)\" has characters that no configuration should be given")
        }
        let paths = route.paths.isEmpty ? [""] : route.paths
        for host in route.hosts.isEmpty ? ["*"] : route.hosts {
            guard let (kind, name) = Self.host(host) else {
                refuse(route, "host \"\(host)\" is none: write shop.example.com, *.example.com, web.* or ~REGEX")
                continue
            }
            for path in paths {
                guard let (pathKind, text) = Self.path(path) else {
                    refuse(route, "path \"\(path)\": it is /PREFIX, =/EXACT or ~REGEX, without quotes")
                    continue
                }
                rules.append(
                    EdgeRule(
                        kind: kind, host: name, pathKind: pathKind, path: text, strip: strip, service: service,
                        spoken: spoken, isExplicit: derived.isExplicit))
            }
        }
    }

    /// What of `route` no rule can say.
    static func beyondRules(_ route: RouteDescription) -> String? {
        if !route.methods.isEmpty { return "methods" }
        if !route.headers.isEmpty { return "headers" }
        if route.redirect != nil { return "a redirect" }
        if route.rewrite != nil { return "a rewrite" }
        return nil
    }

    private mutating func refuse(_ route: RouteDescription, _ reason: String) {
        let source = route.provenance.source
        problems.append((source.hasPrefix(":") ? String(source.dropFirst()) : source, reason))
    }

    /// A host pattern, taken apart; nil if it is none.
    static func host(_ pattern: String) -> (EdgeRule.Kind, String)? {
        if pattern == "*" { return (.any, "") }
        if pattern.hasPrefix("~") {
            let regex = String(pattern.dropFirst())
            return isRegex(regex) ? (.regex, regex) : nil
        }
        let text = pattern.lowercased()
        if text.hasPrefix("*.") { return isHost(text.dropFirst(2)) ? (.wildcard, String(text.dropFirst())) : nil }
        if text.hasSuffix(".*") {
            let label = text.dropLast(2)
            return isHost(label) && !label.utf8.contains(UInt8(ascii: ".")) ? (.label, String(label)) : nil
        }
        let host = text.hasSuffix(".") ? text.dropLast() : text[...]
        return isHost(host) ? (.exact, String(host)) : nil
    }

    /// A path pattern, taken apart; nil if it is none; an empty one stands for any path.
    static func path(_ pattern: String) -> (EdgeRule.PathKind, String)? {
        // All paths begin with a slash.
        if pattern.isEmpty || pattern == "/" { return (.any, "") }
        if pattern.hasPrefix("~") {
            let regex = String(pattern.dropFirst())
            return isRegex(regex) ? (.regex, regex) : nil
        }
        let kind = pattern.hasPrefix("=") ? EdgeRule.PathKind.exact : .prefix
        let path = kind == .exact ? String(pattern.dropFirst()) : pattern
        return path.hasPrefix("/") && isPath(path) ? (kind, path) : nil
    }

    /// RFC 1123 §2.1, and the underscore that people use.
    private static func isHost(_ text: Substring) -> Bool {
        text.utf8.count <= 253
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy { EdgeWord.isPlain($0) && $0 != UInt8(ascii: ":") }
            }
    }

    /// RFC 3986 §3.3, without the quote and the dollar, which configurations' languages have their own use for.
    private static func isPath(_ text: String) -> Bool {
        text.utf8.count <= 1_024
            && text.utf8.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "/-._~%!&()*+,;:@=".utf8.contains(octet)
                }
            }
    }

    /// What may stand between quotes anywhere, and is an expression.
    private static func isRegex(_ text: String) -> Bool {
        let isQuotable = text.utf8.allSatisfy { octet in
            octet >= UInt8(ascii: " ") && octet != 0x7F && octet != UInt8(ascii: "'") && octet != UInt8(ascii: "\"")
        }
        return isQuotable && !text.isEmpty && text.utf8.count <= 1_024
            && (try? GoRegex.compiled(Array(text.utf8))) != nil
    }
}
