public import Foundation
import Synchronization

/// A program that runs beside the test and never outlives it.
///
/// It leads a process group of its own, which is killed when the last reference goes and when the test process exits;
/// and the kernel kills the program itself should the test process be killed.
public final class ChildProcess: Sendable {
    /// How a program ended.
    public enum Ending: Sendable, Equatable {
        /// With this status.
        case exited(Int32)
        /// By this signal.
        case signalled(Int32)
    }

    private struct State {
        var ending: Ending?
        var lines: [String] = []
        var unfinished: [UInt8] = []
        var openPipes = 2
    }

    /// Lines that are kept of what the program prints.
    private static let lineLimit = 400_000
    /// Groups that are to be killed when this process exits.
    private static let groups = Mutex<Set<pid_t>>([])
    private static let atExit: Void = {
        _ = atexit { ChildProcess.groups.withLock { groups in groups.forEach { _ = Glibc.kill(-$0, SIGKILL) } } }
    }()

    /// The program's name, for messages.
    public let name: String
    /// Its process id, and its group's.
    public let id: pid_t
    private let state: Guarded<State>

    /// Starts `program`.
    ///
    /// - Parameters:
    ///   - environment: what is set besides our own environment.
    ///   - folder: its working directory.
    public init(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], in folder: String? = nil
    ) throws {
        _ = Self.atExit
        self.name = URL(fileURLWithPath: program).lastPathComponent
        self.state = Guarded(State())
        var command = [program] + arguments
        if let folder { command = ["/bin/sh", "-c", #"cd "$1" && shift && exec "$@""#, "sh", folder] + command }
        if let setpriv = Repository.program("setpriv") {
            command = [setpriv, "--pdeathsig", "KILL", "--"] + command
        }
        let output = try Pipe.make()
        let errors = try Pipe.make()
        let all = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        self.id = try SpawnThread.shared.spawn(
            command, environment: all.map { "\($0)=\($1)" }, output: output.write, errors: errors.write)
        close(output.write)
        close(errors.write)
        let id = self.id
        Self.groups.withLock { _ = $0.insert(id) }
        self.follow(output.read)
        self.follow(errors.read)
        let state = self.state
        Thread.detachNewThread {
            let ending = Self.waitForEnd(of: id)
            state.change { $0.ending = ending }
        }
    }

    deinit {
        _ = Glibc.kill(-self.id, SIGKILL)
        let id = self.id
        Self.groups.withLock { _ = $0.remove(id) }
    }

    /// How it ended, nil while it runs.
    public var ending: Ending? { self.state.read { $0.ending } }

    /// What it has printed so far, standard output and errors together, by line.
    public var lines: [String] { self.state.read { $0.lines } }

    /// Sends it a signal.
    public func signal(_ number: Int32) {
        self.state.read { state in
            if state.ending == nil { _ = Glibc.kill(self.id, number) }
        }
    }

    /// Waits for its end.
    public func waitForEnd(within duration: Duration = .seconds(20)) throws -> Ending {
        guard let ending = self.state.wait(until: .after(duration), for: { $0.ending }) else {
            throw LabError("\(self.name) still runs after \(duration); it printed: \(self.tail)")
        }
        return ending
    }

    /// Waits until its output has ended, which is after the program and all its children have.
    public func waitForOutput(within duration: Duration = .seconds(20)) throws -> [String] {
        let lines = self.state.wait(until: .after(duration)) { $0.openPipes == 0 ? $0.lines : nil }
        guard let lines else { throw LabError("\(self.name) has not closed its output after \(duration)") }
        return lines
    }

    /// Kills it and everything in its group, and waits for its end.
    @discardableResult
    public func kill() throws -> Ending {
        _ = Glibc.kill(-self.id, SIGKILL)
        return try self.waitForEnd()
    }

    /// Waits for a printed line that `matches`.
    @discardableResult
    public func waitForLine(
        within duration: Duration = .seconds(20), _ what: String, _ matches: (String) -> Bool
    ) throws -> String {
        let found: String?? = self.state.wait(until: .after(duration)) { state in
            if let line = state.lines.last(where: matches) { return .some(line) }
            return state.openPipes == 0 ? .some(nil) : nil
        }
        guard let line = found ?? nil else { throw LabError("\(self.name) never printed \(what): \(self.tail)") }
        return line
    }

    /// Waits until `condition` holds, asking it again and again; fails at once if the program ends.
    public func wait(
        within duration: Duration = .seconds(20), until what: String, _ condition: () throws -> Bool
    ) throws {
        let deadline = Deadline.after(duration)
        while true {
            if try condition() { return }
            if let ending = self.ending { throw LabError("\(self.name) ended (\(ending)): \(self.tail)") }
            if deadline.hasPassed { throw LabError("\(self.name): not \(what) after \(duration): \(self.tail)") }
            _ = self.state.wait(until: .after(.milliseconds(5))) { $0.ending }
        }
    }

    /// Waits until `port` at 127.0.0.1 accepts connections.
    public func waitForPort(_ port: UInt16, within duration: Duration = .seconds(20)) throws {
        try self.wait(within: duration, until: "listening at 127.0.0.1:\(port)") {
            (try? Socket.connect(port: port, timeout: .seconds(1))) != nil
        }
    }

    /// Its last words.
    public var tail: String { self.lines.suffix(20).joined(separator: "\n") }

    private func follow(_ pipe: Int32) {
        let state = self.state
        Thread.detachNewThread {
            var unfinished: [UInt8] = []
            while let piece = Pipe.read(pipe) {
                unfinished += piece
                var start = 0
                var fresh: [String] = []
                while let end = unfinished[start...].firstIndex(of: 10) {
                    fresh.append(String(decoding: unfinished[start..<end], as: UTF8.self))
                    start = end + 1
                }
                unfinished.removeFirst(start)
                if !fresh.isEmpty {
                    state.change { state in
                        state.lines += fresh
                        if state.lines.count > Self.lineLimit { state.lines.removeFirst(Self.lineLimit / 2) }
                    }
                }
            }
            close(pipe)
            state.change { state in
                if !unfinished.isEmpty { state.lines.append(String(decoding: unfinished, as: UTF8.self)) }
                state.openPipes -= 1
            }
        }
    }

    private static func waitForEnd(of id: pid_t) -> Ending {
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0 {
            if errno != EINTR { return .exited(-1) }
        }
        return status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .signalled(status & 0x7f)
    }
}
