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
    private static let emptyLine: [UInt8] = [13, 10, 13, 10]
    private static let lineEnd: [UInt8] = [13, 10]

    /// The connection.
    public let socket: Socket
    /// What came; octets before `start` were read.
    private var storage: [UInt8] = []
    private var start = 0

    /// Messages on `socket`.
    public init(_ socket: Socket) {
        self.socket = socket
    }

    /// Octets that came and were not read as part of a message yet.
    public var buffer: [UInt8] { self.start == 0 ? self.storage : Array(self.storage[self.start...]) }

    private var unread: Int { self.storage.count - self.start }

    private func consume(_ count: Int) {
        self.start += count
        if self.start == self.storage.count {
            self.storage = []
            self.start = 0
        }
    }

    private func receiveMore(limit: Int = 16 << 10, by deadline: Deadline) throws -> Bool {
        if self.start > 64 << 10 {
            self.storage = Array(self.storage[self.start...])
            self.start = 0
        }
        return try self.socket.receive(into: &self.storage, limit: limit, by: deadline) > 0
    }

    /// The next head; nil if the stream ended before its first octet.
    public func head(by deadline: Deadline) throws -> MessageHead? {
        while true {
            if let end = self.storage.end(of: Self.emptyLine, from: self.start) {
                let head = MessageHead(raw: Array(self.storage[self.start..<end]))
                self.consume(end - self.start)
                return head
            }
            if try !self.receiveMore(by: deadline) {
                if self.unread == 0 { return nil }
                throw LabError("the stream ended inside a head, after \(self.unread) octets")
            }
        }
    }

    /// Whether the stream has ended, with nothing left to read; waits until that can be told.
    func isAtEnd(by deadline: Deadline) throws -> Bool {
        guard self.unread == 0 else { return false }
        return try !self.receiveMore(by: deadline)
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
    public func line(by deadline: Deadline) throws -> [UInt8] {
        while true {
            if let end = self.storage.end(of: Self.lineEnd, from: self.start) {
                let line = Array(self.storage[self.start..<(end - 2)])
                self.consume(end - self.start)
                return line
            }
            guard try self.receiveMore(by: deadline) else {
                throw LabError("the stream ended inside a line")
            }
        }
    }

    private func take(_ length: Int, by deadline: Deadline, sink: (ArraySlice<UInt8>) throws -> Void) throws {
        var missing = length
        while missing > 0 {
            if self.unread == 0 {
                guard try self.receiveMore(limit: min(max(missing, 4 << 10), 256 << 10), by: deadline) else {
                    throw LabError("the stream ended \(missing) octets before the end of the body")
                }
            }
            let count = min(missing, self.unread)
            try sink(self.storage[self.start..<(self.start + count)])
            self.consume(count)
            missing -= count
        }
    }

    private func takeToEnd(by deadline: Deadline, sink: (ArraySlice<UInt8>) throws -> Void) throws {
        repeat {
            try sink(self.storage[self.start...])
            self.consume(self.unread)
        } while try self.receiveMore(limit: 256 << 10, by: deadline)
    }
}

extension [UInt8] {
    /// The index after the first occurrence of `pattern` at or after `start`.
    func end(of pattern: [UInt8], from start: Int = 0) -> Int? {
        guard let first = pattern.first else { return start }
        return unsafe self.withUnsafeBytes { all in
            guard let base = all.baseAddress else { return nil }
            var at = start
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
