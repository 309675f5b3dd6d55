internal import Wire

/// What a route says of hosts, in the form in which the table looks them up.
enum HostPattern: Equatable {
    /// Just this host, canonical.
    case exact(String)
    /// Any host that ends in `.` and this, at any depth.
    case wildcard(String)
    /// Any host whose first label is this, the bare label included.
    case firstLabel(String)
    /// Any host in which this matches, whatever its case.
    case regex(String)
    /// Any host, and none.
    case any

    /// Reads `shop.example.com`, `*.example.com`, `web-80.*`, `~regex` or `*`.
    init(_ text: String) throws(PatternError) {
        if text == "*" {
            self = .any
        } else if text.utf8.first == UInt8(ascii: "~") {
            self = .regex(String(text.dropFirst()))
        } else if text.hasPrefix("*.") {
            self = .wildcard(try Self.name(String(text.dropFirst(2)), of: text))
        } else if text.hasSuffix(".*") {
            let label = try Self.name(String(text.dropLast(2)), of: text)
            guard !label.utf8.contains(UInt8(ascii: ".")) else {
                throw PatternError(
                    reason: "host `\(text)` has more than one label before `.*`: write one, or a regex `~^...`")
            }
            self = .firstLabel(label)
        } else {
            self = .exact(try Self.name(text, of: text))
        }
    }

    private static func name(_ text: String, of pattern: String) throws(PatternError) -> String {
        if isCanonical(text) { return text }
        if let canonical = HostName.canonical(text), !canonical.isEmpty { return canonical }
        let hint: String
        if text.utf8.contains(UInt8(ascii: "*")) {
            hint = "a `*` stands for whole labels at the beginning (`*.example.com`) or the end (`web.*`)"
        } else if text.utf8.contains(UInt8(ascii: ":")) {
            hint = "write it without a port, and an IPv6 address in brackets"
        } else {
            hint = "write `shop.example.com`, `*.example.com`, `web.*` or `~regex`"
        }
        throw PatternError(reason: "host `\(pattern)` is none: \(hint)")
    }

    /// Whether `text` is a host name already in the form that ``HostName/canonical(_:)`` gives: most are, and thousands of
    /// them are compiled at once.
    static func isCanonical(_ text: String) -> Bool {
        var label = 0
        var count = 0
        var last: UInt8 = 0
        for octet in text.utf8 {
            count += 1
            if octet == UInt8(ascii: ".") {
                if label == 0 || last == UInt8(ascii: "-") { return false }
                label = 0
            } else {
                let isLetterOrDigit = octet &- UInt8(ascii: "a") < 26 || octet &- UInt8(ascii: "0") < 10
                // Underscores, A-labels and the like are left to the full reading.
                guard isLetterOrDigit || (octet == UInt8(ascii: "-") && label > 0) else { return false }
                label += 1
                if label > 63 || (label == 4 && octet == UInt8(ascii: "-")) { return false }
            }
            last = octet
        }
        return label > 0 && last != UInt8(ascii: "-") && count <= 253
    }
}

/// Why a pattern of a route cannot be, and what would be right.
struct PatternError: Error, Equatable {
    /// The sentence that the problem's reader gets.
    var reason: String
}
