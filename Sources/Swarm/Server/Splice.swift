internal import DockerEngine

/// A request that goes on to an engine as it stands, but for its target and the fields of the connection.
struct Splice: Sendable {
    /// Who gets it.
    var engine: DockerEngine
    /// The target that it gets: path with the version that the engine speaks, and query.
    var target: String
    /// What is done when the engine has answered and before the client is told of the end: to look at a container anew.
    ///
    /// It is done exactly once if the engine was reached, also when the client has gone meanwhile.
    var afterwards: (@Sendable () async -> Void)?
    /// Told the status of the engine's answer, as soon as its head is here and before ``afterwards``.
    var observed: (@Sendable (Int) -> Void)?
    /// Fields in place of the request's; nil: they are copied.
    ///
    /// Those of the connection and of framing are seen to in either case.
    var fields: [(name: String, value: String)]?
    /// A body in place of the request's, of which the responder may then have read as much as it liked.
    var body: [UInt8]?
    /// How long the engine may take until its answer begins; nil: as long as it likes.
    var headDeadline: Duration?
    /// What the client is told when the engine cannot be reached; nil: what went wrong, with 500.
    var unreachable: (@Sendable (DockerError) -> RequestError)?

    init(to engine: DockerEngine, target: String, afterwards: (@Sendable () async -> Void)? = nil) {
        self.engine = engine
        self.target = target
        self.afterwards = afterwards
    }

    /// Fields of one connection and not of the message (RFC 9110 section 7.6.1); `Host` is the next one's own, and framing
    /// stays as it is because the octets do.
    private static let ofConnection: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "upgrade",
        "host",
    ]

    /// The request's head as the engine gets it.
    func head(of request: RequestHead) -> String {
        var dropped = Self.ofConnection
        for field in request.fields where field.name.lowercased() == "connection" {
            dropped.formUnion(FieldList.members(field.value))
        }
        // A client that names one of these in Connection does not change how the body is told from what follows.
        dropped.subtract(["content-length", "transfer-encoding"])
        if body != nil { dropped.formUnion(["content-length", "transfer-encoding", "expect", "trailer"]) }
        var text = "\(request.method) \(target) HTTP/\(request.isOld ? "1.0" : "1.1")\r\nHost: \(host)\r\n"
        for field in fields ?? request.fields where !dropped.contains(field.name.lowercased()) {
            text += "\(field.name): \(field.value)\r\n"
        }
        if let body { text += "Content-Length: \(body.count)\r\n" }
        if request.isUpgrade {
            text += "Connection: Upgrade\r\n"
            for field in request.fields where field.name.lowercased() == "upgrade" {
                text += "Upgrade: \(field.value)\r\n"
            }
        } else {
            text += "Connection: close\r\n"
        }
        return text + "\r\n"
    }

    private var host: String {
        switch engine.address.location {
        case .unix: "docker"
        case .network(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}
