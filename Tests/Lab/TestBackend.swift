import CLinux
import Foundation
import Synchronization

/// An HTTP/1 server in this process that answers with its name, or misbehaves as told.
///
/// A thread a connection; it can be stopped (connections cut, port refused) and started again at the same port.
public final class TestBackend: Sendable {
    private struct State {
        var behavior: Behavior
        var listener: Listener?
        var connections: [ObjectIdentifier: Socket] = [:]
        var accepted = 0
        var requests = 0
        var recent: [ReceivedRequest] = []
        var firstRequest: ContinuousClock.Instant?
    }

    /// Requests that are kept for tests to look at.
    private static let recentLimit = 256

    /// Load tests hold thousands of connections in this process.
    private static let descriptors = portico_raise_file_limit()

    /// What it answers with.
    public let name: String
    /// Where it listens, also while it is stopped.
    public let port: UInt16
    private let state: Guarded<State>

    /// Starts a backend; port 0 lets the kernel choose.
    public init(_ name: String, _ behavior: Behavior = .identity, port: UInt16 = 0) throws {
        _ = Self.descriptors
        let listener = try Listener(port: port)
        self.name = name
        self.port = listener.port
        self.state = Guarded(State(behavior: behavior))
        self.serve(listener)
    }

    deinit {
        self.stop()
    }

    /// `127.0.0.1:PORT`.
    public var address: String { "127.0.0.1:\(self.port)" }

    /// Changes how it answers requests that come from now on.
    public func behave(_ behavior: Behavior) {
        self.state.change { $0.behavior = behavior }
    }

    /// Stops: new connections are refused, those that are open are cut.
    public func stop() {
        let connections = self.state.change { state in
            state.listener?.stop()
            state.listener = nil
            return Array(state.connections.values)
        }
        connections.forEach { $0.shutDown() }
    }

    /// Starts again at the same port.
    public func start() throws {
        self.serve(try Listener(port: self.port))
    }

    /// Connections now open.
    public var openConnections: Int { self.state.read { $0.connections.count } }
    /// Connections accepted so far.
    public var acceptedConnections: Int { self.state.read { $0.accepted } }
    /// Requests whose heads came whole so far.
    public var requestCount: Int { self.state.read { $0.requests } }
    /// The latest requests, oldest first.
    public var requests: [ReceivedRequest] { self.state.read { $0.recent } }
    /// When the first request came.
    public var firstRequest: ContinuousClock.Instant? { self.state.read { $0.firstRequest } }

    /// Waits until it has got `count` requests, and gives the last one.
    @discardableResult
    public func waitForRequests(_ count: Int = 1, within duration: Duration = .seconds(10)) throws -> ReceivedRequest {
        let found = self.state.wait(until: .after(duration)) { $0.requests >= count ? $0.recent.last : nil }
        guard let found else {
            throw LabError("backend \(self.name) got \(self.requestCount) requests in \(duration), not \(count)")
        }
        return found
    }

    /// Waits until someone has connected.
    public func waitForConnection(within duration: Duration = .seconds(30)) throws {
        guard self.state.wait(until: .after(duration), for: { $0.accepted > 0 ? true : nil }) != nil else {
            throw LabError("nobody connected to backend \(self.name) in \(duration)")
        }
    }

    /// Waits for its first request and gives the moment that it came.
    public func waitForFirstRequest(within duration: Duration = .seconds(10)) throws -> ContinuousClock.Instant {
        guard let moment = self.state.wait(until: .after(duration), for: { $0.firstRequest }) else {
            throw LabError("backend \(self.name) got no request in \(duration)")
        }
        return moment
    }

    /// Waits until `condition` holds for the number of open connections.
    public func waitForConnections(
        within duration: Duration = .seconds(10), _ condition: (Int) -> Bool
    ) throws {
        let found = self.state.wait(until: .after(duration)) { condition($0.connections.count) ? true : nil }
        guard found != nil else {
            throw LabError("backend \(self.name) has \(self.openConnections) connections after \(duration)")
        }
    }

    private func serve(_ listener: Listener) {
        let (state, name) = (self.state, self.name)
        state.change { $0.listener = listener }
        Self.thread {
            while let socket = listener.accept() {
                let behavior = state.change { state in
                    state.accepted += 1
                    state.connections[ObjectIdentifier(socket)] = socket
                    return state.behavior
                }
                Self.thread {
                    // A peer that breaks off is what many tests are about, so it is no error here.
                    try? Self.converse(socket, name, first: behavior, state)
                    socket.close()
                    state.change { $0.connections[ObjectIdentifier(socket)] = nil }
                }
            }
        }
    }

    private static func converse(
        _ socket: Socket, _ name: String, first: Behavior, _ state: Guarded<State>
    ) throws {
        guard try first.onAccept(socket) else { return }
        let stream = MessageStream(socket)
        while let head = try stream.head(by: .after(.seconds(600))) {
            let moment = ContinuousClock.now
            let behavior = state.read { $0.behavior }
            try behavior.beforeBody(head, stream)
            let (body, trailers) =
                behavior.readsBody
                ? try stream.body(Self.framing(of: head), by: .after(.seconds(600))) : ([], nil)
            let request = ReceivedRequest(head: head, body: body, trailers: trailers)
            state.change { state in
                state.requests += 1
                if state.firstRequest == nil { state.firstRequest = moment }
                if state.recent.count == Self.recentLimit { state.recent.removeFirst(Self.recentLimit / 2) }
                state.recent.append(request)
            }
            guard try behavior.answer(name, request, stream) else { return }
        }
    }

    private static func framing(of head: MessageHead) throws -> BodyFraming {
        // Spares the load tests the parsing of heads that have no body.
        guard head.raw.contains("ength:") || head.raw.contains("ncoding:") else { return .none }
        let coding = head.values("Transfer-Encoding")
        let lengths = head.values("Content-Length")
        if coding == ["chunked"], lengths.isEmpty { return .chunked }
        guard coding.isEmpty, lengths.count <= 1 else { throw LabError("ambiguous framing reached a backend") }
        return lengths.first.flatMap { Int($0) }.map { .length($0) } ?? .none
    }

    private static func thread(_ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.stackSize = 256 << 10
        thread.start()
    }
}
