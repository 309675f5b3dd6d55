/// A client's request to the manager: its head, and its body as it comes.
struct ManagerRequest: Sendable {
    /// `GET`, `POST` and the like.
    var method: String
    /// The target as it was sent: `/v1.45/containers/json?all=1`.
    var target: String
    /// The target taken apart.
    var path: APIPath
    /// The header's fields in their order, names as they were sent.
    var fields: [(name: String, value: String)]
    /// What follows the head.
    var body: any RequestBody

    /// The first value of a field; names have no case.
    func field(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// The body of a request, read as it is needed; whoever hands the request on to an engine as it stands reads none of it.
protocol RequestBody: Sendable {
    /// The next octets, never none; nil at the end.
    ///
    /// - Throws: ``RequestError`` if the client has gone, is too slow, or its framing is broken.
    func next() async throws(RequestError) -> [UInt8]?
}

extension RequestBody {
    /// The whole body.
    ///
    /// - Throws: ``RequestError`` with 413 if it has more than `limit` octets.
    func collect(upTo limit: Int) async throws(RequestError) -> [UInt8] {
        var octets: [UInt8] = []
        while let more = try await next() {
            guard octets.count + more.count <= limit else {
                throw RequestError(413, "the body is larger than \(limit) octets")
            }
            octets += more
        }
        return octets
    }
}
