/// A content coding that a body can be put into (RFC 9110 §8.4.1).
@frozen
public enum ContentCoding: UInt8, Sendable, CaseIterable, Codable {
    /// As it is.
    case identity
    /// RFC 1952.
    case gzip
    /// RFC 7932.
    case brotli
    /// RFC 8878.
    case zstd

    /// Its name in fields and in the configuration.
    public var token: StaticString {
        switch self {
        case .identity: "identity"
        case .gzip: "gzip"
        case .brotli: "br"
        case .zstd: "zstd"
        }
    }
}
