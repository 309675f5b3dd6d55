public import Routing
internal import Wire

/// A request that somebody would like explained.
public struct ExplanationQuestion: Sendable, Equatable {
    /// `https://shop.example.com/cart?id=1`; without a scheme it is http's.
    public var url: String
    /// The method.
    public var method = "GET"
    /// Fields of the request beside Host.
    public var headers: [NameValue] = []
    /// The address that connects to the edge; nil: it is not known.
    public var client: String?
    /// The listener's name; nil: the one that the URL would lead to.
    public var listener: String?

    /// The name that the client asks for in its handshake, empty for none; nil: the URL's host.
    public var serverName: String?
    /// A trusted proxy says that the client came by https.
    var isSecure = false

    /// A GET of `url`.
    public init(url: String) {
        self.url = url
    }
}

/// Why a question makes no sense, and what would.
public struct ExplanationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong and what would be right.
    public let description: String

    /// With a sentence.
    public init(_ description: String) {
        self.description = description
    }
}

/// A URL in the parts that a request has.
struct QuestionURL: Equatable {
    /// Whether it is https.
    let isSecure: Bool
    /// What Host says.
    let authority: String
    /// The port that it names, or that goes without saying.
    let port: Int
    /// Path and query.
    let target: String

    /// What a client asks for in its handshake: the host, if it has a name (RFC 6066 §3).
    var serverName: String {
        let bare = authority.utf8.last == UInt8(ascii: "]") ? authority[...] : authority.prefix { $0 != ":" }
        guard EndpointAddress("\(bare):1") == nil else { return "" }
        return HostName.canonical(String(bare)) ?? ""
    }

    /// The parts of `url`; a fragment is never sent.
    init(_ url: String) throws(ExplanationError) {
        var rest = url[...]
        var isSecure = false
        if let end = rest.firstRange(of: "://") {
            switch rest[..<end.lowerBound].lowercased() {
            case "http": break
            case "https": isSecure = true
            default:
                throw ExplanationError("\(url): the scheme is http or https, as in https://shop.example.com/cart")
            }
            rest = rest[end.upperBound...]
        }
        if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        authority = String(rest[..<end])
        guard !authority.isEmpty else {
            throw ExplanationError("\(url): it names no host: write http://shop.example.com/cart")
        }
        let target = String(rest[end...])
        self.target = target.hasPrefix("/") ? target : "/" + target
        self.isSecure = isSecure
        let digits = authority.utf8.reversed().prefix { $0 &- 48 < 10 }
        let hasPort = !digits.isEmpty && authority.utf8.dropLast(digits.count).last == UInt8(ascii: ":")
        port = (hasPort ? Int(String(authority.suffix(digits.count))) : nil) ?? (isSecure ? 443 : 80)
    }
}
