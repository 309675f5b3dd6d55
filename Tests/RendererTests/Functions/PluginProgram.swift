import Foundation
import Glibc
import Template

/// Runs the programs that templates name by `plugin`, with consul-template's words for what goes wrong.
enum PluginProgram {
    /// Seconds that a program may take.
    static let seconds = 30

    /// What the program `name` printed.
    ///
    /// One that cannot be started, fails or does not end in 30 seconds is an error that tells what it printed.
    static func run(_ name: String, _ arguments: [String]) throws -> [UInt8] {
        try run(name, arguments, seconds: seconds)
    }

    static func run(_ name: String, _ arguments: [String], seconds: Int) throws -> [UInt8] {
        let quoted = GoFormat.quote(name)
        let (output, errors) = (try SpillFile(), try SpillFile())
        func failure(_ reason: String) -> FunctionError {
            FunctionError(
                "exec \(quoted): \(reason)\n\nstdout:\n\n\(String(decoding: output.contents, as: UTF8.self))\n\nstderr:\n\n\(String(decoding: errors.contents, as: UTF8.self))"
            )
        }
        guard let path = path(of: name) else { throw failure(notFound(name)) }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output.handle
        process.standardError = errors.handle
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        do {
            try process.run()
        } catch {
            throw failure("fork/exec \(path): permission denied")
        }
        guard ended.wait(timeout: .now() + .seconds(seconds)) == .success else {
            kill(process.processIdentifier, SIGKILL)
            ended.wait()
            throw FunctionError("exec \(quoted): did not finish in \(seconds)s")
        }
        switch (process.terminationReason, process.terminationStatus) {
        case (.exit, 0): return output.contents
        case (.exit, let status): throw failure("exit status \(status)")
        default: throw failure("signal: \(process.terminationStatus)")
        }
    }

    private static func notFound(_ name: String) -> String {
        name.contains("/")
            ? "fork/exec \(name): no such file or directory"
            : "exec: \(GoFormat.quote(name)): executable file not found in $PATH"
    }

    private static func path(of name: String) -> String? {
        if name.contains("/") { return FileManager.default.fileExists(atPath: name) ? name : nil }
        let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return folders.split(separator: ":").map { "\($0)/\(name)" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }
}

/// A file without a name that takes what a program prints, however much and whenever it is read.
private final class SpillFile {
    let handle: FileHandle

    init() throws {
        let folder = FileManager.default.temporaryDirectory
        let url = folder.appending(path: "portico-plugin-\(UUID().uuidString)")
        guard FileManager.default.createFile(atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forUpdatingAtPath: url.path)
        else { throw FunctionError("no temporary file for a program's output") }
        try? FileManager.default.removeItem(at: url)
        self.handle = handle
    }

    /// What was printed so far, up to what a text may have.
    var contents: [UInt8] {
        try? handle.seek(toOffset: 0)
        return ((try? handle.read(upToCount: 1 << 20)) ?? nil).map { Array($0) } ?? []
    }
}
