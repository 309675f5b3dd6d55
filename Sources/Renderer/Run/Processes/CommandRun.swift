internal import Glibc

/// A template's command, run to its end.
struct CommandRun: Sendable {
    var settings: ExecSettings
    /// What it finds in its environment.
    var environment: [String: String]

    /// A command, in what its filter leaves of `environment`.
    init(_ settings: ExecSettings, environment: [String: String]) {
        self.settings = settings
        self.environment = settings.environment.apply(to: environment)
    }

    /// Runs it; what is over its time is killed with all that it has started.
    ///
    /// With a time of zero it is started and not waited for.
    func run(with further: [String] = []) async throws(ProcessFailure) {
        let command = settings.command
        let process = try RunningProcess(command.arguments + further, environment: environment, hasInput: true)
        let timeout = settings.timeout
        guard timeout > .zero else {
            // It still has to be waited for by somebody, or it stays a zombie.
            Task { await process.waitForEnd() }
            return
        }
        let watchdog = Task {
            try? await Task.sleep(for: timeout)
            guard !Task.isCancelled else { return false }
            process.signal(SIGKILL)
            return true
        }
        let ending = await withTaskCancellationHandler {
            await process.waitForEnd()
        } onCancel: {
            process.signal(SIGKILL)
        }
        watchdog.cancel()
        if await watchdog.value {
            throw ProcessFailure("command \(command.description.debugDescription): not done after \(timeout): killed")
        }
        guard ending.isSuccess else {
            throw ProcessFailure("command \(command.description.debugDescription): \(ending)")
        }
    }
}
