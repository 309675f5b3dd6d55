import Foundation
import KeyValue
import Logging
import Routing
import Testing

@testable import Admin
@testable import Control
@testable import Gateway
@testable import Lab

/// An edge of this process with its admin API: a gateway, a controller that follows a store in memory, and the server.
final class ObservedEdge: Sendable {
    let store: MemoryStore
    let gateway: Gateway
    let controller: Controller
    let subject: AdminSubject
    let adminPort: UInt16
    private let tasks: [Task<Void, Never>]

    /// - Parameters:
    ///   - entries: what the store holds.
    ///   - token: what requests have to show.
    ///   - stateDirectory: where the last good table is kept.
    init(
        _ entries: [String: String] = [:], token: String? = nil, stateDirectory: String? = nil, workers: Int = 1,
        configure: (inout EdgeConfiguration) -> Void = { _ in }
    ) async throws {
        store = MemoryStore(entries)
        var configuration = EdgeConfiguration()
        configuration.workers = workers
        configuration.listeners = [
            EdgeListener(address: try #require(ListenAddress(text: "127.0.0.1:0")), name: "http")
        ]
        configuration.admin.token = token.map { Array($0.utf8) }
        configure(&configuration)
        gateway = try Gateway(configuration: configuration.gateway)
        let journal = AdminJournal()
        let levels = LogLevelSwitch(.critical)
        let logger = levels.logger(label: "test", to: SwiftLogNoOpLogHandler())
        var surroundings = Controller.Surroundings(
            installer: gateway, stateDirectory: stateDirectory, logger: logger)
        surroundings.certificateInstaller = gateway
        surroundings.endpointEvents = gateway.endpointEvents
        surroundings.onEvent = { journal.note($0) }
        controller = Controller(store: store, configuration: configuration, surroundings: surroundings)
        let running = Task { [controller] in await controller.run() }
        _ = await controller.waitUntilReady(timeout: .seconds(20))
        try gateway.start()
        subject = AdminSubject(
            gateway: gateway, controller: controller, configuration: configuration, store: store.name, version: "test",
            journal: journal, logLevel: levels)
        let server = AdminServer(
            subject, address: "127.0.0.1:0", configuration: configuration.admin, logger: logger)
        let serving = Task { _ = try? await server.run() }
        adminPort = UInt16(try await server.boundPort())
        tasks = [running, serving]
    }

    /// Ends all of it.
    func stop() async {
        tasks.forEach { $0.cancel() }
        for task in tasks { await task.value }
        _ = await gateway.drain(timeout: .milliseconds(1))
    }

    /// Runs `body` with an edge, and ends it.
    static func with<Value>(
        _ entries: [String: String] = [:], token: String? = nil, stateDirectory: String? = nil, workers: Int = 1,
        configure: (inout EdgeConfiguration) -> Void = { _ in }, _ body: (ObservedEdge) async throws -> Value
    ) async throws -> Value {
        let edge = try await ObservedEdge(
            entries, token: token, stateDirectory: stateDirectory, workers: workers, configure: configure)
        do {
            let value = try await body(edge)
            await edge.stop()
            return value
        } catch {
            await edge.stop()
            throw error
        }
    }

    // MARK: Requests

    /// A request to the admin API, on a thread of its own: a wait must not take one from the server.
    func ask(_ method: String = "GET", _ target: String, fields: [String] = []) async throws -> HTTPAnswer {
        let port = adminPort
        return try await offPool {
            try RawClient(port: port).get(target, host: "127.0.0.1:\(port)", method: method, fields: fields)
        }
    }

    /// A change, with the field that says that it is meant.
    func put(_ target: String) async throws -> HTTPAnswer {
        try await ask("PUT", target, fields: ["X-Requested-With: test"])
    }

    /// An answer's JSON, which must be one of success.
    func json(_ target: String) async throws -> JSONDocument {
        let answer = try await ask("GET", target)
        guard answer.status == 200 else { throw LabError("\(target): \(answer.status) \(answer.text)") }
        return try JSONDocument(answer.body)
    }

    /// A request through the edge.
    func request(_ target: String = "/", host: String) async throws -> HTTPAnswer {
        guard case .ip(let address) = gateway.listenAddresses[0] else { throw LabError("no port") }
        return try await offPool { try RawClient(port: address.port).get(target, host: host) }
    }

    /// Waits until what `read` gives is as `isRight` says.
    @discardableResult
    func until<Value>(_ read: () async throws -> Value, _ isRight: (Value) -> Bool) async throws -> Value {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let value = try await read()
            if isRight(value) { return value }
            guard ContinuousClock.now < deadline else { throw LabError("it stays at \(value)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

/// Runs what blocks on a thread of its own.
@discardableResult
func offPool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}
