@testable import Lab

extension MessageStream {
    /// Sends `text` and reads an answer.
    func roundTrip(_ text: String, method: String = "GET") throws -> HTTPAnswer {
        try socket.send(text)
        return try answer(to: method, by: .after(.seconds(20)))
    }

    /// Exactly `count` octets, after what was read already.
    func take(_ count: Int, by deadline: Deadline = .after(.seconds(20))) throws -> [UInt8] {
        try body(.length(count), by: deadline).content
    }

    /// All octets up to the stream's end, after what was read already.
    func rest(by deadline: Deadline = .after(.seconds(20))) throws -> [UInt8] {
        try buffer + socket.receiveToEnd(by: deadline)
    }

    /// Octets up to and with `end`.
    func take(upTo end: String, by deadline: Deadline = .after(.seconds(20))) throws -> String {
        var octets: [UInt8] = []
        while octets.end(of: Array(end.utf8)) == nil { octets += try take(1, by: deadline) }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Whether the peer has closed in order, with nothing left to read; a reset throws.
    func hasEnded() throws -> Bool {
        try isAtEnd(by: .after(.seconds(20)))
    }
}

/// A request without a body.
func get(_ target: String = "/", _ fields: String...) -> String {
    (["GET \(target) HTTP/1.1", "Host: \(host)"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
}

/// A request with a body of known length.
func post(_ body: String, _ fields: String..., method: String = "POST") -> String {
    (["\(method) / HTTP/1.1", "Host: \(host)"] + fields + ["Content-Length: \(body.utf8.count)"])
        .joined(separator: "\r\n") + "\r\n\r\n" + body
}

/// Octets as text without the Date field that the edge adds where an endpoint sent none.
func undated(_ octets: [UInt8]) -> String {
    var text = String(decoding: octets, as: UTF8.self)
    guard let start = text.firstRange(of: "\r\nDate: "), let end = text[start.upperBound...].firstRange(of: "\r\n")
    else {
        return text
    }
    text.removeSubrange(start.lowerBound..<end.lowerBound)
    return text
}

extension Behavior {
    /// The target of the request, as the body.
    static let target = Behavior.custom { _, request, stream in
        let text = request.target
        try stream.socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
        return true
    }

    /// Answers the first `count` requests by `first`, the others by `then`.
    static func first(_ count: Int, _ first: Behavior, then: Behavior) -> Behavior {
        let left = Guarded(count)
        return .custom { name, request, stream in
            let isFirst = left.change { left in
                left -= 1
                return left >= 0
            }
            return try (isFirst ? first : then).answer(name, request, stream)
        }
    }
}
