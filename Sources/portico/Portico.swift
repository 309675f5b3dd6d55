import ArgumentParser
import Glibc

/// The program: each layer of the cluster is a subcommand of it.
@main
struct Portico: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "portico",
        abstract: "The edge of a Docker cluster: a gateway whose backend tables follow a key-value store.",
        discussion: "Exit status: 0 done, 1 failed, 2 usage, 78 configuration.",
        version: VersionCommand.version,
        subcommands: [
            EdgeCommand.self, DemoCommand.self, KVCommand.self, RenderCommand.self, TemplateCommand.self,
            RegistratorCommand.self, SwarmCommand.self,
            ExplainCommand.self, TopCommand.self, CertsCommand.self, VersionCommand.self,
        ])

    /// Runs the command that the arguments name.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error)
        }
    }

    /// Ends as ArgumentParser would, but for bad usage: that is status 2 by the contract, not sysexits' 64.
    private static func end(with error: any Error) -> Never {
        guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
        let text = Array((fullMessage(for: error) + "\n").utf8)
        // Safety: the array outlives the call, which gets its true size.
        _ = unsafe write(STDERR_FILENO, text, text.count)
        exit(withError: ExitCode(2))
    }
}
