import ArgumentParser
import CLinux
import Control
import Discovery
import Gateway
import Glibc
import KeyValue
import Logging

extension EdgeCommand {
    /// An edge from its start to the end of its drain: the store, the two planes, the signals.
    struct RunningEdge {
        /// Where the embedded store's API listens if nothing is said.
        static let storeListenDefault = "127.0.0.1:8500"
        /// How long the edge waits for a first table before it serves without one.
        private static let firstTableWait: Duration = .seconds(3)

        /// Where services come from.
        enum Source: CustomStringConvertible {
            /// A store.
            case store(StoreURL)
            /// The containers of the engine that `DOCKER_HOST` names.
            case engine

            var description: String {
                switch self {
                case .store(let url): url.description
                case .engine: "the local Docker engine"
                }
            }
        }

        private let loader: ConfigurationLoader
        private let configuration: EdgeConfiguration
        private let environment: [String: String]
        private let store: any KeyValueStore
        private let engine: LocalEngine?
        private let gateway: Gateway
        private let controller: Controller
        private let logger: Logger

        /// Opens the store and binds the listeners.
        init(
            loader: ConfigurationLoader, configuration: EdgeConfiguration, source: Source,
            environment: [String: String], logger: Logger
        ) throws {
            self.loader = loader
            self.configuration = configuration
            self.environment = environment
            self.logger = logger
            // The store first: a second edge on the same embedded store ends here, before it shares the listeners.
            switch source {
            case .store(let url):
                store = try openStore(url, environment: environment, logger: logger)
                engine = nil
            case .engine:
                let engine = try LocalEngine(
                    environment: environment, prefix: configuration.prefixes.services, logger: logger)
                store = engine.store
                self.engine = engine
            }
            gateway = try Gateway(configuration: configuration.gateway)
            var directory = "./portico-data"
            if case .store(.embedded(let path)) = source { directory = path }
            var surroundings = Controller.Surroundings(
                installer: gateway, stateDirectory: configuration.stateDirectory ?? directory, logger: logger)
            surroundings.certificateInstaller = gateway
            surroundings.endpointEvents = gateway.endpointEvents
            controller = Controller(store: store, configuration: configuration, surroundings: surroundings)
        }

        /// Serves until SIGTERM or SIGINT, and then drains.
        func run() async throws {
            let signals = SignalStream()
            let notifier = ServiceNotifier(environment: environment)
            let pidFile = try loader.settings.pidFile.map { path in try PIDFile(path: path) }
            defer { pidFile?.remove() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                if let engine {
                    group.addTask { await engine.follow() }
                    await engine.waitUntilReady(timeout: Self.firstTableWait)
                }
                group.addTask { await controller.run() }
                try await serveStore(in: &group)
                if await !controller.waitUntilReady(timeout: Self.firstTableWait) {
                    logger.warning("the store has not answered yet, and there is no last good table: serving without")
                }
                try gateway.start()
                let names = configuration.listeners.map { $0.gateway.tls == nil ? $0.name : "\($0.name) (TLS)" }
                logger.notice("serving at \(names.joined(separator: ", "))")
                notifier.ready(status: "serving")
                // Most of what has run so far never runs again: what the process is seen to occupy is what serving needs.
                portico_forget_code()
                await follow(signals, notifier)
                await drain(signals, notifier)
                engine?.end()
                group.cancelAll()
                // Whoever was serving the store ends now; how is of no interest any more.
                while await group.nextResult() != nil {}
            }
            if let embedded = store as? EmbeddedStore { try await embedded.close() }
        }

        /// Serves an embedded store in Consul's API.
        private func serveStore(in group: inout ThrowingTaskGroup<Void, any Error>) async throws {
            guard let embedded = store as? EmbeddedStore else { return }
            let address = loader.settings.storeListen ?? Self.storeListenDefault
            let server = ConsulAPIServer(store: embedded, address: address, logger: logger)
            group.addTask { [logger] in
                do {
                    try await server.run()
                } catch {
                    // Whether that matters is decided where the port is asked for.
                    logger.debug("the store's API has ended: \(error)")
                }
            }
            do {
                _ = try await server.boundPort()
            } catch {
                guard loader.settings.storeListen == nil else { throw error }
                logger.warning(
                    "the store is not served, so nobody can write to it: \(error): --store-listen ADDR chooses another")
            }
        }

        /// Acts on signals until one says to stop.
        private func follow(_ signals: SignalStream, _ notifier: ServiceNotifier) async {
            for await signal in signals.signals {
                switch signal {
                case .reload:
                    notifier.reloading()
                    reload()
                    notifier.ready(status: "serving")
                case .reopenLogs: gateway.reopenLogs()
                case .stop: return
                }
            }
        }

        private func reload() {
            do {
                controller.reload(try loader.load())
                logger.notice("the configuration was read anew")
            } catch {
                for problem in error.errors { logger.error("\(problem)") }
                logger.error("the configuration was not taken up: the former one stands")
            }
        }

        /// Lets requests finish; a second signal to stop cuts them short.
        private func drain(_ signals: SignalStream, _ notifier: ServiceNotifier) async {
            let seconds = loader.settings.drainSeconds ?? 30
            notifier.stopping()
            logger.notice("draining for at most \(seconds) s")
            let cut = await withTaskGroup(of: Int?.self) { group in
                group.addTask { [gateway] in await gateway.drain(timeout: .seconds(seconds)) }
                group.addTask { [stream = signals.signals] in
                    for await signal in stream where signal == .stop { return nil }
                    return nil
                }
                let first = await group.next() ?? nil
                if first == nil { Glibc.exit(1) }
                group.cancelAll()
                return first ?? 0
            }
            logger.notice(cut == 0 ? "drained" : "drained; \(cut) connections were cut")
        }
    }
}
