internal import DockerEngine
internal import KeyValue
internal import Logging

/// A run of `portico swarm join`: the agent that keeps an engine's entry in the store.
public struct JoinRun: Sendable {
    private let options: JoinOptions
    private let address: NodeAddress
    private let source: DiscoverySource.Store
    private let name: String
    private let engine: DockerEngine
    private let surroundings: SwarmSurroundings

    /// How long the engine may take to say that it is there.
    private static let ping = Duration.seconds(5)
    /// How long the store may take to take the entry away when the agent ends.
    private static let leaving = Duration.seconds(5)

    /// - Throws: ``SwarmUsageError``.
    public init(
        _ options: JoinOptions, discovery: String, surroundings: SwarmSurroundings
    ) throws(SwarmUsageError) {
        self.options = options
        self.surroundings = surroundings
        address = try options.checked()
        let url = try DiscoveryURL(discovery)
        let source = try DiscoverySource(
            url, options: try DiscoveryOptions(options.discovery), environment: surroundings.environment,
            logger: surroundings.logger)
        guard let store = source.store else {
            throw SwarmUsageError(
                "discovery: \(url): nobody can join it: write nodes there by hand, or use consul:// or etcd://")
        }
        self.source = store
        name = url.description
        do throws(DockerError) {
            var environment = surroundings.environment
            environment["DOCKER_HOST"] = "tcp://\(address)"
            var limits = EngineLimits()
            limits.ping = Self.ping
            engine = try DockerEngine(
                try .inEnvironment(environment), limits: limits, logger: surroundings.logger)
        } catch {
            throw SwarmUsageError(error.description)
        }
    }

    /// Keeps the entry until it is told to stop, and takes it away then.
    public func run() async {
        let keeper = NodeKeeper(
            entry: NodeEntry(
                source, address: address, timeToLive: options.timeToLive, heartbeat: options.heartbeat),
            witness: EngineWitness(address: address, timeToLive: options.timeToLive),
            pace: NodeKeeper.Pace(
                delay: options.delay == .zero ? .zero : options.delay * Double.random(in: 0..<1),
                heartbeat: options.heartbeat),
            engine: engine, surroundings: surroundings)
        surroundings.logger.notice("registering \(address) in \(name) every \(options.heartbeat)")
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await keeper.run()
                return true
            }
            group.addTask {
                await keeper.watch()
                return false
            }
            group.addTask { [surroundings, name] in
                var stops = surroundings.stops.makeAsyncIterator()
                guard await stops.next() != nil else { return false }
                surroundings.tell(.stopping)
                keeper.stop()
                try? await Task.sleep(for: Self.leaving)
                // Unless the entry is gone already.
                guard !Task.isCancelled else { return true }
                surroundings.logger.warning("\(name) does not answer: the entry ends by itself")
                return true
            }
            while let isOver = await group.next(), !isOver {}
            group.cancelAll()
        }
    }
}
