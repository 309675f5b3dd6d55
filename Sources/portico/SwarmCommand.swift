import ArgumentParser
import CLinux
import Logging
import Swarm

/// `portico swarm`: one Docker API over many engines.
///
/// Its flags are classic Docker Swarm's and follow Go's rules, so they are taken as they stand.
struct SwarmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swarm", abstract: "One Docker API over many engines.",
        discussion: """
            Classic Docker Swarm's commands and flags work: manage, join, list, create; flags may have one dash or two, and \
            stand before the discovery's URL. `portico swarm --help` lists them.

            Exit status: 0 done, 1 failed, 2 usage.
            """)

    @Argument(parsing: .captureForPassthrough, help: "A command, its flags, and where the engines are told.")
    var arguments: [String] = []

    func run() async throws {
        do throws(SwarmUsageError) {
            let line = try SwarmCommandLine(arguments, environment: KVCommand.environment)
            try await Self.run(line)
        } catch {
            if error.isHelp { KVCommand.writeLine("\(error)") } else { KVCommand.tell("\(error)") }
            throw ExitCode(error.exitStatus)
        }
    }

    private static func run(_ line: SwarmCommandLine) async throws(SwarmUsageError) {
        var logger = Logger(label: "portico.swarm", factory: StreamLogHandler.standardError(label:))
        logger.logLevel = line.options.level
        switch line.command {
        case .version: KVCommand.writeLine("swarm version 1.2.9 (portico \(VersionCommand.version))")
        case .create:
            throw SwarmUsageError(
                "create: Docker's discovery service was switched off in 2019, and there are no tokens any more: "
                    + "`portico swarm join consul://HOST:PORT/NAME` makes a cluster of that name",
                exitStatus: 1)
        case .list(let options, let discovery):
            let surroundings = SwarmSurroundings(
                environment: KVCommand.environment, logger: logger,
                stops: AsyncStream(bufferingPolicy: .bufferingNewest(1)) { $0.finish() })
            guard let nodes = await (try ListRun(options, discovery: discovery, surroundings: surroundings)).run()
            else { throw SwarmUsageError("Timed out", exitStatus: 1) }
            for node in nodes { KVCommand.writeLine(node) }
        case .join(let options, let discovery):
            let setting = Setting(logger)
            let run = try JoinRun(options, discovery: discovery, surroundings: setting.surroundings)
            await run.run()
            setting.end()
        case .manage(let options, let discovery):
            // An engine takes two files or three: a thousand of them more than the usual limit.
            _ = portico_raise_file_limit()
            let setting = Setting(logger)
            let run = try ManagerRun(
                options, discovery: discovery, release: VersionCommand.version, surroundings: setting.surroundings)
            try await run.run()
            setting.end()
        case .node(let action, let options):
            let run = try NodeRun(action, options, environment: KVCommand.environment, logger: logger)
            KVCommand.writeLine(try await run.run())
        }
    }

    /// Signals and systemd, for the commands that go on until they are ended.
    private struct Setting {
        let surroundings: SwarmSurroundings
        private let listener: Task<Void, Never>

        init(_ logger: Logger) {
            let signals = EdgeCommand.SignalStream()
            let notifier = EdgeCommand.ServiceNotifier(environment: KVCommand.environment)
            let (stops, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(2))
            listener = Task {
                for await signal in signals.signals where signal == .stop { continuation.yield() }
            }
            surroundings = SwarmSurroundings(environment: KVCommand.environment, logger: logger, stops: stops) {
                stage in
                switch stage {
                case .ready(let status): notifier.ready(status: status)
                case .stopping: notifier.stopping()
                }
            }
        }

        func end() { listener.cancel() }
    }
}
