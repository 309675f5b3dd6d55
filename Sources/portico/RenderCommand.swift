import ArgumentParser
import GoFlags
import Glibc
import Logging
import Renderer

/// `portico render`: templates of consul-template's kind, rendered from the store into files.
///
/// Its flags are consul-template's and follow Go's rules, so they are taken as they stand.
struct RenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Render templates from the store, check them, and reload what reads them.",
        discussion: """
            consul-template's flags, configuration files and templates work; flags may have one dash or two. \
            `portico render -h` lists them.

            Exit status, as consul-template's: 0 done, 11 failed, 12 ended by a signal, 13 flags, 14 a template, check, \
            write or command failed, 15 configuration; in exec mode the child's own.
            """)

    @Argument(parsing: .captureForPassthrough, help: "consul-template's flags, and Portico's own.")
    var arguments: [String] = []

    func run() async throws {
        throw ExitCode(await exit().status)
    }

    private func exit() async -> RenderExit {
        let options: RenderOptions
        let destinations: [String]
        do throws(RenderFlagError) {
            (options, destinations) = try Self.parse(arguments)
        } catch {
            if error.isHelp {
                KVCommand.writeLine(RenderFlags.usageText)
            } else {
                KVCommand.tell("\(error)")
            }
            return error.exit
        }
        if options.showsVersion {
            KVCommand.writeLine("portico \(VersionCommand.version)")
            return .done
        }
        let environment = KVCommand.environment
        let loader = ConfigurationLoader(options, environment: environment)
        let configuration: RenderConfiguration
        do throws(ConfigurationFailure) {
            configuration = try loader.load()
        } catch {
            for error in error.errors { KVCommand.tell(error.description) }
            return .badConfiguration
        }
        for notice in configuration.notices { KVCommand.tell("\(notice)") }
        if options.rollsBack { return await Self.rollBack(configuration, destinations, environment) }
        if options.isParseOnly { return Self.check(configuration) }
        return await Self.run(configuration, options, loader, environment)
    }

    /// The options, and the files that `--rollback` names.
    private static func parse(
        _ arguments: [String]
    ) throws(RenderFlagError) -> (options: RenderOptions, destinations: [String]) {
        do throws(FlagError) {
            let parsed = try RenderFlags.flags.parse(arguments)
            if parsed.options.rollsBack { return (parsed.options, parsed.arguments) }
        } catch {
            throw .flag(error)
        }
        return (try RenderFlags.parse(arguments), [])
    }

    private static func check(_ configuration: RenderConfiguration) -> RenderExit {
        do throws(RunFailure) {
            try RenderRun.check(configuration)
            return .done
        } catch {
            KVCommand.tell(error.description)
            return error.exit
        }
    }

    private static func rollBack(
        _ configuration: RenderConfiguration, _ destinations: [String], _ environment: [String: String]
    ) async -> RenderExit {
        let rollback = Rollback(configuration, environment: environment)
        do throws(RunFailure) {
            for line in try await rollback.run(destinations) { KVCommand.writeLine(line) }
            return .done
        } catch {
            KVCommand.tell(error.description)
            return error.exit
        }
    }

    private static func run(
        _ configuration: RenderConfiguration, _ options: RenderOptions, _ loader: ConfigurationLoader,
        _ environment: [String: String]
    ) async -> RenderExit {
        let logger: Logger
        do throws(RunFailure) {
            logger = try RenderLog(configuration.log).logger(label: "portico.render")
        } catch {
            KVCommand.tell(error.description)
            return error.exit
        }
        let notifier = EdgeCommand.ServiceNotifier(environment: environment)
        let signals = RenderSignals(configuration)
        let run = RenderRun(
            configuration, isOnce: options.isOnce, isDry: options.isDry,
            surroundings: RenderRun.Surroundings(
                environment: environment, logger: logger, print: { KVCommand.write($0) }, signals: signals.stream,
                reread: { try loader.load() },
                tell: { stage in
                    switch stage {
                    case .ready(let status): notifier.ready(status: status)
                    case .reloading: notifier.reloading()
                    case .stopping: notifier.stopping()
                    }
                }))
        let exit = await run.run()
        signals.end()
        return exit
    }
}
