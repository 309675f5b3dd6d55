internal import GoFlags
internal import Template

/// Programs that templates name by `plugin`, with consul-template's words for what goes wrong.
extension TemplateEffects {
    /// consul-template's time for a plugin.
    static let pluginTimeout = Duration.seconds(30)

    /// What the program `name` printed.
    ///
    /// One that cannot be started, fails or does not end in time is an error that tells what it printed.
    static func runPlugin(
        _ name: String, _ arguments: [String], environment: [String: String], timeout: Duration = pluginTimeout
    ) throws -> [UInt8] {
        let quoted = GoFormat.quote(name)
        func failure(_ reason: String, _ outcome: CapturedRun.Outcome = .init()) -> ProcessFailure {
            ProcessFailure(
                """
                exec \(quoted): \(reason)

                stdout:

                \(String(decoding: outcome.output, as: UTF8.self))

                stderr:

                \(String(decoding: outcome.errors, as: UTF8.self))
                """)
        }
        if let obstacle = obstacle(to: name, path: environment["PATH"] ?? "") { throw failure(obstacle) }
        let run = CapturedRun(arguments: [name] + arguments, environment: environment, timeout: timeout)
        let outcome: CapturedRun.Outcome
        do throws(ProcessFailure) {
            outcome = try run.block()
        } catch {
            throw failure("fork/exec \(error)")
        }
        switch outcome.ending {
        case .exited(0): return outcome.output
        case .exited(let status): throw failure("exit status \(status)", outcome)
        case .signalled(let signal): throw failure("signal: \(signalText(signal))", outcome)
        case nil: throw ProcessFailure("exec \(quoted): did not finish in \(timeout.goText)")
        }
    }

    /// Why there is no such program to start.
    private static func obstacle(to name: String, path: String) -> String? {
        if name.contains("/") {
            guard let standing = try? DiskFile(name).standing() else {
                return "fork/exec \(name): no such file or directory"
            }
            return isProgram(standing) ? nil : "fork/exec \(name): permission denied"
        }
        let isFound = path.split(separator: ":").contains { folder in
            (try? DiskFile("\(folder)/\(name)").standing()).flatMap { $0 }.map(isProgram) ?? false
        }
        return isFound ? nil : "exec: \(GoFormat.quote(name)): executable file not found in $PATH"
    }

    private static func isProgram(_ standing: DiskFile.Standing) -> Bool {
        standing.isRegular && standing.mode & 0o111 != 0
    }

    /// What Go calls a signal; most are not sent to programs from outside.
    private static func signalText(_ number: Int32) -> String {
        let names: [Int32: String] = [
            1: "hangup", 2: "interrupt", 3: "quit", 4: "illegal instruction", 6: "aborted", 7: "bus error",
            8: "floating point exception", 9: "killed", 10: "user defined signal 1", 11: "segmentation fault",
            12: "user defined signal 2", 13: "broken pipe", 14: "alarm clock", 15: "terminated",
        ]
        return names[number] ?? "signal \(number)"
    }
}
