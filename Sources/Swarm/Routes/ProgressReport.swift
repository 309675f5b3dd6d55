/// Progress of many engines, told to one client as lines of JSON.
actor ProgressReport {
    private let writer: any ReplyWriter
    private var last: Task<Void, any Error>?

    init(_ writer: any ReplyWriter) {
        self.writer = writer
    }

    /// Tells a line; waits for those before it, and while the client is too slow.
    func tell(_ line: JSONValue) async throws {
        let (before, writer) = (last, writer)
        let octets = line.octets + Array("\r\n".utf8)
        let task = Task {
            try await before?.value
            try await writer.write(octets)
        }
        last = task
        try await task.value
    }

    /// Tells how an engine stands.
    func tell(_ status: String, of engine: String) async throws {
        try await tell(.object(JSONObject([("status", .string(status)), ("id", .string(engine))])))
    }

    /// Tells that it has failed, after which nothing is told.
    func fail(_ message: String) async throws {
        try await tell(
            .object(
                JSONObject([
                    ("error", .string(message)),
                    ("errorDetail", .object(JSONObject([("code", .integer(1)), ("message", .string(message))]))),
                ])))
    }
}

/// An engine's progress, taken apart into its lines.
struct ProgressLines {
    /// The longest line; progress has some hundred octets.
    static let lineMax = 1 << 20

    private var rest: [UInt8] = []

    init() {}

    /// The documents that `octets` complete; lines that are none are left out.
    ///
    /// - Throws: ``RequestError`` if a line does not end.
    mutating func take(_ octets: [UInt8]) throws(RequestError) -> [JSONValue] {
        var lines: [JSONValue] = []
        for octet in octets {
            guard octet == UInt8(ascii: "\n") else {
                rest.append(octet)
                continue
            }
            if let line = end() { lines.append(line) }
        }
        guard rest.count <= Self.lineMax else {
            throw RequestError(502, "the engine tells its progress in lines longer than \(Self.lineMax) octets")
        }
        return lines
    }

    /// The document that the end completes.
    mutating func end() -> JSONValue? {
        defer { rest.removeAll(keepingCapacity: true) }
        guard let line = try? JSONValue(parsing: rest), line.object != nil else { return nil }
        return line
    }
}
