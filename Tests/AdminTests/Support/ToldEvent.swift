import Lab

/// An event of the stream.
struct ToldEvent: Sendable {
    let name: String
    let data: JSONDocument

    /// Listens at `target` until `isEnough` of all that came; throws if it is not within half a minute.
    static func listen(
        _ edge: ObservedEdge, _ target: String, until isEnough: @escaping @Sendable ([ToldEvent]) -> Bool
    ) async throws -> [ToldEvent] {
        let port = edge.adminPort
        return try await offPool {
            let stream = try RawClient(port: port).connect()
            defer { stream.socket.close() }
            try stream.socket.send(
                "GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n", by: .after(.seconds(20)))
            var octets: [UInt8] = []
            let deadline = Deadline.after(.seconds(30))
            while true {
                let events = try read(octets)
                if isEnough(events) { return events }
                if try stream.socket.receive(into: &octets, by: deadline) == 0 { throw LabError("it ended") }
            }
        }
    }

    /// The whole events among `octets`: each stands in one chunk.
    private static func read(_ octets: [UInt8]) throws -> [ToldEvent] {
        let text = String(decoding: octets, as: UTF8.self)
        return try text.matches(of: /event: ([a-z]+)\n(?:id: [0-9]+\n)?data: ([^\n]*)\n\n/).map { match in
            ToldEvent(name: String(match.output.1), data: try JSONDocument(Array(match.output.2.utf8)))
        }
    }
}
