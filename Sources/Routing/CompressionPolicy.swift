public import Wire

/// Which answers are compressed on their way to the client, and how.
public struct CompressionPolicy: Sendable, Equatable, Codable {
    /// Whether any are.
    public var isOn = false
    /// Media types, without parameters: `text/html`, `text/*`, `*+json`, or `*` for all.
    public var types = CompressionPolicy.usualTypes
    /// The least octets of a body whose length the endpoint tells.
    ///
    /// A smaller one fits into the packet that carries its head, compressed or not.
    public var minimum = 1 << 10
    /// What may be used, the best first: the client's weights decide, and where they are equal, this order.
    public var codings: [ContentCoding] = [.zstd, .brotli, .gzip]
    /// How hard to try, 1 to 9; nil: what is cheap for each coding.
    public var level: Int?

    /// No compression; with `isOn`, that of the types that it pays for.
    public init() {}

    /// Text in its many names; what is not there is compressed already or not worth it.
    public static let usualTypes = [
        "text/*", "application/json", "application/javascript", "application/xml", "application/wasm",
        "application/manifest+json", "application/x-ndjson", "application/x-javascript", "application/graphql",
        "application/vnd.ms-fontobject", "font/ttf", "font/otf", "image/svg+xml", "image/bmp", "image/x-icon",
        "*+json", "*+xml",
    ]
}
