import Foundation

/// How the end of a body is known.
enum BodyFraming: Sendable, Equatable {
    case none
    case length(Int)
    case chunked
    case untilClose
}

/// HTTP/1 messages read off a connection, by a reader that trusts nothing and repairs nothing.
///
/// One thread at a time.
public final class MessageStream {
    /// The connection.
    public let socket: Socket
    /// Octets that came and were not read as part of a message yet.
    public private(set) var buffer: [UInt8] = []

    /// Messages on `socket`.
    public init(_ socket: Socket) {
        self.socket = socket
    }

    /// The next head; nil if the stream ended before its first octet.
    public func head(by deadline: Deadline) throws -> MessageHead? {
        while true {
            if let end = self.buffer.end(of: [13, 10, 13, 10]) {
                let head = MessageHead(raw: Array(self.buffer[..<end]))
                self.buffer.removeFirst(end)
                return head
            }
            if try self.socket.receive(into: &self.buffer, by: deadline) == 0 {
                if self.buffer.isEmpty { return nil }
                throw LabError("the stream ended inside a head, after \(self.buffer.count) octets")
            }
        }
    }

    /// Whether the stream has ended, with nothing left to read; waits until that can be told.
    func isAtEnd(by deadline: Deadline) throws -> Bool {
        guard self.buffer.isEmpty else { return false }
        return try self.socket.receive(into: &self.buffer, by: deadline) == 0
    }

    /// A whole body and its trailers.
    func body(_ framing: BodyFraming, by deadline: Deadline) throws -> (content: [UInt8], trailers: MessageHead?) {
        var content: [UInt8] = []
        let trailers = try self.body(framing, by: deadline) { content.append(contentsOf: $0) }
        return (content, trailers)
    }

    /// A body piece by piece as it comes, for those that fit no memory.
    ///
    /// - Returns: the trailers of a chunked body, nil if it had none.
    @discardableResult
    func body(
        _ framing: BodyFraming, by deadline: Deadline, sink: (ArraySlice<UInt8>) throws -> Void
    ) throws -> MessageHead? {
        switch framing {
        case .none:
            return nil
        case .length(let length):
            try self.take(length, by: deadline, sink: sink)
            return nil
        case .untilClose:
            try self.takeToEnd(by: deadline, sink: sink)
            return nil
        case .chunked:
            while true {
                let line = String(decoding: try self.line(by: deadline), as: UTF8.self)
                guard let size = Int(line.prefix { $0 != ";" }, radix: 16), size >= 0 else {
                    throw LabError("bad chunk size \(line.debugDescription)")
                }
                if size == 0 { return try self.trailers(by: deadline) }
                try self.take(size, by: deadline, sink: sink)
                guard try self.line(by: deadline).isEmpty else { throw LabError("no CRLF after a chunk") }
            }
        }
    }

    private func trailers(by deadline: Deadline) throws -> MessageHead? {
        var raw: [UInt8] = []
        while true {
            let line = try self.line(by: deadline)
            if line.isEmpty {
                return raw.isEmpty ? nil : MessageHead(raw: Array("trailers\r\n".utf8) + raw + [13, 10])
            }
            raw += line + [13, 10]
        }
    }

    /// The next line without its CRLF.
    func line(by deadline: Deadline) throws -> [UInt8] {
        while true {
            if let end = self.buffer.end(of: [13, 10]) {
                let line = Array(self.buffer[..<(end - 2)])
                self.buffer.removeFirst(end)
                return line
            }
            guard try self.socket.receive(into: &self.buffer, by: deadline) > 0 else {
                throw LabError("the stream ended inside a line")
            }
        }
    }

    private func take(_ length: Int, by deadline: Deadline, sink: (ArraySlice<UInt8>) throws -> Void) throws {
        var missing = length
        while missing > 0 {
            if self.buffer.isEmpty {
                guard try self.socket.receive(into: &self.buffer, limit: 256 << 10, by: deadline) > 0 else {
                    throw LabError("the stream ended \(missing) octets before the end of the body")
                }
            }
            let count = min(missing, self.buffer.count)
            try sink(self.buffer[..<count])
            if count == self.buffer.count {
                self.buffer.removeAll(keepingCapacity: true)
            } else {
                self.buffer.removeFirst(count)
            }
            missing -= count
        }
    }

    private func takeToEnd(by deadline: Deadline, sink: (ArraySlice<UInt8>) throws -> Void) throws {
        repeat {
            try sink(self.buffer[...])
            self.buffer.removeAll(keepingCapacity: true)
        } while try self.socket.receive(into: &self.buffer, limit: 256 << 10, by: deadline) > 0
    }
}

extension [UInt8] {
    /// The index after the first occurrence of `pattern`.
    func end(of pattern: [UInt8]) -> Int? {
        guard let first = pattern.first else { return 0 }
        return unsafe self.withUnsafeBytes { all in
            guard let base = all.baseAddress else { return nil }
            var at = 0
            while at + pattern.count <= all.count {
                guard let found = unsafe memchr(base + at, Int32(first), all.count - pattern.count - at + 1) else {
                    return nil
                }
                at = unsafe UnsafeRawPointer(found) - base
                if unsafe memcmp(base + at, pattern, pattern.count) == 0 { return at + pattern.count }
                at += 1
            }
            return nil
        }
    }

    /// Whether `text` occurs.
    func contains(_ text: String) -> Bool {
        self.end(of: [UInt8](text.utf8)) != nil
    }
}
