import Foundation
import Glibc

/// A connection to a fake engine, which its loop's thread alone has.
final class FakeConnection {
    let descriptor: Int32
    /// The engine's index.
    let engine: Int
    let token: UInt64
    /// Whether its peer has gone, or is to be left.
    private(set) var isOver = false
    /// Whether it is told of events.
    private(set) var isFollowing = false
    /// Whether the loop is to be told of room.
    var isWatchedForRoom = false
    private var input: [UInt8] = []
    private var output: [UInt8] = []
    private var sent = 0

    /// A whole event and more in one call.
    private static let pieceSize = 64 << 10
    private static let headEnd: [UInt8] = [13, 10, 13, 10]

    init(_ descriptor: Int32, engine: Int, token: UInt64) {
        self.descriptor = descriptor
        self.engine = engine
        self.token = token
        var on: Int32 = 1
        _ = unsafe setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Whether something waits for room.
    var isWaitingForRoom: Bool { self.sent < self.output.count }

    /// Takes what has come, and sends what waited.
    func receive() {
        if self.isWaitingForRoom { self.flush() }
        while true {
            var count = 0
            let piece = unsafe [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { room, filled in
                count = unsafe recv(self.descriptor, room.baseAddress, Self.pieceSize, Int32(MSG_DONTWAIT))
                filled = max(0, count)
            }
            guard count > 0 else {
                if count == 0 || errno != EAGAIN { self.isOver = true }
                return
            }
            if self.input.isEmpty { self.input = piece } else { self.input += piece }
            if count < Self.pieceSize { return }
        }
    }

    /// The next request that has come whole.
    func nextRequest() -> FakeRequest? {
        guard let bodyStart = self.input.end(of: Self.headEnd) else { return nil }
        let head = String(decoding: self.input[..<(bodyStart - 4)], as: UTF8.self)
        let lines = head.components(separatedBy: "\r\n")
        let length = lines.dropFirst().first { $0.lowercased().hasPrefix("content-length:") }.flatMap {
            Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces))
        }
        let isChunked = lines.contains { $0.lowercased() == "transfer-encoding: chunked" }
        var body: [UInt8] = []
        var end = bodyStart + (length ?? 0)
        if isChunked {
            guard let (content, after) = Self.unchunk(self.input, from: bodyStart) else { return nil }
            (body, end) = (content, after)
        } else {
            guard self.input.count >= end else { return nil }
            body = Array(self.input[bodyStart..<end])
        }
        self.input.removeFirst(end)
        let words = lines[0].split(separator: " ").map(String.init)
        guard words.count == 3 else {
            self.isOver = true
            return nil
        }
        let target = words[1].split(separator: "?", maxSplits: 1).map(String.init)
        var path = target[0]
        if let version = path.firstMatch(of: /^\/v[0-9.]+(?=\/)/) { path.removeSubrange(version.range) }
        var query: [String: String] = [:]
        for pair in (target.count > 1 ? target[1] : "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1).map {
                $0.replacing("+", with: " ").removingPercentEncoding ?? String($0)
            }
            query[parts[0]] = parts.count > 1 ? parts[1] : ""
        }
        return FakeRequest(
            method: words[0], path: path.removingPercentEncoding ?? path, query: query, body: body)
    }

    /// A chunked body and where it ends; nil until it has come whole.
    private static func unchunk(_ input: [UInt8], from start: Int) -> ([UInt8], Int)? {
        var content: [UInt8] = []
        var at = start
        while let lineEnd = input.end(of: [13, 10], from: at) {
            let line = String(decoding: input[at..<(lineEnd - 2)], as: UTF8.self)
            let size = Int(line.prefix { $0 != ";" }, radix: 16) ?? 0
            guard input.count >= lineEnd + size + 2 else { return nil }
            if size == 0 { return (content, lineEnd + 2) }
            content += input[lineEnd..<(lineEnd + size)]
            at = lineEnd + size + 2
        }
        return nil
    }

    // MARK: - Answers

    /// Sends an answer, spoilt as `fault` says.
    func answer(_ reply: FakeReply, to request: FakeRequest, _ fault: FakeFault?) {
        switch fault {
        case .hang: return
        case .garbage:
            self.send([0x16, 0x03, 0x01, 0, 5, 0xff, 0xfe, 0, 13, 10] + Array("{]\u{0}HTTP/9 nonsense\r\n\r\n".utf8))
            self.isOver = true
        case .truncated:
            var reply = reply
            if case .whole(let octets) = reply.content {
                reply.content = .whole(Array(octets.prefix(octets.count / 2)))
            }
            self.send(self.octets(of: reply, to: request))
        case .brokenOff:
            let octets = self.octets(of: reply, to: request)
            self.send(Array(octets.prefix(max(40, octets.count / 2))))
            self.isOver = true
        default: self.send(self.octets(of: reply, to: request))
        }
    }

    /// The octets of an answer; from then on it is told of events, if it asked for them.
    func octets(of reply: FakeReply, to request: FakeRequest) -> [UInt8] {
        var head =
            "HTTP/1.1 \(reply.status) \(reply.status < 400 ? "OK" : "Error")\r\nApi-Version: 1.45\r\n"
            + "Docker-Experimental: false\r\nOstype: linux\r\nServer: Docker/26.1.5 (linux)\r\n"
        switch reply.content {
        case .events:
            self.isFollowing = true
            head += "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            return Array(head.utf8)
        case .whole(let body):
            if reply.status != 204, reply.status != 304 {
                head += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n"
            }
            let octets = Array((head + "\r\n").utf8)
            return request.method == "HEAD" ? octets : octets + body
        }
    }

    /// Sends a chunk of a stream.
    func send(chunk: [UInt8]) {
        self.send(Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + [13, 10])
    }

    /// Sends octets, as soon as there is room.
    func send(_ octets: [UInt8]) {
        if self.isWaitingForRoom {
            self.output += octets
        } else {
            self.output = octets
            self.sent = 0
            self.flush()
        }
    }

    private func flush() {
        while self.isWaitingForRoom {
            let count = unsafe self.output.withUnsafeBytes { all in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: all[self.sent...])
                return unsafe Glibc.send(
                    self.descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            guard count > 0 else {
                if count < 0, errno != EAGAIN { self.isOver = true }
                return
            }
            self.sent += count
        }
        self.output = []
        self.sent = 0
    }
}
