/// An answer that sends the client elsewhere.
public struct Redirect: Sendable, Equatable, Codable {
    /// Where to; `$scheme $host $request_uri $path $query` and `$1` (of a regex path) are replaced.
    public var to: String
    /// 301, 302, 303, 307 or 308.
    public var status: Int
    /// To `to` with `status`.
    public init(to: String, status: Int = 301) {
        self.to = to
        self.status = status
    }
}
