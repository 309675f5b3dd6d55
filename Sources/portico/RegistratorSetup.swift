import DockerEngine
import FoundationEssentials
import KeyValue
import Logging
import Registrator

/// What `portico registrator` runs on: the engine, the registries, the host's name and address.
struct RegistratorSetup {
    private let settings: RegistratorSettings
    private let reader: ServiceReader
    private let engine: DockerEngine
    private let registries: [any Registry]
    private let environment: [String: String]
    private let logger: Logger

    /// The socket that gliderlabs' containers have the engine's at.
    private static let containerSocket = "/tmp/docker.sock"

    /// Throws what is wrong with the options, the environment or a registry's address.
    init(_ options: RegistratorOptions, addresses: [String], environment: [String: String]) throws {
        guard let level = Logger.Level(rawValue: options.logLevel.lowercased()) else {
            let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw RegistratorUsageError.conflict("-log-level \(options.logLevel): it is one of \(known)")
        }
        var logger = Logger(label: "portico.registrator", factory: StreamLogHandler.standardError(label:))
        logger.logLevel = level
        self.logger = logger
        self.environment = environment
        settings = RegistratorSettings(options)
        let host = HostIdentity(options, logger: logger)
        var rules = ServiceRules(
            hostname: host.name, hostAddress: host.address, isAddressForced: !options.address.isEmpty)
        rules.isInternal = options.isInternal
        rules.isExplicit = options.isExplicit
        rules.isOptIn = options.isOptIn
        rules.isCompatible = options.isCompatible
        rules.addressLabel = options.addressLabel
        rules.network = options.network
        rules.family = ServiceRules.Family(rawValue: options.preference) ?? .ipv4
        rules.tags = options.tags.isEmpty ? nil : try TagTemplate(options.tags)
        reader = ServiceReader(rules)
        engine = try DockerEngine(try Self.engine(options, environment), logger: logger)
        let registrySettings = RegistrySettings(
            host: host.name, timeToLive: settings.timeToLive, refresh: settings.refresh,
            isCompatible: options.isCompatible, prefix: options.prefix, environment: environment, logger: logger)
        registries = try addresses.map { try openRegistry(try RegistryURL($0), settings: registrySettings) }
    }

    /// The engine that the options name, or else the environment.
    static func engine(
        _ options: RegistratorOptions, _ environment: [String: String]
    ) throws -> DockerAddress {
        var environment = environment
        if !options.dockerHost.isEmpty { environment["DOCKER_HOST"] = options.dockerHost }
        // The reference's own container has the socket there, and others are started like it.
        let isThere = FileManager.default.fileExists(atPath: containerSocket)
        return try .inEnvironment(environment, standard: isThere ? "unix://\(containerSocket)" : "")
    }

    /// Runs until a signal ends it.
    func run() async -> RegistratorRun.Ending {
        let signals = EdgeCommand.SignalStream()
        let notifier = EdgeCommand.ServiceNotifier(environment: environment)
        let (stops, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(2))
        let listener = Task {
            for await signal in signals.signals where signal == .stop { continuation.yield() }
        }
        defer { listener.cancel() }
        let names = registries.map(\.name).joined(separator: ", ")
        logger.notice(
            "registering the containers of \(engine.address) as \(reader.rules.hostname) at \(reader.rules.hostAddress) in \(names)"
        )
        let run = RegistratorRun(
            settings: settings, reader: reader, engine: FollowedEngine(engine), registries: registries,
            surroundings: RegistratorRun.Surroundings(logger: logger, stops: stops) { stage in
                switch stage {
                case .ready(let status): notifier.ready(status: status)
                case .stopping: notifier.stopping()
                }
            })
        return await run.run()
    }
}
