import HTTPTypes

/// One request, read: what the endpoints need of it.
struct APIRequest: Sendable {
    var method: HTTPRequest.Method
    var query: APIQuery
    /// The body's octets, at most the limit of one that is accepted.
    var body: [UInt8]
    /// Whether JSON is to be indented.
    var isPretty: Bool { query.has("pretty") }

    /// A JSON writer as the client wants it.
    var writer: JSONWriter { JSONWriter(isPretty: isPretty) }

    /// `true` or `false`.
    func answer(_ boolean: Bool) -> APIAnswer {
        var writer = writer
        writer.boolean(boolean)
        return .json(writer)
    }
}
