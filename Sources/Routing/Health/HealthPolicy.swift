/// How endpoints are asked whether they can serve, and what their answers mean.
public struct HealthPolicy: Sendable, Hashable, Codable {
    /// What a check does.
    public enum Kind: UInt8, Sendable, Codable {
        /// There are no checks.
        case off
        /// It makes a connection, with a TLS handshake where the endpoint speaks TLS.
        case connection
        /// It sends a request and reads the answer.
        case request
    }

    /// What a check's request goes by.
    public enum Scheme: String, Sendable, Codable, CaseIterable {
        case http, https
    }

    /// What an endpoint counts as before its first check has ended.
    public enum Initial: String, Sendable, Codable, CaseIterable {
        /// In.
        case unknown
        /// In, as if its checks had passed.
        case up
        /// Out, until its checks have passed often enough.
        case down
    }

    /// What a check does.
    public var kind = Kind.off
    /// The request's target: a path, perhaps with a query.
    public var path = "/"
    /// The request's method.
    public var method = "GET"
    /// The request's host; nil: the endpoint's address.
    public var host: String?
    /// The port that is checked; nil: the endpoint's own.
    public var port: UInt16?
    /// Whether the check goes under TLS; nil: as requests to the endpoint do.
    public var scheme: Scheme?
    /// Fields that the request has beside `Host`, `User-Agent` and `Connection`.
    public var headers: [NameValue] = []
    /// The answers that pass.
    public var statuses = StatusSet.fine
    /// Text that the answer's body must hold, or `~` and an expression that it must match; nil: any body passes.
    public var body: String?
    /// Milliseconds between the beginnings of two checks, at least 10.
    public var interval: UInt32 = 5_000
    /// The same while the checks' outcome differs from what the endpoint counts as; nil: as always.
    public var fastInterval: UInt32?
    /// Milliseconds that a check may take.
    public var timeout: UInt32 = 2_000
    /// Checks in a row that must pass before an endpoint that is down is up.
    public var healthy: UInt16 = 2
    /// Checks in a row that must fail before an endpoint is down.
    public var unhealthy: UInt16 = 3
    /// What an endpoint counts as before its first check has ended.
    public var initial = Initial.unknown

    /// No checks.
    public init() {}

    /// What is wrong with it and what would be right; nil if it can be carried out.
    public var fault: String? {
        guard kind == .request else { return nil }
        func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }
        if !path.hasPrefix("/") || !isPlain(path) || path.utf8.count > 2_048 {
            return "the path \"\(path)\" is none: it begins with a / and has no blanks, such as /healthz"
        }
        if method.isEmpty || method.utf8.count > 32 || !method.utf8.allSatisfy({ (65...90).contains($0) }) {
            return "the method \"\(method)\" is none: it is one word in capitals, such as GET"
        }
        if let host, host.isEmpty || !isPlain(host) || host.utf8.count > 255 {
            return "the host \"\(host)\" is none: it is a name, such as shop.example.com"
        }
        for field in headers {
            if field.name.isEmpty || !isPlain(field.name) || field.name.contains(":") {
                return "\"\(field.name)\" is no field's name"
            }
            if field.value.utf8.contains(where: { $0 < 0x20 && $0 != 9 || $0 == 0x7F }) {
                return "\(field.name) holds a control character: a field's value has none"
            }
        }
        return body.flatMap(HealthBody.fault)
    }
}
