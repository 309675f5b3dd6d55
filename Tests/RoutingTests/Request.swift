import Wire

@testable import Routing

/// A request as the matcher sees it, written as text.
struct Request: CustomStringConvertible {
    var host = ""
    var path = "/"
    var method = "GET"
    var fields: [(String, String)] = []

    init(_ host: String, _ path: String = "/", method: String = "GET", fields: [(String, String)] = []) {
        self.host = host
        self.path = path
        self.method = method
        self.fields = fields
    }

    var description: String { "\(method) \(host) \(path) \(fields)" }

    /// Its head, and the fields in it.
    var parsed: (head: [UInt8], fields: [HeaderField]) {
        var head = Array("\(method) \(path) HTTP/1.1\r\n".utf8)
        var parsed: [HeaderField] = []
        for (name, value) in fields {
            let start = UInt32(head.count)
            head += Array("\(name): \(value)\r\n".utf8)
            parsed.append(
                HeaderField(
                    nameStart: start, nameCount: UInt16(name.utf8.count),
                    valueStart: start + UInt32(name.utf8.count) + 2, valueCount: UInt32(value.utf8.count),
                    lineEnd: UInt32(head.count), name: name.lowercased() == "cookie" ? .cookie : .other))
        }
        return (head, parsed)
    }

    /// As it is explained.
    var explained: ExplainedRequest {
        var shown = Explanation.Request(method: method, url: "http://\(host)\(path)")
        (shown.host, shown.path, shown.listener) = (host, path, ":80")
        var request = ExplainedRequest(shown, listener: ExplainedRequest.Listener(name: ":80"))
        request.method = Method(knownName: method) ?? .other
        request.methodName = Array(method.utf8)
        (request.host, request.authority) = (Array(host.utf8), Array(host.utf8))
        (request.path, request.sentPath) = (Array(path.utf8), Array(path.utf8))
        request.client = EndpointAddress("192.0.2.7:1")
        (request.head, request.fields) = parsed
        return request
    }

    /// What `table` makes of it: a route's name, or `404`, `405`.
    func match(in table: RoutingTable) -> String {
        let (head, parsed) = parsed
        let (host, path, methodName) = (Array(host.utf8), Array(path.utf8), Array(method.utf8))
        let result = unsafe table.match(
            host: host.span.bytes, path: path.span.bytes, method: Method(knownName: method) ?? .other,
            methodName: methodName.span.bytes, head: head.span.bytes, fields: parsed.span)
        return switch result {
        case .route(let index): table.routeNames[index]
        case .noRoute: "404"
        case .methodNotAllowed: "405"
        }
    }
}
