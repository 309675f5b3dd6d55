import Glibc
import Wire

/// What a request means, worked out the plain way: the whole head as strings, split at line ends, one rule after another.
///
/// It shares no code with the parser and says only yes or no; where the two differ, one of them is wrong.
struct ReferenceRequest: Equatable {
    var method = ""
    var target = ""
    var path = ""
    var query: String?
    var authority = ""
    var host = ""
    var minorVersion = 1
    var fields: [ReferenceField] = []
    var framing = BodyFraming.none
    var contentLength: Int64 = 0
    var keepAlive = true
    var expectsContinue = false
    var wantsUpgrade = false
    var acceptsTrailers = false
    var headCount = 0

    init() {}

    /// The request at the beginning of `bytes`, or nil if there is none that is complete and holds.
    init?(_ bytes: [UInt8]) {
        self.init()
        var rest = bytes[...]
        for _ in 0..<2 where rest.starts(with: [13, 10]) { rest = rest.dropFirst(2) }
        guard let head = ReferenceHead(Array(rest)) else { return nil }
        headCount = bytes.count - rest.count + head.count
        fields = head.fields
        guard readLine(head.startLine), readAuthority(), readFraming(head), readConnection(head) else { return nil }
    }

    private mutating func readLine(_ line: String) -> Bool {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 3, isToken(words[0]), words[0].count <= 32, !["CONNECT", "TRACE"].contains(words[0]),
            words[1].utf8.count <= 8192, !words[1].isEmpty,
            words[1].unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7F && $0 != "#" }),
            let minor = minorVersionOf(words[2])
        else { return false }
        method = words[0]
        target = words[1]
        minorVersion = minor
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        path = parts[0]
        query = parts.count > 1 ? parts[1] : nil
        guard !path.contains("\\") else { return false }
        if target.hasPrefix("/") { return true }
        if target.hasPrefix("*") { return target == "*" && method == "OPTIONS" }
        for scheme in ["http://", "https://"] where path.lowercased().hasPrefix(scheme) {
            let afterScheme = path.dropFirst(scheme.count)
            authority = String(afterScheme.prefix { $0 != "/" })
            path = String(afterScheme.dropFirst(authority.count))
            guard let (name, _) = splitAuthority(authority) else { return false }
            host = name
            return true
        }
        return false
    }

    private mutating func readAuthority() -> Bool {
        let values = fields.values("host")
        guard let value = values.first else { return minorVersion == 0 }
        guard values.count == 1, let (name, port) = splitAuthority(value) else { return false }
        guard let (ownName, ownPort) = splitAuthority(authority) else {
            authority = value
            host = name
            return true
        }
        let standard = target.lowercased().hasPrefix("https") ? 443 : 80
        return ownName.lowercased() == name.lowercased() && (ownPort ?? standard) == (port ?? standard)
    }

    private mutating func readFraming(_ head: ReferenceHead) -> Bool {
        guard let body = head.body(isHTTP10: minorVersion == 0) else { return false }
        switch body {
        case .none: framing = .none
        case .length(let length):
            framing = .length
            contentLength = length
        case .chunked: framing = .chunked
        }
        return true
    }

    private mutating func readConnection(_ head: ReferenceHead) -> Bool {
        guard let options = head.connectionOptions else { return false }
        keepAlive = !options.contains("close") && (minorVersion == 1 || options.contains("keep-alive"))
        acceptsTrailers = fields.members("te").contains { $0.lowercased() == "trailers" }
        let offers = fields.members("upgrade").map { $0.lowercased() }
        for offer in offers {
            let parts = offer.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.allSatisfy({ isToken($0) }) else { return false }
        }
        guard minorVersion == 1 else { return true }
        let expectations = fields.values("expect").map { $0.lowercased() }
        guard expectations.allSatisfy({ $0 == "100-continue" }) else { return false }
        expectsContinue = !expectations.isEmpty
        let names = offers.map { String($0.prefix { $0 != "/" }) }
        guard options.contains("upgrade"), !names.isEmpty, names.allSatisfy({ !["h2c", "h2", "http"].contains($0) })
        else {
            return true
        }
        guard framing != .chunked, contentLength == 0 else { return false }
        if names.contains("websocket") {
            guard method == "GET", fields.values("sec-websocket-key").last?.isEmpty == false,
                fields.values("sec-websocket-version").last?.isEmpty == false
            else { return false }
        }
        wantsUpgrade = true
        return true
    }
}

/// The minor version of `HTTP/1.x`; every later one counts as 1.
func minorVersionOf(_ text: String) -> Int? {
    guard text.count == 8, text.hasPrefix("HTTP/1."), let digit = text.utf8.last, (48...57).contains(digit) else {
        return nil
    }
    return digit == 48 ? 0 : 1
}

func isToken(_ text: String) -> Bool {
    !text.isEmpty
        && text.unicodeScalars.allSatisfy {
            $0.isASCII
                && ($0.properties.isAlphabetic || ("0"..."9").contains($0)
                    || "!#$%&'*+-.^_`|~".unicodeScalars.contains($0))
        }
}

/// Name and port of `uri-host[:port]`, or nil if it is none; the C library judges the addresses.
func splitAuthority(_ text: String) -> (name: String, port: Int?)? {
    var name = text
    var port: Int?
    let bracketEnd = text.lastIndex(of: "]") ?? text.startIndex
    if let colon = text[bracketEnd...].firstIndex(of: ":") {
        let digits = text[text.index(after: colon)...]
        guard digits.count <= 5, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        if !digits.isEmpty {
            guard let number = Int(digits), number <= 65535 else { return nil }
            port = number
        }
        name = String(text[..<colon])
    }
    guard !name.isEmpty, name.utf8.count <= 255 else { return nil }
    if name.hasPrefix("[") {
        guard name.hasSuffix("]") else { return nil }
        let address = String(name.dropFirst().dropLast())
        var storage = in6_addr()
        // The function wants a C string: a NUL within would hide what follows.
        guard !address.utf8.contains(0), unsafe inet_pton(AF_INET6, address, &storage) == 1 else { return nil }
        return (name, port)
    }
    let allowed = "-._~"
    guard
        name.unicodeScalars.allSatisfy({
            $0.isASCII
                && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || allowed.unicodeScalars.contains($0))
        }), !name.hasPrefix("."), !name.contains("..")
    else { return nil }
    return (name, port)
}
