import DockerEngine
import KeyValue
import Logging
import Registrator

extension EdgeCommand {
    /// The containers of one engine as the edge's store: no registrator and no store beside it.
    ///
    /// It is a registrator in the edge's own process, whose registry is memory. Containers are reached at their own
    /// addresses, published or not: the edge runs on their host, or in a container that shares their networks.
    struct LocalEngine: Sendable {
        /// What runs there, as `services/` in a store would have it.
        let store: any KeyValueStore
        private let run: RegistratorRun
        private let stop: AsyncStream<Void>.Continuation
        private let readiness: AsyncStream<Void>

        /// Throws what is wrong with `DOCKER_HOST` and its kin; the engine is not asked yet.
        ///
        /// - Parameter prefix: where services are in a store, with a slash at its end.
        init(environment: [String: String], prefix: String, logger: Logger) throws {
            var options = RegistratorOptions()
            options.isInternal = true
            // Of containers in the host's network, which have no address of their own.
            options.address = "127.0.0.1"
            // An edge that ends takes its memory with it, and one whose engine is away serves on.
            options.timeToLive = 0
            options.keepsEntries = true
            let address = try RegistratorSetup.engine(options, environment)
            let settings = RegistratorSettings(options)
            let host = HostIdentity(options, logger: logger)
            var rules = ServiceRules(hostname: host.name, hostAddress: host.address)
            rules.isInternal = options.isInternal
            let memory = MemoryStore(name: "docker:\(address)")
            let registry = KeyValueRegistry(
                memory, prefix: prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix,
                settings: RegistrySettings(
                    host: host.name, timeToLive: settings.timeToLive, refresh: settings.refresh, logger: logger))
            let (stops, stop) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(1))
            store = memory
            self.stop = stop
            let (readiness, ready) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(1))
            self.readiness = readiness
            run = RegistratorRun(
                settings: settings, reader: ServiceReader(rules),
                engine: FollowedEngine(try DockerEngine(address, logger: logger)), registries: [registry],
                surroundings: RegistratorRun.Surroundings(logger: logger, stops: stops) { stage in
                    if case .ready = stage { ready.yield() }
                })
        }

        /// Keeps ``store`` true to the engine until ``end()``.
        func follow() async { _ = await run.run() }

        /// Waits until ``store`` holds what runs there, `timeout` at most.
        func waitUntilReady(timeout: Duration) async {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { [readiness] in for await _ in readiness { break } }
                // Cut short when the other is done.
                group.addTask { try? await Task.sleep(for: timeout) }
                await group.next()
                group.cancelAll()
            }
        }

        /// Ends ``follow()``.
        func end() { stop.yield() }
    }
}
