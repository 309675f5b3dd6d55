import ArgumentParser
import Dispatch
import Glibc
import KeyValue
import Logging
import ServiceLifecycle

extension KVCommand {
    /// `portico kv serve`.
    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Serve the embedded store in Consul's HTTP API until SIGINT or SIGTERM.",
            discussion: "curl, the consul program, consul-template and registrator can then use it.")

        @OptionGroup var options: StoreOptions
        @Option(help: "Where to listen.") var storeListen = "127.0.0.1:8500"

        func run() async throws {
            guard case .embedded(let directory) = try options.url() else {
                KVCommand.tell("serve: \(try options.url()): only the embedded store is served: --store embedded:DIR")
                throw ExitCode(2)
            }
            var logger = Logger(label: "portico.store", factory: StreamLogHandler.standardError(label:))
            logger.logLevel = .warning
            try await KVCommand.run {
                let store = try EmbeddedStore(directory: directory)
                let server = ConsulAPIServer(store: store, address: storeListen, logger: logger)
                try await serve(server, store, logger)
                try await store.close()
            }
        }

        private func serve(_ server: ConsulAPIServer, _ store: EmbeddedStore, _ logger: Logger) async throws {
            let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: logger))
            let sources = [SIGTERM, SIGINT].map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number)
                source.setEventHandler { Task { await group.triggerGracefulShutdown() } }
                source.resume()
                return source
            }
            defer { for source in sources { source.cancel() } }
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                let port = try await server.boundPort()
                KVCommand.tell("\(store.name): served in Consul's HTTP API at \(storeListen) (port \(port))")
                try await tasks.waitForAll()
            }
        }
    }
}
