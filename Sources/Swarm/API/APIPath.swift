/// The target of a request: `/v1.40/containers/web/json?size=1` taken apart.
struct APIPath: Sendable, Equatable {
    /// The version that the client speaks, `1.40`; empty where it names none.
    var version: String
    /// What follows the version, `/containers/web/json`, with its percent signs decoded.
    var path: String
    /// The query's names and first values, decoded.
    var query: [String: String]
    /// All values of the query, in their order.
    var items: [(name: String, value: String)]

    /// Reads a request target in origin form; nil if it is none, or its percent signs stand for nothing.
    ///
    /// Anything that looks like a version is one: `/v` and two numbers with a dot.
    init?(_ target: String) {
        guard target.hasPrefix("/") else { return nil }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard var path = Self.decoded(parts[0], plusIsSpace: false) else { return nil }
        version = ""
        if let (version, rest) = Self.split(path) { (self.version, path) = (version, rest) }
        self.path = path
        items = []
        query = [:]
        guard parts.count > 1 else { return }
        for item in parts[1].split(separator: "&") {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(pair[0], plusIsSpace: true),
                let value = Self.decoded(pair.count > 1 ? pair[1] : "", plusIsSpace: true)
            else { return nil }
            items.append((name, value))
            if query[name] == nil { query[name] = value }
        }
    }

    private static func split(_ path: String) -> (version: String, rest: String)? {
        guard path.hasPrefix("/v") else { return nil }
        let text = path.dropFirst(2)
        let version = text.prefix { $0 != "/" }
        let numbers = version.split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 2,
            numbers.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isDigit) })
        else { return nil }
        let rest = text.dropFirst(version.count)
        return (String(version), rest.isEmpty ? "/" : String(rest))
    }

    /// Text without percent signs; nil if one is not followed by two hexadecimal digits, or the octets are no UTF-8.
    private static func decoded(_ text: some StringProtocol, plusIsSpace: Bool) -> String? {
        var octets: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let octet = rest.popFirst() {
            switch octet {
            case UInt8(ascii: "%"):
                guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
                    rest.first != UInt8(ascii: "+")
                else { return nil }
                octets.append(value)
                rest = rest.dropFirst(2)
            case UInt8(ascii: "+") where plusIsSpace: octets.append(UInt8(ascii: " "))
            default: octets.append(octet)
            }
        }
        return String(validating: octets, as: UTF8.self)
    }

    static func == (left: APIPath, right: APIPath) -> Bool {
        left.version == right.version && left.path == right.path
            && left.items.elementsEqual(right.items) { $0 == $1 }
    }
}
