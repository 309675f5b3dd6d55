import ArgumentParser
import KeyValue
import Top

/// `portico top`: what a running edge does, live in the terminal.
struct TopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "Watch what a running edge does, live in the terminal.",
        discussion: """
            Services with their rates, errors, durations and endpoints, anew every two seconds; Enter opens a service's \
            endpoints, which d drains and u enables; p shows what is wrong, e what has happened, ? all keys.

            Without a terminal, or with --once, it prints one table and ends. NO_COLOR and TERM=dumb are honoured.

            Exit status: 0 done, 1 failed (no answer from the edge, a token is missing), 2 usage.
            """)

    @OptionGroup var options: AdminOptions
    @Flag(help: "Print one table of the services and end.") var once = false

    func run() async throws {
        let client = try options.client()
        let environment = KVCommand.environment
        let session = TopSession(client: client, environment: environment)
        do throws(AdminFailure) {
            if !once && TopSession.canDraw(environment: environment) {
                try await session.run()
            } else {
                for line in try await session.lines() { KVCommand.writeLine(line) }
            }
        } catch {
            await client.shutdown()
            KVCommand.tell(error.description)
            throw ExitCode(1)
        }
        await client.shutdown()
    }
}
