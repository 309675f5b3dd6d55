/// A conversation with a worker's runtime API, in its prompt mode: after every reply comes a line `> `, so that it is sure
/// which reply belongs to which command, and that none is missing.
///
/// For one task at a time. Whatever goes wrong makes the conversation useless: what HAProxy has done then is not known.
final class RuntimeSession: Sendable {
    private let connection: RuntimeConnection
    private let address: RuntimeAddress
    private let limits: HAProxyLimits

    /// The empty line that ends a reply, and the prompt.
    private static let end = Array("\n> ".utf8)

    init(_ connection: RuntimeConnection, _ address: RuntimeAddress, _ limits: HAProxyLimits) {
        self.connection = connection
        self.address = address
        self.limits = limits
    }

    /// Enters the prompt mode.
    func begin(by deadline: ContinuousClock.Instant) throws(HAProxyFailure) {
        let replies = try exchange("prompt", 1, by: deadline)
        guard replies == [""] else {
            throw HAProxyFailure(
                "\(address): `prompt` was answered with \(replies.joined().prefix(80).debugDescription)")
        }
    }

    /// Sends commands, as many in a line as fit into `lineBytesMax`, and gives the reply to each.
    func ask(_ commands: [String], lineBytesMax: Int = 1_024) async throws(HAProxyFailure) -> [String] {
        guard !commands.isEmpty else { return [] }
        return try await BlockingThread.run { [self] in
            Result { () throws(HAProxyFailure) in
                let deadline = ContinuousClock.now + limits.answer
                var replies: [String] = []
                var rest = commands[...]
                while !rest.isEmpty {
                    let line = Self.line(&rest, lineBytesMax)
                    replies += try exchange(line.joined(separator: ";"), line.count, by: deadline)
                }
                return replies
            }
        }
    }

    /// Takes commands for one line; one at least.
    private static func line(_ rest: inout ArraySlice<String>, _ bytesMax: Int) -> [String] {
        var (line, bytes): ([String], Int) = ([], 1)
        while let next = rest.first, line.isEmpty || bytes + next.utf8.count < bytesMax {
            line.append(next)
            bytes += next.utf8.count + 1
            rest.removeFirst()
        }
        return line
    }

    /// Sends a line and gives its `count` replies, each without the empty line at its end.
    private func exchange(
        _ line: String, _ count: Int, by deadline: ContinuousClock.Instant
    ) throws(HAProxyFailure) -> [String] {
        try connection.send("\(line)\n", by: deadline)
        var (replies, buffer, searched): ([String], [UInt8], Int) = ([], [], 0)
        while true {
            let piece = try connection.receive(by: deadline)
            guard !piece.isEmpty else {
                throw HAProxyFailure("\(address): the connection was closed after \(replies.count) of \(count) replies")
            }
            buffer += piece
            guard buffer.count <= limits.replyBytesMax else {
                throw HAProxyFailure("\(address): the answer is longer than \(limits.replyBytesMax) octets")
            }
            var start = 0
            while let end = Self.findEnd(in: buffer, from: max(start, searched)) {
                replies.append(String(decoding: buffer[start..<end], as: UTF8.self))
                start = end + Self.end.count
                searched = start
            }
            buffer.removeFirst(start)
            searched = max(0, buffer.count - Self.end.count)
            guard replies.count < count || (replies.count == count && buffer.isEmpty) else {
                throw HAProxyFailure("\(address): more was answered than was asked")
            }
            if replies.count == count { return replies }
        }
    }

    /// Where the next end of a reply begins.
    private static func findEnd(in buffer: [UInt8], from start: Int) -> Int? {
        var index = start
        while index + end.count <= buffer.count {
            guard let found = buffer[index...].firstIndex(of: end[0]), found + end.count <= buffer.count else {
                return nil
            }
            if buffer[found + 1] == end[1], buffer[found + 2] == end[2] { return found }
            index = found + 1
        }
        return nil
    }
}
