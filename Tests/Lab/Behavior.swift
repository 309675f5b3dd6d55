/// How a backend treats its connections and requests.
public struct Behavior: Sendable {
    /// Called before a request is read; false closes the connection.
    var onAccept: @Sendable (Socket) throws -> Bool = { _ in true }
    /// Called between a request's head and its body.
    var beforeBody: @Sendable (MessageHead, MessageStream) throws -> Void = { _, _ in }
    /// Whether a request's body is read before it is answered.
    var readsBody = true
    /// Answers a request; false closes the connection.
    var answer: @Sendable (_ name: String, ReceivedRequest, MessageStream) throws -> Bool

    /// Answers as `answer` says; it gets the backend's name, the request and its connection, and tells whether the
    /// connection stays.
    public static func custom(
        readsBody: Bool = true,
        _ answer: @escaping @Sendable (_ name: String, ReceivedRequest, MessageStream) throws -> Bool
    ) -> Behavior {
        Behavior(readsBody: readsBody, answer: answer)
    }

    /// Sends `text` for every request, as it stands.
    public static func raw(_ text: String, keepsAlive: Bool = true) -> Behavior {
        Behavior { _, _, stream in
            try stream.socket.send(text)
            return keepsAlive
        }
    }

    /// 200 with the backend's name as the body and in `X-Backend`.
    public static let identity = Behavior { name, _, stream in
        try stream.socket.send(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Backend: \(name)\r\nContent-Length: \(name.utf8.count)\r\n\r\n\(name)"
        )
        return true
    }

    /// The name, as soon as `gate` is open.
    public static func identity(after gate: Gate) -> Behavior {
        Behavior { name, request, stream in
            gate.wait()
            return try Behavior.identity.answer(name, request, stream)
        }
    }

    /// An empty answer with `status`.
    public static func status(_ status: Int) -> Behavior {
        .raw("HTTP/1.1 \(status) Lab\r\nContent-Length: 0\r\n\r\n")
    }

    /// The request's body, sent back with a Content-Length.
    public static let echo = Behavior { _, request, stream in
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(request.body.count)\r\n\r\n"
        try stream.socket.send(Array(head.utf8) + request.body, by: .after(.seconds(60)))
        return true
    }

    /// Takes a body of any size and answers with the number of its octets, keeping none of them.
    public static let count = Behavior(
        beforeBody: { head, stream in
            if head["Expect"] != nil { try stream.socket.send("HTTP/1.1 100 Continue\r\n\r\n") }
        },
        readsBody: false
    ) { _, request, stream in
        var total = 0
        let framing: BodyFraming =
            request["Transfer-Encoding"] != nil
            ? .chunked : request["Content-Length"].flatMap { Int($0) }.map { .length($0) } ?? .none
        try stream.body(framing, by: .after(.seconds(600))) { total += $0.count }
        let text = "\(total)"
        try stream.socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
        return true
    }

    /// The head of the request as it came, as the body.
    public static let mirror = Behavior { _, request, stream in
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(request.head.raw.count)\r\n\r\n"
        try stream.socket.send(Array(head.utf8) + request.head.raw)
        return true
    }

    /// A body of `octets`, sent as fast as it is taken.
    public static func generate(_ octets: Int) -> Behavior {
        Behavior { _, _, stream in
            try stream.socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(octets)\r\n\r\n")
            let piece = [UInt8](repeating: 120, count: 1 << 20)
            var left = octets
            while left > 0 {
                let count = min(left, piece.count)
                try stream.socket.send(count == piece.count ? piece : Array(piece[..<count]), by: .after(.seconds(120)))
                left -= count
            }
            return true
        }
    }
}

extension Behavior {
    /// Accepts and closes at once.
    public static let acceptThenClose = Behavior(onAccept: { _ in false }) { _, _, _ in false }

    /// Accepts and resets at once.
    public static let acceptThenReset = Behavior(
        onAccept: {
            $0.reset()
            return false
        }
    ) { _, _, _ in false }

    /// Takes the request and closes without an answer.
    public static let closeAfterRequest = Behavior { _, _, _ in false }

    /// Takes the request and never answers; the connection stays open until the peer or ``TestBackend/stop()`` ends it.
    public static let stall = Behavior { _, _, stream in
        _ = stream.socket.waitForEnd(by: .after(.seconds(600)))
        return false
    }

    /// Sends part of a head and closes.
    public static let partialHead = Behavior.raw("HTTP/1.1 200 OK\r\nContent-Le", keepsAlive: false)

    /// Sends something that is not HTTP.
    public static let garbage = Behavior.raw("\u{1}\u{2}SSH-2.0-lab\r\n\r\n", keepsAlive: false)

    /// Answers 413 before reading the body, and closes.
    public static let earlyResponse = Behavior(readsBody: false) { _, _, stream in
        try stream.socket.send("HTTP/1.1 413 Too Much\r\nContent-Length: 5\r\nConnection: close\r\n\r\nearly")
        stream.socket.finishSending()
        _ = stream.socket.waitForEnd(by: .after(.seconds(10)))
        return false
    }

    /// Promises 1,000 octets, sends ten, and closes.
    public static let closeMidBody = Behavior.raw(
        "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n0123456789", keepsAlive: false)

    /// A 103 with a Link, then 200 with the name.
    public static let earlyHints = Behavior { name, request, stream in
        try stream.socket.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n")
        return try Behavior.identity.answer(name, request, stream)
    }

    /// 100 Continue before the body is read, then what came sent back.
    public static let continueThenEcho = Behavior(
        beforeBody: { head, stream in
            if head["Expect"] != nil { try stream.socket.send("HTTP/1.1 100 Continue\r\n\r\n") }
        },
        answer: Behavior.echo.answer)

    /// A chunked answer of three chunks with an extension and a trailer.
    public static let chunkedWithTrailers = Behavior.raw(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
            + "5\r\nHello\r\n2;lab=1\r\n, \r\n5\r\nworld\r\n0\r\nX-Sum: 12\r\n\r\n")

    /// HTTP/1.0: no length, the end of the stream is the end of the body.
    public static let http10 = Behavior.raw("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nold", keepsAlive: false)

    /// Switches to `echo` (or whatever the request asks for) and sends back every octet that comes.
    public static let upgradeEcho = Behavior { _, request, stream in
        let protocolName = request["Upgrade"] ?? "echo"
        try stream.socket.send(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: \(protocolName)\r\n\r\n")
        var octets = stream.buffer
        while true {
            try stream.socket.send(octets)
            octets.removeAll(keepingCapacity: true)
            if try stream.socket.receive(into: &octets, by: .after(.seconds(600))) == 0 { return false }
        }
    }
}
