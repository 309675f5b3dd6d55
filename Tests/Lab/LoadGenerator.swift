import Foundation
import Synchronization

/// Keep-alive connections that send one request after the other and look at every answer.
public final class LoadGenerator: Sendable {
    /// One answer, for the check of who gave it.
    public struct Answer: Sendable {
        /// The host that was asked.
        public let host: String
        /// The backend that answered.
        public let backend: String
        /// When the request was sent.
        public let sent: ContinuousClock.Instant
        /// When the answer was there.
        public let received: ContinuousClock.Instant
    }

    private struct State {
        var isStopping = false
        var running = 0
        var report = LoadReport()
    }

    private let port: UInt16
    private let path: String
    private let method: String
    private let pause: Duration
    private let keepsConnections: Bool
    private let check: @Sendable (Answer) -> String?
    private let state = Guarded(State())

    /// Starts the load.
    ///
    /// - Parameters:
    ///   - hosts: connections are dealt out to them in turn.
    ///   - method: of every request; none has a body.
    ///   - pause: between an answer and the next request of a connection; sets the rate.
    ///   - keepsConnections: else each request has a connection of its own.
    ///   - check: tells what is wrong with an answer, nil if nothing is.
    public init(
        port: UInt16, hosts: [String], connections: Int = 64, path: String = "/", method: String = "GET",
        pause: Duration = .zero, keepsConnections: Bool = true,
        check: @escaping @Sendable (Answer) -> String? = { _ in nil }
    ) {
        self.port = port
        self.path = path
        self.method = method
        self.pause = pause
        self.keepsConnections = keepsConnections
        self.check = check
        self.state.change { $0.running = connections }
        for index in 0..<connections {
            let host = hosts[index % hosts.count]
            let thread = Thread { [self] in
                self.run(host)
            }
            thread.stackSize = 256 << 10
            thread.start()
        }
    }

    /// Requests answered so far.
    public var answered: Int { self.state.read { $0.report.latencies.count } }

    /// Waits until `count` more requests were answered.
    public func wait(for count: Int, within duration: Duration = .seconds(20)) throws {
        let goal = self.answered + count
        guard self.state.wait(until: .after(duration), for: { $0.report.latencies.count >= goal ? true : nil }) != nil
        else { throw LabError("load: \(self.answered) answers after \(duration), not \(goal)") }
    }

    /// Waits until a request has failed.
    public func waitForFailure(within duration: Duration = .seconds(20)) throws {
        guard self.state.wait(until: .after(duration), for: { $0.report.failures.isEmpty ? nil : true }) != nil else {
            throw LabError("load: no failure in \(duration)")
        }
    }

    /// Lets every connection finish its request, and gives what was seen.
    public func stop() throws -> LoadReport {
        self.state.change { $0.isStopping = true }
        guard let report = self.state.wait(until: .after(.seconds(60)), for: { $0.running == 0 ? $0.report : nil })
        else { throw LabError("load: \(self.state.read { $0.running }) connections did not finish") }
        return report
    }

    private func run(_ host: String) {
        let length = self.method == "GET" ? "" : "Content-Length: 0\r\n"
        let request = Array("\(self.method) \(self.path) HTTP/1.1\r\nHost: \(host)\r\n\(length)\r\n".utf8)
        var stream: MessageStream?
        var connections = 0
        while !self.state.read({ $0.isStopping }) {
            let sent = ContinuousClock.now
            do {
                let isReused = stream != nil
                if stream == nil {
                    stream = MessageStream(try Socket.connect(port: self.port))
                    connections += 1
                }
                guard let current = stream else { break }
                let (backend, keepsAlive) = try Self.exchange(request, current, isReused: isReused)
                if !keepsAlive || !self.keepsConnections { stream = nil }
                let answer = Answer(host: host, backend: backend, sent: sent, received: .now)
                let problem = self.check(answer)
                self.state.change { state in
                    state.report.latencies.append((answer.received - sent).inMilliseconds)
                    state.report.perBackend[backend, default: 0] += 1
                    if let problem { state.report.note(problem, answer.received) }
                }
            } catch is IdleClosing {
                // The request crossed the closing of a kept connection; RFC 9112, section 9.3.1 leaves it to the client.
                stream = nil
                self.state.change { $0.report.idleClosings += 1 }
            } catch {
                stream = nil
                let reason = "\(host): \(error)"
                self.state.change { $0.report.note(reason, .now) }
            }
            if self.pause > .zero, let socket = stream?.socket, socket.isReadable(by: .after(self.pause)) {
                // Nothing was asked, so this can only be the end of the stream.
                stream = nil
                self.state.change { $0.report.idleClosings += 1 }
            }
        }
        self.state.change { state in
            state.report.connections += connections
            state.running -= 1
        }
    }

