import Foundation

/// Programs that run to their end, and what they said.
public enum Command {
    /// How a program ended and what it printed.
    public struct Outcome: Sendable {
        /// How it ended.
        public let ending: ChildProcess.Ending
        /// Standard output and errors together, by line.
        public let lines: [String]

        /// Whether it ended with 0.
        public var isSuccess: Bool { self.ending == .exited(0) }
        /// All that it printed.
        public var text: String { self.lines.joined(separator: "\n") }
    }

    /// Where a program is; an error that names the way to it, for `make test` installs what the tests need.
    public static func path(of name: String) throws -> String {
        guard let path = Repository.program(name) else {
            throw LabError("no \(name): scripts/install-packages test")
        }
        return path
    }

    /// Debian's own Python, which has Debian's modules, whatever else is on PATH.
    public static let python = "/usr/bin/python3"

    /// Runs a program and waits for its end.
    ///
    /// - Parameters:
    ///   - input: what it reads; nothing by default.
    public static func run(
        _ name: String, _ arguments: [String], input: String? = nil, in folder: String? = nil,
        environment: [String: String] = [:], within duration: Duration = .seconds(20)
    ) throws -> Outcome {
        let program = try name.hasPrefix("/") ? name : self.path(of: name)
        let child: ChildProcess
        let scratch = try ScratchFolder()
        if let input {
            let file = try scratch.write("input", input)
            child = try ChildProcess(
                "/bin/sh", ["-c", #"f=$1; shift; exec "$@" < "$f""#, "sh", file, program] + arguments,
                environment: environment, in: folder)
        } else {
            child = try ChildProcess(program, arguments, environment: environment, in: folder)
        }
        let lines = try child.waitForOutput(within: duration)
        return Outcome(ending: try child.waitForEnd(within: .seconds(5)), lines: lines)
    }

    /// Runs a program that must end with 0, and gives what it printed.
    @discardableResult
    public static func output(
        _ name: String, _ arguments: [String], input: String? = nil, in folder: String? = nil,
        within duration: Duration = .seconds(20)
    ) throws -> String {
        let outcome = try self.run(name, arguments, input: input, in: folder, within: duration)
        guard outcome.isSuccess else {
            throw LabError("\(name) \(arguments.joined(separator: " ")): \(outcome.ending): \(outcome.text)")
        }
        return outcome.text
    }

    /// Runs a script with Debian's Python; a module that it lacks is an error that says how to get it.
    public static func script(
        _ text: String, _ arguments: [String] = [], within duration: Duration = .seconds(20)
    ) throws -> Outcome {
        let scratch = try ScratchFolder()
        return try self.run(
            self.python, [scratch.write("script.py", text)] + arguments, environment: self.quietPython, within: duration
        )
    }

    /// Starts a script with Debian's Python that serves until it is killed, and waits for the port that it prints.
    ///
    /// - Returns: the running script and its port, from a line `port N`.
    public static func server(
        _ text: String, _ arguments: [String] = [], in folder: ScratchFolder
    ) throws -> (process: ChildProcess, port: UInt16) {
        let file = try folder.write("server-\(UUID().uuidString).py", text)
        let process = try ChildProcess(self.python, ["-u", file] + arguments, environment: self.quietPython)
        let line = try process.waitForLine("its port") { $0.hasPrefix("port ") }
        guard let port = UInt16(line.dropFirst(5)) else { throw LabError("no port in \(line.debugDescription)") }
        return (process, port)
    }

    private static let quietPython = ["PYTHONDONTWRITEBYTECODE": "1", "GRPC_VERBOSITY": "NONE"]
}
