/// Requests byte for byte: what a well-behaved client library would refuse to send.
public struct RawClient: Sendable {
    /// Where requests go.
    public let address: String
    /// Where requests go.
    public let port: UInt16

    /// A client of `port`, of this machine or of another one's IPv4 address.
    public init(_ address: String = "127.0.0.1", port: UInt16) {
        self.address = address
        self.port = port
    }

    /// A connection of its own.
    public func connect(from source: String? = nil, receiveBuffer: Int32? = nil) throws -> MessageStream {
        try MessageStream(Socket.connect(to: self.address, port: self.port, from: source, receiveBuffer: receiveBuffer))
    }

    /// Sends `text` on a new connection and reads one answer.
    public func exchange(
        _ text: String, method: String = "GET", within duration: Duration = .seconds(20)
    ) throws -> HTTPAnswer {
        let stream = try self.connect()
        let deadline = Deadline.after(duration)
        try stream.socket.send(text, by: deadline)
        return try stream.answer(to: method, by: deadline)
    }

    /// Sends `bytes` on a new connection and reads everything until it is closed.
    public func exchangeToEnd(_ bytes: [UInt8], within duration: Duration = .seconds(20)) throws -> [UInt8] {
        let socket = try Socket.connect(to: self.address, port: self.port)
        // The peer may close before it has taken all; what it said is what matters.
        try? socket.send(bytes, by: .after(duration))
        return try socket.receiveToEnd(by: .after(duration))
    }

    /// A plain request on a new connection.
    public func get(
        _ target: String = "/", host: String, method: String = "GET", fields: [String] = [], body: String = "",
        within duration: Duration = .seconds(20)
    ) throws -> HTTPAnswer {
        let length = body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"]
        let head = ["\(method) \(target) HTTP/1.1", "Host: \(host)"] + fields + length
        return try self.exchange(head.joined(separator: "\r\n") + "\r\n\r\n" + body, method: method, within: duration)
    }
}
