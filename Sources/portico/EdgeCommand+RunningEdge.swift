import Admin
import ArgumentParser
import CLinux
import Control
import Discovery
import Gateway
import Glibc
import KeyValue
import Logging
import Spans

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

        let loader: ConfigurationLoader
        let configuration: EdgeConfiguration
        let source: Source
        let environment: [String: String]
        /// The directory of what is kept from one run to the next.
        let stateDirectory: String
        let store: any KeyValueStore
        private let engine: LocalEngine?
        let gateway: Gateway
        let controller: Controller
        /// The edge that this one takes over from.
        let predecessor: Predecessor?
        /// Where the control plane tells what happens.
        let journal = AdminJournal()
        /// What sends spans to a collector.
        let spans: SpanExporter?
        /// What is logged.
        let levels: LogLevelSwitch
        let logger: Logger

        /// Opens the store and makes sure of the listeners.
        ///
        /// - Parameter takeover: where the edge is found whose listeners are taken over; nil to bind them.
        init(
            loader: ConfigurationLoader, configuration: EdgeConfiguration, source: Source,
            environment: [String: String], takeover: String?, levels: LogLevelSwitch, logger: Logger
        ) throws {
            self.loader = loader
            self.configuration = configuration
            self.source = source
            self.environment = environment
            self.levels = levels
            self.logger = logger
            stateDirectory = Self.stateDirectory(configuration, source)
            predecessor = try takeover.map { path in try Predecessor.claim(path: path, users: [geteuid()]) }
            // The store before the listeners: a second edge on the same embedded store ends here, before it shares them.
            switch source {
            case .store(.embedded(let directory)) where predecessor?.store == "embedded:\(directory)":
                // The predecessor has it open until this process is ready.
                store = Self.awaitedStore(name: "embedded:\(directory)", api: predecessor?.api ?? "", logger)
                engine = nil
            case .store(let url):
                store = try openStore(url, environment: environment, logger: logger)
                engine = nil
            case .engine:
                let engine = try LocalEngine(
                    environment: environment, prefix: configuration.prefixes.services, logger: logger)
                store = engine.store
                self.engine = engine
            }
            let given = predecessor?.sockets ?? Self.supervisedSockets(environment, logger)
            let sockets = try ListeningSockets(configuration.gateway, given: given)
            let rest = given.closeRest()
            if predecessor == nil, !rest.isEmpty {
                logger.warning("no listener is for these sockets of LISTEN_FDS: \(rest.map(\.description))")
            }
            gateway = try Gateway(configuration: configuration.gateway, sockets: sockets)
            spans = Self.exporter(configuration, gateway, logger)
            var surroundings = Controller.Surroundings(
                installer: gateway, stateDirectory: stateDirectory, logger: logger)
            surroundings.certificateInstaller = gateway
            surroundings.endpointEvents = gateway.endpointEvents
            surroundings.onEvent = { [journal] in journal.note($0) }
            controller = Controller(store: store, configuration: configuration, surroundings: surroundings)
        }

        /// Where what is kept from one run to the next lies: with an embedded store, if nothing else is said.
        static func stateDirectory(_ configuration: EdgeConfiguration, _ source: Source) -> String {
            if let directory = configuration.stateDirectory { return directory }
            if case .store(.embedded(let path)) = source { return path }
            return "./portico-data"
        }

        private static func supervisedSockets(_ environment: [String: String], _ logger: Logger) -> GivenSockets {
            let (sockets, problems) = GivenSockets.supervised(environment: environment, process: getpid())
            for problem in problems { logger.warning("\(problem)") }
            return sockets
        }

        /// How serving ended.
        enum Ending {
            /// It was told to stop, and has drained.
            case stopped
            /// A successor serves.
            case handedOver(HandoverPost.Handover)
        }

        /// Serves until SIGTERM or SIGINT, or until a successor has taken over, and then drains.
        func run() async throws {
            let (signals, events) = (SignalStream(), EventStream())
            let following = Task { await events.follow(signals) }
            defer { following.cancel() }
            let notifier = ServiceNotifier(environment: environment)
            let exporting = spans.map { spans in Task { await spans.run() } }
            defer { exporting?.cancel() }
            var pidFile = predecessor == nil ? try writePIDFile() : nil
            defer { pidFile?.remove() }
            var embedded: (store: EmbeddedStore, api: String)?
            let ending = try await withThrowingTaskGroup(of: Void.self) { group in
                embedded = try await begin(in: &group)
                if predecessor != nil { pidFile = try writePIDFile() }
                let post = openPost(events, api: embedded?.api ?? "")
                let names = configuration.listeners.map { $0.gateway.tls == nil ? $0.name : "\($0.name) (TLS)" }
                logger.notice("serving at \(names.joined(separator: ", "))")
                notifier.ready(status: "serving")
                group.addTask { await report(to: notifier) }
                // Most of what has run so far never runs again: what the process is seen to occupy is what serving needs.
                portico_forget_code()
                let ending = await follow(events, notifier)
                post?.stop()
                switch ending {
                case .stopped: await drain(events, notifier)
                case .handedOver(let handover):
                    // The file is the successor's.
                    pidFile = nil
                    leave(to: handover, notifier)
                }
                engine?.end()
                group.cancelAll()
                // Whoever was serving the store ends now; how is of no interest any more.
                while await group.nextResult() != nil {}
                return ending
            }
            if let embedded { try await embedded.store.close() }
            if case .handedOver(let handover) = ending { await finish(after: handover, events) }
            await finishSpans(exporting)
        }

        private func writePIDFile() throws -> PIDFile? {
            try loader.settings.pidFile.map { path in try PIDFile(path: path) }
        }

        /// Sets everything going until requests are served.
        ///
        /// - Returns: the embedded store, if that is what is used, and where it is served.
        private func begin(
            in group: inout ThrowingTaskGroup<Void, any Error>
        ) async throws -> (store: EmbeddedStore, api: String)? {
            if let engine {
                group.addTask { await engine.follow() }
                await engine.waitUntilReady(timeout: Self.firstTableWait)
            }
            group.addTask { await controller.run() }
            if let predecessor {
                try await takeOver(from: predecessor)
                group.addTask { await serveAdminInTime() }
                guard let awaited = store as? AwaitedStore, let embedded = await openAwaited() else { return nil }
                awaited.open(embedded)
                return (embedded, try await serve(embedded, in: &group))
            }
            let embedded = store as? EmbeddedStore
            let api = if let embedded { try await serve(embedded, in: &group) } else { "" }
            if await !controller.waitUntilReady(timeout: Self.firstTableWait) {
                logger.warning("the store has not answered yet, and there is no last good table: serving without")
            }
            try await serveAdmin(in: &group)
            try gateway.start()
            return embedded.map { ($0, api) }
        }

        /// Serves an embedded store in Consul's API.
        ///
        /// - Returns: where on this machine; empty if it is not, or by a Unix socket.
        private func serve(
            _ embedded: EmbeddedStore, in group: inout ThrowingTaskGroup<Void, any Error>
        ) async throws -> String {
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
                let port = try await server.boundPort()
                let host = address.split(separator: ":").dropLast().joined(separator: ":")
                let isAnywhere = ["", "0.0.0.0", "[::]"].contains(host)
                return port > 0 ? "\(isAnywhere ? "127.0.0.1" : host):\(port)" : ""
            } catch {
                // An edge that has taken over serves on all the same: there is none to go back to.
                guard loader.settings.storeListen == nil || predecessor != nil else { throw error }
                logger.warning(
                    "the store is not served, so nobody can write to it: \(error): --store-listen ADDR chooses another")
                return ""
            }
        }

        /// Acts on what happens until the edge is to stop, or a successor serves.
        private func follow(_ events: EventStream, _ notifier: ServiceNotifier) async -> Ending {
            var successor: SuccessorProcess?
            for await event in events.events {
                switch event {
                case .signal(.reload):
                    notifier.reloading()
                    reload()
                    notifier.ready(status: "serving")
                case .signal(.reopenLogs): gateway.reopenLogs()
                case .signal(.takeOver): startSuccessor(&successor, events, notifier)
                case .signal(.stop):
                    successor?.end()
                    return .stopped
                case .handover(.ready(let handover)): return .handedOver(handover)
                case .handover(.failed(let reason)):
                    logger.error("the takeover came to nothing, and this edge goes on: \(reason)")
                    successor?.end()
                case .successorIsLate(let id) where id == successor?.id:
                    logger.error("process \(id) has not taken over in time, and is ended")
                    successor?.end()
                case .successorEnded(let id, let how) where id == successor?.id:
                    logger.error("process \(id) \(how) before it could take over: this edge goes on")
                    successor = nil
                    notifier.ready(status: "serving; the last takeover came to nothing")
                case .successorIsLate, .successorEnded: break
                }
            }
            return .stopped
        }

        private func reload() {
            do {
                controller.reload(try loader.load())
                logger.notice("the configuration was read anew")
            } catch {
                for problem in error.errors { logger.error("\(problem)") }
                logger.error("the configuration was not taken up: the former one stands")
                controller.noteUnusable(error.errors.map { "\($0)" })
            }
        }

        /// Lets requests finish; a second signal to stop cuts them short.
        private func drain(_ events: EventStream, _ notifier: ServiceNotifier) async {
            let seconds = loader.settings.drainSeconds ?? 30
            notifier.stopping()
            logger.notice("draining for at most \(seconds) s")
            let end = Task { [gateway] in await gateway.drain(timeout: .seconds(seconds)) }
            await wait(for: end, events, isStopping: true)
        }

        /// What is under way when a successor serves goes on here, until it ends by itself or its time is over; SIGTERM
        /// makes a drain of it.
        private func finish(after handover: HandoverPost.Handover, _ events: EventStream) async {
            handover.release()
            let seconds = loader.settings.takeoverDrainSeconds ?? 3_600
            logger.notice("process \(handover.process) has taken over: draining for at most \(seconds) s")
            let end = Task { [gateway] in
                await gateway.drain(timeout: .seconds(seconds), successor: handover.taken)
            }
            await wait(for: end, events, isStopping: false)
        }

        /// Waits for the end of a drain.
        ///
        /// A signal to stop that comes a second after the first, or later, ends the process.
        private func wait(for end: Task<Int, Never>, _ events: EventStream, isStopping: Bool) async {
            let watching = Task { [gateway, loader] in
                var stopped = isStopping ? ContinuousClock.now : nil
                for await event in events.events {
                    switch event {
                    case .signal(.reopenLogs): gateway.reopenLogs()
                    case .signal(.stop):
                        guard let first = stopped else {
                            stopped = .now
                            gateway.beginDrain(timeout: .seconds(loader.settings.drainSeconds ?? 30))
                            continue
                        }
                        // Who stops a group of processes and its first one alike sends the signal twice.
                        if ContinuousClock.now - first >= Self.doubledSignal { Glibc.exit(1) }
                    default: break
                    }
                }
            }
            let cut = await end.value
            watching.cancel()
            logger.notice(cut == 0 ? "drained" : "drained; \(cut) connections were cut")
        }

        /// Two signals to stop within this time are one.
        private static let doubledSignal: Duration = .seconds(1)
    }
}
