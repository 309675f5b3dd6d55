import Foundation
import KeyValue
import Lab

/// An embedded store in a folder of its own, served at a port of its own; gone when the last reference goes.
final class ServedStore: Sendable {
    let store: EmbeddedStore
    let port: UInt16
    let api: KeyValueAPI
    private let folder: ScratchFolder
    private let task: Task<Void, any Error>

    init(sessionTTLMinimum: Duration = .seconds(10)) async throws {
        let folder = try ScratchFolder()
        let store = try EmbeddedStore(directory: "\(folder.path)/store")
        let server = ConsulAPIServer(store: store, address: "127.0.0.1:0", sessionTTLMinimum: sessionTTLMinimum)
        self.folder = folder
        self.store = store
        task = Task { try await server.run() }
        port = UInt16(try await server.boundPort())
        api = KeyValueAPI(port: port)
    }

    deinit { task.cancel() }

    /// Ends the server and waits for its end.
    func stop() async throws {
        task.cancel()
        try await task.value
    }

    /// Any request, on a thread of its own: a wait must not take one from the server.
    func request(_ method: String, _ target: String, _ body: String = "") async throws -> HTTPAnswer {
        let port = port
        return try await offPool { try KeyValueAPI(port: port).request(method, target, body: Array(body.utf8)) }
    }

    /// A request that must be answered with 200; the body.
    func text(_ method: String, _ target: String, _ body: String = "") async throws -> String {
        let answer = try await request(method, target, body)
        guard answer.status == 200 else { throw LabError("\(method) \(target): \(answer.status) \(answer.text)") }
        return answer.text
    }

    /// Runs the real `consul` client against it.
    func consul(_ arguments: String..., input: String? = nil) async throws -> (lines: [String], status: Int32) {
        let port = port
        return try await offPool { try ConsulClientProgram.run(arguments, port: port, input: input) }
    }
}

/// Runs what blocks on a thread of its own.
@discardableResult
func offPool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}

/// HashiCorp's own client.
enum ConsulClientProgram {
    /// Starts it.
    static func start(_ arguments: [String], port: UInt16, input: String? = nil) throws -> ChildProcess {
        let environment = ["CONSUL_HTTP_ADDR": "127.0.0.1:\(port)"]
        guard let input else { return try ChildProcess(Repository.consul(), arguments, environment: environment) }
        let script = #"printf '%s' "$INPUT" | exec "$@""#
        return try ChildProcess(
            "/bin/sh", ["-c", script, "sh", try Repository.consul()] + arguments,
            environment: environment.merging(["INPUT": input]) { $1 })
    }

    /// Runs it to its end.
    static func run(_ arguments: [String], port: UInt16, input: String? = nil) throws -> ([String], Int32) {
        let process = try start(arguments, port: port, input: input)
        let lines = try process.waitForOutput()
        guard case .exited(let status) = try process.waitForEnd() else { throw LabError("consul was killed") }
        return (lines, status)
    }
}
