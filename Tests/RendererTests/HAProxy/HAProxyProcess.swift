import Foundation
import Lab

@testable import Renderer

/// A real HAProxy with a configuration of the test's own.
final class HAProxyProcess: Sendable {
    /// How it is run.
    enum Mode {
        /// One process.
        case single
        /// A master with a worker.
        case master
    }

    /// Where it listens, at 127.0.0.1.
    let port: UInt16
    /// Its working folder: `haproxy.cfg`, `s.sock`, `m.sock`, `pid`.
    let folder: ScratchFolder
    private let process: ChildProcess
    private let program: String

    /// Starts it with `backend` as the lines of backend `app`, which all requests go to.
    init(_ mode: Mode, _ backend: String, global: String = "", rest: String = "") throws {
        port = try FreePort.next()
        folder = try ScratchFolder()
        program = try Command.path(of: "haproxy")
        let file = try folder.write(
            "haproxy.cfg", Self.text(backend, port, folder.path, global: global, rest: rest))
        let arguments =
            switch mode {
            case .single: ["-db"]
            case .master: ["-W", "-S", "\(folder.path)/m.sock", "-p", "\(folder.path)/pid"]
            }
        process = try ChildProcess(program, arguments + ["-f", file])
        try process.waitForPort(port)
        let socket = try socket
        try process.wait(until: "listening at \(socket)") {
            (try? RuntimeConnection(socket, by: .now + .seconds(1))) != nil
        }
        guard case .master = mode else { return }
        try process.wait(until: "known by its number") { (try? folder.read("pid"))?.hasSuffix("\n") == true }
    }

    /// A whole configuration whose backend `app` has these lines; fields are spelt as the lab's backends spell them.
    static func text(
        _ backend: String, _ port: UInt16, _ folder: String, global: String = "", rest: String = ""
    ) -> String {
        """
        global
          stats socket \(folder)/s.sock mode 600 level admin expose-fd listeners
          stats timeout 1m
          h1-case-adjust content-length Content-Length
          h1-case-adjust x-backend X-Backend
          \(global)
        defaults
          mode http
          timeout connect 2s
          timeout client 60s
          timeout server 60s
        frontend web
          bind 127.0.0.1:\(port)
          option h1-case-adjust-bogus-client
          default_backend app
        backend app
        \(backend)
        \(rest)

        """
    }

    /// The same for this process.
    func text(_ backend: String, global: String = "", rest: String = "") -> String {
        Self.text(backend, port, folder.path, global: global, rest: rest)
    }

    /// What its file says.
    var file: String {
        get throws { try folder.read("haproxy.cfg") }
    }

    /// Its worker's runtime API.
    var socket: RuntimeAddress {
        get throws { try address("s.sock") }
    }

    /// Its master's.
    var masterSocket: RuntimeAddress {
        get throws { try address("m.sock") }
    }

    private func address(_ name: String) throws -> RuntimeAddress {
        guard let address = RuntimeAddress("\(folder.path)/\(name)") else { throw LabError("no address \(name)") }
        return address
    }

    /// The process number that the master wrote.
    var pidFile: String { "\(folder.path)/pid" }

    /// Limits for tests that cut endpoints off as soon as they have left, on machines where a request may take its time.
    static var patience: HAProxyLimits {
        var limits = HAProxyLimits()
        limits.quiet = .seconds(5)
        limits.settle = .seconds(5)
        return limits
    }

    /// Does what the renderer does: writes the text, and has it applied.
    func render(_ text: String, _ live: HAProxyLive) async throws -> HAProxyLive.Outcome {
        let change = HAProxyChange.between(old: try file, new: text, version: try await live.version())
        try folder.write("haproxy.cfg", text)
        return await live.apply(change)
    }

    /// What one command is answered.
    func ask(_ command: String) async throws -> String {
        try await RuntimeSocket(address: socket, limits: HAProxyLimits()).open().ask([command])[0]
    }

    /// The process that serves.
    func servingProcess() async throws -> Int32 { try WorkerFacts(try await ask("show info"), of: socket).pid }

    /// The servers that it knows.
    func servers() async throws -> [String: ServersState.Server] {
        var state = ServersState()
        try state.add(try await ask("show servers state app"))
        return state.backends["app"] ?? [:]
    }

    /// Asks until `condition` holds.
    static func wait(
        within duration: Duration = .seconds(20), until what: String, _ condition: () async throws -> Bool
    ) async throws {
        let deadline = Deadline.after(duration)
        while try await !condition() {
            if deadline.hasPassed { throw LabError("not \(what) after \(duration)") }
            // Another program's state gives no event.
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// What it has printed.
    var tail: String { process.tail }

    /// Ends it.
    func stop() { process.signal(SIGTERM) }
}
