/// The parts of a request's line that spans name.
struct RequestLine: Equatable {
    /// As the client sent it.
    let originalMethod: String
    let isMethodKnown: Bool
    let path: String
    /// Without `?`, and without signatures; nil: none.
    let query: String?
    /// `1.1`, `2`.
    let version: String?

    /// What a span is called by.
    var method: String { isMethodKnown ? originalMethod : "HTTP" }

    private static let methods: Set<String> = [
        "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE",
    ]

    /// Parameters that give access to what they sign, in lower case: of these the value is not told (the conventions' list).
    private static let secrets: Set<String> = ["awsaccesskeyid", "signature", "sig", "x-goog-signature"]

    init(_ line: String) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        originalMethod = words.first.map(String.init) ?? ""
        isMethodKnown = Self.methods.contains(originalMethod)
        let target = words.count > 1 ? words[1] : ""
        let end = target.firstIndex(of: "?") ?? target.endIndex
        path = String(target[..<end])
        query = end == target.endIndex ? nil : Self.redacted(target[target.index(after: end)...])
        let protocolName = words.count > 2 ? words[2] : ""
        let number = protocolName.hasPrefix("HTTP/") ? String(protocolName.dropFirst(5)) : nil
        version = number == "2.0" ? "2" : number
    }

    private static func redacted(_ query: Substring) -> String {
        query.split(separator: "&", omittingEmptySubsequences: false).map { parameter in
            guard let equals = parameter.firstIndex(of: "="), secrets.contains(parameter[..<equals].lowercased()) else {
                return String(parameter)
            }
            return "\(parameter[...equals])REDACTED"
        }.joined(separator: "&")
    }
}
