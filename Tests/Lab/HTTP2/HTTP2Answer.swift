/// A response that came over HTTP/2.
public struct HTTP2Answer: Sendable {
    /// The fields of the final head, `:status` first.
    public internal(set) var fields: [HTTP2Field] = []
    /// The body.
    public internal(set) var body: [UInt8] = []
    /// The trailers, if there were any.
    public internal(set) var trailers: [HTTP2Field]?
    /// The 1xx heads that came before.
    public internal(set) var interim: [[HTTP2Field]] = []
    /// Whether its end has come.
    public internal(set) var isComplete = false

    /// The status; 0 as long as there is none.
    public var status: Int { self.fields[":status"].flatMap { Int($0) } ?? 0 }
    /// The body as text.
    public var text: String { String(decoding: self.body, as: UTF8.self) }
    /// The value of the first field called `name`, which is lower case.
    public subscript(name: String) -> String? { self.fields[name] }

    /// Takes what came on its stream.
    mutating func take(_ event: HTTP2Event) {
        switch event {
        case .headers(_, let fields, let end):
            if !self.fields.isEmpty {
                self.trailers = fields
            } else if fields[":status"]?.hasPrefix("1") == true {
                self.interim.append(fields)
            } else {
                self.fields = fields
            }
            self.isComplete = end
        case .data(_, let octets, _, let end):
            self.body += octets
            self.isComplete = end
        default:
            break
        }
    }
}
