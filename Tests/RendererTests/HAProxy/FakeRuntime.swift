import CLinux
import Foundation
import Lab
import Synchronization

@testable import Renderer

/// A runtime API that behaves as HAProxy's does, until it is told to misbehave: for faults alone.
///
/// - Safety: descriptors belong to the threads that use them; what is shared is guarded.
final class FakeRuntime: Sendable {
    /// What becomes of a command.
    enum Twist: Sendable {
        /// It is carried out and answered.
        case none
        /// It is carried out, and answered with this instead.
        case reply(String)
        /// It is not carried out, but answered as if it was.
        case ignore
        /// These octets are sent, and no prompt.
        case raw(String)
        /// Nothing is ever answered.
        case hang
        /// The connection is closed.
        case close
        /// The whole is answered an octet at a time, each after so long.
        case drip(Duration)
    }

    private struct State {
        var model: RunningModel
        var twist: @Sendable (String) -> Twist = { _ in .none }
        var commands: [String] = []
        var connections: [Int32] = []
    }

    /// Where it listens.
    let address: RuntimeAddress
    private let folder: ScratchFolder
    private let listener: Int32
    private let state: Guarded<State>

    /// A process that has begun with `text`.
    init(_ text: String) throws {
        folder = try ScratchFolder()
        let path = "\(folder.path)/s.sock"
        guard let address = RuntimeAddress(path) else { throw LabError("no address \(path)") }
        self.address = address
        state = Guarded(State(model: RunningModel(startedWith: text)))
        listener = try Self.listen(path)
        let (listener, state) = (listener, state)
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                state.change { $0.connections.append(connection) }
                Thread.detachNewThread { Self.serve(connection, state) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        state.change { state in state.connections.forEach { shutdown($0, Int32(SHUT_RDWR)) } }
    }

    /// Sets what becomes of commands from now on.
    func twist(_ twist: @escaping @Sendable (String) -> Twist) {
        state.change { $0.twist = twist }
    }

    /// All commands so far that were carried out.
    var commands: [String] { state.read { $0.commands } }

    private static func listen(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0, Glibc.listen(descriptor, 16) == 0 else { throw LabError("listen at \(path): \(errno)") }
        return descriptor
    }

    private static func serve(_ connection: Int32, _ state: Guarded<State>) {
        var (buffer, isPrompting): ([UInt8], Bool) = ([], false)
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe read(connection, &chunk, 4096)
            guard count > 0 else { break }
            buffer += chunk[..<count]
            while let end = buffer.firstIndex(of: 10) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeFirst(end + 1)
                for command in line.split(separator: ";").map(String.init) {
                    guard answer(command, connection, state) else { return }
                }
                if line == "prompt" { isPrompting = true }
                if !isPrompting {
                    shutdown(connection, Int32(SHUT_RDWR))
                    return
                }
            }
        }
    }

    /// Answers a command; false once the connection is of no more use.
    private static func answer(_ command: String, _ connection: Int32, _ state: Guarded<State>) -> Bool {
        let twist = state.read { $0.twist(command) }
        var reply = ""
        switch twist {
        case .hang: return true
        case .close:
            shutdown(connection, Int32(SHUT_RDWR))
            return false
        case .raw(let text): return send(text, connection)
        case .ignore:
            var model = state.read { $0.model }
            reply = run(command, &model)
        default:
            reply = state.change { state in
                state.commands.append(command)
                return run(command, &state.model)
            }
        }
        if case .reply(let text) = twist { reply = text }
        let whole = "\(reply)\n> "
        guard case .drip(let pause) = twist else { return send(whole, connection) }
        for octet in whole {
            Deadline.after(pause).pass()
            guard send(String(octet), connection) else { return false }
        }
        return true
    }

    private static func run(_ command: String, _ model: inout RunningModel) -> String {
        let words = command.split(separator: " ").map(String.init)
        if command == "prompt" { return "" }
        if command == "show info" {
            return "Name: HAProxy\nVersion: 2.6.12-1\nPid: 4711\nUptime: 0d 0h00m01s\nStopping: 0\n"
        }
        if command.hasPrefix("show servers state ") {
            var text = "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_port\n"
            for (name, server) in (model.state.backends[words[3]] ?? [:]).sorted(by: { $0.key < $1.key }) {
                let admin = (server.isInMaintenance ? 1 : 0) | (server.isDraining ? 8 : 0)
                text +=
                    "2 \(words[3]) 1 \(name) \(server.host) \(server.isUp ? 2 : 0) \(admin) \(server.weight) \(server.port)\n"
            }
            return text
        }
        if command.hasPrefix("show servers conn ") {
            let names = model.state.backends[words[3]] ?? [:]
            return "# bkname/svname bkid/svid addr port - purge_delay used_cur\n"
                + names.keys.map { "\(words[3])/\($0) 2/1 10.0.0.1 80 - 5000 0\n" }.joined()
        }
        return model.run(command)
    }

    private static func send(_ text: String, _ connection: Int32) -> Bool {
        var rest = Array(text.utf8)
        while !rest.isEmpty {
            let count = unsafe Glibc.send(connection, rest, rest.count, Int32(MSG_NOSIGNAL))
            guard count > 0 else { return false }
            rest.removeFirst(count)
        }
        return true
    }
}
