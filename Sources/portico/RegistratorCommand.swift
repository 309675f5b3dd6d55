import ArgumentParser
import Registrator

/// `portico registrator`: a host's containers in the store.
///
/// Its flags are gliderlabs' and follow Go's rules, so they are taken as they stand.
struct RegistratorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registrator", abstract: "Keep a store true to the containers of this Docker host.",
        discussion: """
            gliderlabs/registrator's flags, metadata and URIs work; flags may have one dash or two, and stand before the \
            URIs. `portico registrator -h` lists them.

            Registries: consul://HOST:PORT (the catalog), consulkv://HOST:PORT/PREFIX, etcd://HOST:PORT/PREFIX, \
            embedded:DIR, file:PATH; several are all kept.

            Exit status: 0 done, 1 failed, 2 usage.
            """)

    @Argument(parsing: .captureForPassthrough, help: "gliderlabs' flags, Portico's own, and where services are told.")
    var arguments: [String] = []

    func run() async throws {
        let options: RegistratorOptions
        let addresses: [String]
        do throws(RegistratorUsageError) {
            (options, addresses) = try RegistratorFlags.parse(arguments)
        } catch {
            if error.isHelp { KVCommand.writeLine("\(error)") } else { KVCommand.tell("\(error)") }
            throw ExitCode(error.exitStatus)
        }
        if options.showsVersion {
            KVCommand.writeLine("portico \(VersionCommand.version)")
            return
        }
        let ending: RegistratorRun.Ending
        do {
            let run = try RegistratorSetup(options, addresses: addresses, environment: KVCommand.environment)
            ending = await run.run()
        } catch {
            KVCommand.tell("\(error)")
            throw ExitCode(1)
        }
        guard ending == .done else { throw ExitCode(1) }
    }
}
