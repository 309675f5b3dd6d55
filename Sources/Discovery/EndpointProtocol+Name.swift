public import Routing

extension EndpointProtocol {
    /// What people write for each, the usual word first.
    private static let names: [(word: String, value: EndpointProtocol)] = [
        ("http", .http), ("https", .https), ("h2c", .h2c), ("h2", .h2),
        ("http1", .http), ("http/1.1", .http), ("http2", .h2c), ("grpc", .h2c), ("grpcs", .h2),
    ]

    /// What it may be called, for errors.
    public static let known = "it is http, https, h2c or h2; grpc is h2c, and grpcs is h2"

    /// From the word that an attribute or a document has for it, in any case; nil if it is none of them.
    public init?(word: String) {
        let word = word.lowercased()
        guard let name = Self.names.first(where: { $0.word == word }) else { return nil }
        self = name.value
    }

    /// The usual word for it.
    public var word: String { Self.names.first { $0.value == self }?.word ?? "" }
}
