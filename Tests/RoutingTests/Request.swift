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

    /// What `table` makes of it: a route's name, or `404`, `405`.
    func match(in table: RoutingTable) -> String {
        var head = Array("\(method) \(path) HTTP/1.1\r\n".utf8)
        var parsed: [HeaderField] = []
        for (name, value) in fields {
            let start = UInt32(head.count)
            head += Array("\(name): \(value)\r\n".utf8)
            parsed.append(
                HeaderField(
                    nameStart: start, nameCount: UInt16(name.utf8.count),
                    valueStart: start + UInt32(name.utf8.count) + 2, valueCount: UInt32(value.utf8.count),
                    lineEnd: UInt32(head.count), name: .other))
        }
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
