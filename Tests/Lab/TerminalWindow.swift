import Foundation

/// A terminal of tmux's with a shell in it: keys go in, the screen is read, and its size changes.
public final class TerminalWindow: Sendable {
    /// Where its shell begins.
    public let folder: ScratchFolder
    private let tmux: String
    private let server: ChildProcess
    private let socket: String

    /// A terminal of this size.
    ///
    /// - Parameter environment: what the shell and its programs have besides ours; the locale takes UTF-8.
    public init(rows: Int, columns: Int, environment: [String: String] = [:]) throws {
        folder = try ScratchFolder()
        tmux = try Command.path(of: "tmux")
        socket = "\(folder.path)/tmux"
        var environment = ["LC_ALL": "C.UTF-8", "PS1": "$ ", "HISTFILE": ""].merging(environment) { $1 }
        environment["TMUX"] = ""
        // In the foreground, so that it ends with this process; what runs in its terminals is hung up on then.
        server = try ChildProcess(tmux, ["-u", "-S", socket, "-f", "/dev/null", "-D"], environment: environment)
        try server.wait(until: "a terminal") {
            let outcome = try Command.run(
                tmux,
                [
                    "-N", "-u", "-S", socket, "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-c",
                    folder.path,
                    "bash", "--norc",
                ], environment: environment)
            return outcome.isSuccess
        }
        // Else the size is that of the last client.
        try command("set-option", "-g", "window-size", "manual")
        try wait(for: "a prompt") { $0.contains { $0.hasPrefix("$") } }
    }

    @discardableResult
    private func command(_ arguments: String...) throws -> [String] {
        try Command.output(tmux, ["-N", "-u", "-S", socket] + arguments).components(separatedBy: "\n")
    }

    /// Presses keys, by tmux's names: `Enter`, `C-c`, `Down`, `q`.
    public func press(_ keys: String...) throws {
        for key in keys { try command("send-keys", key) }
    }

    /// Types a line, and Enter.
    public func type(_ line: String) throws {
        try command("send-keys", "-l", line)
        try press("Enter")
    }

    /// What stands on the screen, row by row.
    public var screen: [String] { get throws { try command("capture-pane", "-p") } }

    /// What tmux knows of the terminal: `cursor_flag`, `alternate_on`.
    public func fact(_ name: String) throws -> String {
        try command("display-message", "-p", "#{\(name)}").first ?? ""
    }

    /// Changes its size.
    public func resize(rows: Int, columns: Int) throws {
        try command("resize-window", "-x", "\(columns)", "-y", "\(rows)")
    }

    /// Waits until the screen is as is wanted.
    @discardableResult
    public func wait(
        for what: String, within duration: Duration = .seconds(40), _ condition: ([String]) -> Bool
    ) throws -> [String] {
        let deadline = Deadline.after(duration)
        while true {
            let screen = try self.screen
            if condition(screen) { return screen }
            if deadline.hasPassed {
                throw LabError("the screen never showed \(what) in \(duration):\n\(screen.joined(separator: "\n"))")
            }
            Deadline.after(.milliseconds(30)).pass()
        }
    }
}
