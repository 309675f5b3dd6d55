internal import DockerEngine
internal import KeyValue
internal import Logging

/// A run of `portico swarm manage`: a cluster, served as one engine.
public struct ManagerRun: Sendable {
    private let options: ManageOptions
    private let settings: ManageSettings
    private let source: DiscoverySource
    private let ballot: Leadership.Ballot?
    private let tls: DockerTLS?
    private let release: String
    private let surroundings: SwarmSurroundings

    /// How long requests that are under way when the manager ends may go on; streams need not have an end.
    private static let grace = Duration.seconds(5)

    /// - Parameter release: this program's: `0.1.0`.
    /// - Throws: ``SwarmUsageError``.
    public init(
        _ options: ManageOptions, discovery: String, release: String, surroundings: SwarmSurroundings
    ) throws(SwarmUsageError) {
        self.options = options
        self.release = release
        self.surroundings = surroundings
        settings = try ManageSettings(options)
        let url = try DiscoveryURL(discovery)
        source = try DiscoverySource(
            url, options: settings.discovery, environment: surroundings.environment, logger: surroundings.logger)
        tls = options.tls || options.tlsVerify ? DockerTLS(options) : nil
        guard let address = settings.advertise else {
            ballot = nil
            return
        }
        // A directory is opened by one process alone.
        guard let store = source.store, store.kind != .plain else {
            throw SwarmUsageError("Leader election is only supported with consul and etcd discovery.")
        }
        ballot = Leadership.Ballot(
            source: store, address: address, timeToLive: options.replicationTime, logger: surroundings.logger)
    }

    /// Serves until it is told to stop.
    ///
    /// - Throws: ``SwarmUsageError`` if it cannot listen.
    public func run() async throws(SwarmUsageError) {
        let leadership = Leadership(ballot)
        let cluster = Cluster(clusterSettings, logger: surroundings.logger)
        let responder = responder(cluster, leadership)
        let forwarding = ForwardingResponder(
            responder, address: leadership.name, tls: tls, logger: surroundings.logger
        ) { await leadership.known(within: $0) }
        let server = ManagerServer(serverSettings(cluster), responder: forwarding, logger: surroundings.logger)
        let places: [ServerSettings.Listener]
        do throws(ServerError) {
            places = try await server.start()
        } catch {
            throw SwarmUsageError(error.description, exitStatus: 1)
        }
        let text = places.map(\.description).joined(separator: ", ")
        surroundings.logger.notice("serving the engines of \(source.name) at \(text)")
        let election = Task { await leadership.run() }
        let following = Task { await work(cluster, responder, leadership, text) }
        var stops = surroundings.stops.makeAsyncIterator()
        _ = await stops.next()
        surroundings.tell(.stopping)
        surroundings.logger.notice("ending")
        // What is being moved need not be waited for: another manager looks at what is, and goes on.
        following.cancel()
        election.cancel()
        // Nobody is let in any more while another manager takes over at once.
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await server.stop(within: Self.grace) }
            group.addTask {
                await election.value
                await leadership.resign()
            }
        }
        cluster.shutDown()
    }

    /// Follows the discovery, and does what a primary does, until its task is cancelled.
    private func work(
        _ cluster: Cluster, _ responder: ClusterResponder, _ leadership: Leadership, _ places: String
    ) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                let membership = Membership(source, heartbeat: options.heartbeat, logger: surroundings.logger)
                await membership.follow { change in
                    for address in change.removed { cluster.remove(address) }
                    for address in change.added { cluster.add(address) }
                }
            }
            group.addTask { await lead(responder, leadership) }
            group.addTask { await report(leadership, places) }
        }
    }

    // MARK: Parts

    private var clusterSettings: ClusterSettings {
        var settings = ClusterSettings()
        settings.overcommit = self.settings.overcommit
        (settings.refreshMin, settings.refreshMax) = (options.refreshMin, options.refreshMax)
        settings.failuresMax = options.failureRetry
        settings.tls = tls
        return settings
    }

    private func serverSettings(_ cluster: Cluster) -> ServerSettings {
        var settings = ServerSettings(
            listeners: self.settings.listeners.map { ServerSettings.Listener($0) }, release: release
        ) { cluster.read { "\($0.apiVersion)" } }
        settings.tls = tls
        settings.allowsOrigins = options.allowsOrigins
        return settings
    }

    private func responder(_ cluster: Cluster, _ leadership: Leadership) -> ClusterResponder {
        let creator = ContainerCreator(
            cluster: cluster, scheduler: settings.scheduler, retries: settings.createRetry,
            confirmLeadership: { () async throws(RequestError) in try await leadership.confirm() })
        var responder = ClusterResponder(
            creator: creator, maintenance: source.store.map { StoreMaintenance(source: $0) } ?? MemoryMaintenance())
        responder.face.role = { leadership.role }
        responder.face.refreshesOnNodeFilter = options.refreshesOnNodeFilter
        responder.face.refreshingName = options.refreshingName
        return responder
    }

    /// Keeps containers where they should be while this manager is the primary.
    private func lead(_ responder: ClusterResponder, _ leadership: Leadership) async {
        var work: Task<Void, Never>?
        for await role in leadership.roles {
            if role == .primary, work == nil {
                work = Task { await responder.rescheduler.run() }
            } else if role != .primary {
                work?.cancel()
                await work?.value
                work = nil
            }
        }
        work?.cancel()
        await work?.value
    }

    /// Tells systemd what the manager is.
    private func report(_ leadership: Leadership, _ places: String) async {
        for await role in leadership.roles {
            switch role {
            case .primary: surroundings.tell(.ready("primary, serving at \(places)"))
            case .replica(let primary): surroundings.tell(.ready("replica of \(primary ?? "nobody yet"), at \(places)"))
            }
        }
    }
}

extension DockerTLS {
    /// As a manager's options say it, for its listeners and for engines.
    fileprivate init(_ options: ManageOptions) {
        self.init(isVerified: options.tlsVerify)
        authority = options.tlsAuthority.isEmpty ? nil : options.tlsAuthority
        certificate = options.tlsCertificate
        key = options.tlsKey
    }
}
