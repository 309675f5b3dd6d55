internal import Logging

/// A run of `portico swarm list`: the engines that the discovery tells, without asking them.
public struct ListRun: Sendable {
    private let source: DiscoverySource
    private let timeout: Duration
    private let surroundings: SwarmSurroundings

    /// - Throws: ``SwarmUsageError``.
    public init(
        _ options: ListOptions, discovery: String, surroundings: SwarmSurroundings
    ) throws(SwarmUsageError) {
        try options.check()
        timeout = options.timeout
        self.surroundings = surroundings
        source = try DiscoverySource(
            try DiscoveryURL(discovery), options: try DiscoveryOptions(options.discovery),
            environment: surroundings.environment, logger: surroundings.logger)
    }

    /// The engines in the discovery's order, each once; nil if it does not answer in time.
    public func run() async -> [String]? {
        let (source, timeout, logger) = (source, timeout, surroundings.logger)
        let (answers, continuation) = AsyncStream<[String]>.makeStream(bufferingPolicy: .bufferingOldest(1))
        return await within(timeout) { () -> [String]? in
            await withTaskGroup(of: [String]?.self) { group in
                group.addTask {
                    await source.follow(heartbeat: timeout) { answer in
                        switch answer {
                        case .engines(let values, _): continuation.yield(Self.addresses(values))
                        case .problem(let reason): logger.warning("discovery: \(reason)")
                        }
                    }
                    return nil
                }
                group.addTask {
                    for await answer in answers { return answer }
                    return nil
                }
                while let done = await group.next() {
                    guard let done else { continue }
                    group.cancelAll()
                    return done
                }
                return nil
            }
        } ?? nil
    }

    private static func addresses(_ values: [(source: String, value: String)]) -> [String] {
        var seen: Set<NodeAddress> = []
        return values.compactMap { value in
            guard let address = NodeAddress(value.value), seen.insert(address).inserted else { return nil }
            return address.description
        }
    }
}