    private static let good = Array("HTTP/1.1 200 ".utf8)
    private static let lengthMarker = Array("\r\nContent-Length: ".utf8)
    private static let backendMarker = Array("\r\nX-Backend: ".utf8)
    private static let closing = "onnection: close"

    /// A kept connection was closed before a byte of the answer.
    private struct IdleClosing: Error {}

    /// One request, answered by a backend with its name.
    private static func exchange(
        _ request: [UInt8], _ stream: MessageStream, isReused: Bool
    ) throws -> (String, keepsAlive: Bool) {
        let deadline = Deadline.after(.seconds(20))
        do {
            try stream.socket.send(request, by: deadline)
            guard stream.socket.isReadable(by: deadline) else { throw LabError("no answer within 20 s") }
            if isReused, try stream.isAtEnd(by: deadline) { throw IdleClosing() }
        } catch let error as LabError where isReused && error.isReset {
            throw IdleClosing()
        }
        guard let head = try stream.head(by: deadline) else {
            throw LabError("the connection was closed instead of an answer")
        }
        let length = head.value(after: Self.lengthMarker).flatMap { Int($0) }
        let framing = try length.map { .length($0) } ?? MessageStream.framing(of: head, to: "GET")
        guard head.raw.starts(with: Self.good), let backend = head.value(after: Self.backendMarker) else {
            guard head.status > 0 else { throw LabError("no status line: \(head.startLine.debugDescription)") }
            let body = String(decoding: try stream.body(framing, by: deadline).content, as: UTF8.self)
            throw LabError("status \(head.status): \(body.prefix(120))")
        }
        let body = try stream.body(framing, by: deadline).content
        guard backend.utf8.elementsEqual(body) else {
            throw LabError(
                "\(backend)'s answer is \(String(decoding: body.prefix(120), as: UTF8.self).debugDescription)")
        }
        return (backend, !head.raw.contains(Self.closing))
    }
}

/// What a load has seen.
public struct LoadReport: Sendable {
    /// Milliseconds of every answered request, in no order.
    public var latencies: [Double] = []
    /// Failed or misrouted requests by reason.
    public var failures: [String: Int] = [:]
    /// The first failures with their times, for the log of a failing test.
    public var firstFailures: [String] = []
    /// Answers by backend.
    public var perBackend: [String: Int] = [:]
    /// Kept connections that the server closed between two requests: no request was lost, but it had to be sent again.
    public var idleClosings = 0
    /// Connections that were made.
    public var connections = 0

    /// Failed or misrouted requests.
    public var failureCount: Int { self.failures.values.reduce(0, +) }

    /// The latency that a `share` (0 to 1) of requests stays under, in milliseconds.
    public func percentile(_ share: Double) -> Double {
        let sorted = self.latencies.sorted()
        return sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    mutating func note(_ reason: String, _ moment: ContinuousClock.Instant) {
        self.failures[reason, default: 0] += 1
        if self.firstFailures.count < 20 { self.firstFailures.append("\(moment): \(reason)") }
    }
}
