import Lab

/// `portico render`, running, with a folder of its own for what it reads and writes.
final class RenderProcess: Sendable {
    /// Its folder.
    let folder: ScratchFolder
    let child: ChildProcess

    /// Starts it with the configuration `hcl`, in which `FOLDER` stands for its folder.
    init(
        _ hcl: String, _ arguments: [String] = [], in folder: ScratchFolder, environment: [String: String] = [:]
    ) throws {
        self.folder = folder
        let file = try folder.write("render.hcl", Self.configuration(hcl, in: folder))
        child = try ChildProcess(
            Repository.portico(), ["render", "-config", file, "-log-level", "info"] + arguments,
            environment: environment,
            in: folder.path)
    }

    /// Runs it to its end.
    static func run(
        _ hcl: String, _ arguments: [String] = ["-once"], in folder: ScratchFolder, environment: [String: String] = [:],
        within duration: Duration = .seconds(20)
    ) throws -> Command.Outcome {
        let file = try folder.write("render.hcl", configuration(hcl, in: folder))
        return try Command.run(
            Repository.portico(), ["render", "-config", file] + arguments, in: folder.path, environment: environment,
            within: duration)
    }

    private static func configuration(_ hcl: String, in folder: ScratchFolder) -> String {
        "state_dir = \"\(folder.path)/state\"\n" + hcl.replacing("FOLDER", with: folder.path)
    }

    /// Waits until the file `name` holds `text`.
    func wait(for text: String, in name: String = "out", within duration: Duration = .seconds(20)) throws {
        try child.wait(within: duration, until: "\(name) with \(text.debugDescription)") {
            (try? folder.read(name)) == text
        }
    }

    /// Waits until a line that holds `text` was logged.
    func wait(forWord text: String, within duration: Duration = .seconds(20)) throws {
        try child.waitForLine(within: duration, text) { $0.contains(text) }
    }

    /// Ends it as systemd does.
    func stop() throws {
        child.signal(15)
        _ = try child.waitForEnd()
    }

    /// What it logged.
    var log: String { child.lines.joined(separator: "\n") }
}
