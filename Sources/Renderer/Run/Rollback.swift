/// Puts good versions of files back (`portico render --rollback`).
public struct Rollback: Sendable {
    private let configuration: RenderConfiguration
    private let environment: [String: String]

    /// One for the templates of `configuration`.
    public init(_ configuration: RenderConfiguration, environment: [String: String]) {
        self.configuration = configuration
        self.environment = environment
    }

    /// Puts the good version before the present one into its place, through the template's check, and runs its command.
    ///
    /// - Parameter destinations: the files; none: every template's.
    /// - Returns: a line for each file.
    public func run(_ destinations: [String]) async throws(RunFailure) -> [String] {
        let known = configuration.templates.compactMap(\.destination)
        if let stranger = destinations.first(where: { !known.contains($0) }) {
            throw RunFailure(
                .badConfiguration,
                "--rollback: \(stranger): no template makes it: it is one of \(known.joined(separator: ", "))")
        }
        let environment = environment.merging(configuration.commandEnvironment) { $1 }
        let surroundings = OutputFile.Surroundings(
            stateFolder: StateFolder.path(configuration.stateDirectory, environment: self.environment),
            environment: environment, print: { _ in }, warn: { _ in })
        var lines: [String] = []
        var commands: [ExecSettings] = []
        var files: [OutputFile] = []
        for settings in configuration.templates {
            guard let path = settings.destination, destinations.isEmpty || destinations.contains(path) else { continue }
            let file = OutputFile(settings, surroundings)
            let number: Int?
            do throws(FileFailure) {
                number = try await file.rollBack()
            } catch {
                throw RunFailure(.runFailed, error.description)
            }
            guard let number else {
                lines.append("\(path): no good version but the present one is kept")
                continue
            }
            lines.append("\(path): version \(number)")
            files.append(file)
            if let command = settings.command, !commands.contains(command) { commands.append(command) }
        }
        for command in commands {
            do throws(ProcessFailure) {
                try await CommandRun(command, environment: environment).run()
            } catch {
                throw RunFailure(.runFailed, error.description)
            }
        }
        for file in files {
            if let written = await file.written { await file.succeeded(with: written) }
        }
        return lines
    }
}
