internal import NIOCore
internal import NIOHTTP1

/// One call of the engine's API.
struct EngineRequest: Sendable {
    /// The method.
    var method = HTTPMethod.GET
    /// The path without the version: `/containers/json`.
    var path: String
    /// Names and values, not yet encoded.
    var query: [(name: String, value: String)] = []
    /// Further fields of the header.
    var fields: [(name: String, value: String)] = []
    /// The body.
    var body: [UInt8] = []
    /// In words, for errors: `list containers`.
    var what: String
    /// How long the answer may take, body included; for a stream, its head.
    var deadline: Duration

    /// Path and query as they are sent.
    func target(version: APIVersion?) -> String {
        let prefix = version.map { "/v\($0)" } ?? ""
        guard !query.isEmpty else { return prefix + path }
        return prefix + path + "?"
            + query.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
    }
}

/// A whole answer.
struct EngineAnswer: Sendable {
    /// HTTP's status.
    var status: Int
    /// Its fields.
    var headers: HTTPHeaders
    /// Its body.
    var body: [UInt8]
}

/// RFC 3986 section 2.1.
public enum PercentEncoding {
    /// `text` with everything encoded but unreserved characters: fit for a segment of a path and for a query's value.
    public static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var octets: [UInt8] = []
        octets.reserveCapacity(text.utf8.count)
        for octet in text.utf8 {
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                octets.append(octet)
            default: octets += [UInt8(ascii: "%"), digits[Int(octet >> 4)], digits[Int(octet & 15)]]
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }
}
