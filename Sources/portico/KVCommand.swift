import ArgumentParser
import Glibc
import KeyValue
import Logging

/// `portico kv`: a client for every store, and the embedded store served.
struct KVCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kv", abstract: "Read, write and watch a store, or serve the embedded one.",
        discussion: """
            Stores: embedded:DIR (default embedded:./portico-data), consul://[TOKEN@]HOST:PORT[,HOST:PORT], consuls:// \
            for TLS, consul-catalog:// (consuls-catalog://) for the services of Consul's catalog, \
            etcd://[USER:PASSWORD@]HOST:PORT[,HOST:PORT][/ROOT], etcds:// for TLS, file:PATH (YAML or JSON). \
            CONSUL_HTTP_ADDR, CONSUL_HTTP_TOKEN, CONSUL_CACERT and the like are honoured, and so are ETCDCTL_ENDPOINTS, \
            ETCDCTL_USER, ETCDCTL_CACERT and the like.

            Exit status: 0 done, 1 failed (no such key, a compare-and-set that lost, a store that is away), 2 usage, \
            78 configuration.
            """,
        subcommands: [Get.self, Put.self, Delete.self, List.self, Watch.self, Serve.self])

    /// Which store; every subcommand has it.
    struct StoreOptions: ParsableArguments {
        @Option(help: "The store's URL. Default: PORTICO_STORE, else embedded:./portico-data.")
        var store: String?

        /// The store's URL; one that is malformed ends the command: with 2 if it was an option, 78 if a variable.
        func url() throws -> StoreURL {
            do {
                if let store { return try StoreURL(store) }
            } catch {
                throw KVCommand.failure(error, status: 2)
            }
            do {
                if let store = KVCommand.environment["PORTICO_STORE"], !store.isEmpty { return try StoreURL(store) }
            } catch {
                throw KVCommand.failure(error, status: 78)
            }
            return .standard
        }

        /// Opens the store.
        func open() throws -> any KeyValueStore {
            let url = try url()
            do {
                return try openStore(
                    url, environment: KVCommand.environment,
                    logger: Logger(label: "portico.kv") { _ in SwiftLogNoOpLogHandler() })
            } catch {
                throw KVCommand.failure(error)
            }
        }
    }

    /// Runs `body`; what a store throws is told on standard error and becomes the exit status.
    static func run(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as KeyValueError {
            throw failure(error)
        }
    }

    /// Tells an error and gives the exit status that stands for it.
    static func failure(_ error: KeyValueError, status: Int32? = nil) -> ExitCode {
        tell(error.description)
        if let status { return ExitCode(status) }
        switch error.kind {
        case .unavailable, .denied, .garbled, .unsupported: return ExitCode(1)
        case .invalid: return ExitCode(error.description.hasPrefix("store: ") ? 78 : 1)
        }
    }

    /// Says something on standard error.
    static func tell(_ text: String) {
        write(Array("portico: \(text)\n".utf8), to: STDERR_FILENO)
    }
}
