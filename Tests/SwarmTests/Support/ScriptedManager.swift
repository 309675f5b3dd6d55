import DockerEngine
import Lab
import Logging
import Synchronization

@testable import Swarm

/// A server whose answers a test makes up, at a port of 127.0.0.1; stopped when the test is over.
final class ScriptedManager: Sendable {
    private struct Responder: ManagerResponder {
        var script: @Sendable (ManagerRequest) async throws(RequestError) -> ManagerReply

        func reply(to request: ManagerRequest) async throws(RequestError) -> ManagerReply {
            try await script(request)
        }
    }

    let server: ManagerServer
    /// The first TCP listener's.
    let port: UInt16
    /// Where it listens.
    let listeners: [ServerSettings.Listener]

    private init(_ server: ManagerServer, _ listeners: [ServerSettings.Listener]) {
        self.server = server
        self.listeners = listeners
        let ports = listeners.compactMap { if case .network(_, let port) = $0 { UInt16(port) } else { nil } }
        port = ports.first ?? 0
    }

    /// Runs `body` with a server that answers by `script`.
    static func run(
        _ settings: ServerSettings = .test,
        _ script: @escaping @Sendable (ManagerRequest) async throws(RequestError) -> ManagerReply,
        _ body: (ScriptedManager) async throws -> Void
    ) async throws {
        let server = ManagerServer(settings, responder: Responder(script: script), logger: quiet)
        let manager = ScriptedManager(server, try await server.start())
        do {
            try await body(manager)
        } catch {
            await server.stop(within: .zero)
            throw error
        }
        await server.stop(within: .zero)
    }

    /// What a client gets for `text`, sent on a connection of its own.
    func exchange(_ text: String, method: String = "GET") async throws -> HTTPAnswer {
        let port = port
        return try await offPool { try RawClient(port: port).exchange(text, method: method, within: .seconds(60)) }
    }

    /// A logger that says nothing.
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// An engine at a port of 127.0.0.1.
    static func engine(_ port: UInt16) throws -> DockerEngine {
        try DockerEngine(DockerAddress("tcp://127.0.0.1:\(port)"), logger: quiet)
    }
}

extension ServerSettings {
    /// Those of a server in the clear.
    static let test = ServerSettings(listeners: [.network(host: "127.0.0.1", port: 0)], release: "0.0.1") { "1.45" }

    /// Those of a server in the clear, changed.
    static func test(_ change: (inout ServerSettings) -> Void) -> ServerSettings {
        var settings = test
        change(&settings)
        return settings
    }
}

/// Waits for something that another task does, as often as it takes.
final class Signal<Value: Sendable>: Sendable {
    private let value = Guarded<Value?>(nil)

    /// Says that it has been done; the first one counts.
    func send(_ value: Value) { self.value.change { if $0 == nil { $0 = value } } }

    /// Whether it is said in time; for threads that may wait.
    func said(within duration: Duration = .seconds(60)) -> Bool {
        value.wait(until: .after(duration)) { $0 == nil ? nil : true } ?? false
    }

    /// What was said, once it is.
    func wait(within duration: Duration = .seconds(60)) async throws -> Value {
        let value = value
        return try await offPool {
            guard let found = value.wait(until: .after(duration), for: { $0 }) else {
                throw LabError("nothing was said in \(duration)")
            }
            return found
        }
    }
}
