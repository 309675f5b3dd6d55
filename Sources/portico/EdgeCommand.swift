import Admin
import ArgumentParser
import Control
import Discovery
import Gateway
import Glibc
import KeyValue
import Logging
import Logs
import Routing

/// `portico edge`: the gateway.
struct EdgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edge", abstract: "Serve: route requests to the endpoints that a store knows.",
        discussion: """
            Flags win over the environment (PORTICO_CONFIG, PORTICO_STORE, PORTICO_LISTEN, PORTICO_LISTEN_TLS, \
            PORTICO_CERTS, PORTICO_DOMAIN, PORTICO_ZONE, PORTICO_WORKERS, PORTICO_STATE_DIR, PORTICO_DRAIN, \
            PORTICO_TAKEOVER_DRAIN, PORTICO_USER, PORTICO_PID_FILE, PORTICO_LOG_LEVEL, PORTICO_LOG_TARGET, PORTICO_STORE_LISTEN), the \
            environment over the file.

            Stores: embedded:DIR (default embedded:./portico-data), consul://[TOKEN@]HOST:PORT[,HOST:PORT], consuls:// \
            for TLS, consul-catalog:// (consuls-catalog://) for the services of Consul's catalog, \
            etcd://[USER:PASSWORD@]HOST:PORT[,HOST:PORT][/ROOT], etcds:// for TLS, file:PATH (YAML or JSON).

            With --docker the containers of this machine's engine are the services: no store and no registrator are \
            needed. What containers say of themselves (VIRTUAL_HOST, portico.*, Traefik's labels, ...) is heeded.

            Addresses: :80, 127.0.0.1:8080, [::]:443, unix:/run/x.sock.

            Signals: SIGTERM and SIGINT drain and end, SIGHUP reads the configuration and all certificates anew, SIGUSR1 \
            opens the access log anew, SIGUSR2 starts the program anew to take over: the listening sockets go to it, with what \
            waits at them, and this process ends when what it has under way has ended.

            Exit status: 0 done, 1 failed, 2 usage, 78 configuration.
            """)

    @Option(help: "The configuration file.") var config: String?
    @Option(help: "The store's URL. Default: embedded:./portico-data.") var store: String?
    @Flag(help: "Follow the Docker engine of this machine (DOCKER_HOST) instead of a store.") var docker = false
    @Option(name: .customLong("listen"), help: "An address to listen at; may be given several times. Default: :80.")
    var listen: [String] = []
    @Option(
        name: .customLong("listen-tls"),
        help: "An address to listen at for https; may be given several times. Alone, no port 80 is opened.")
    var listenTLS: [String] = []
    @Option(help: "The folder of certificates. Default: certs/ beside the configuration file.") var certs: String?
    @Option(
        name: .customLong("domain"),
        help: "A domain in which services have default hosts; may be given several times. Default: any.")
    var domains: [String] = []
    @Option(help: "The zone that this edge is in: endpoints with the same zone= are preferred.") var zone: String?
    @Option(help: "Worker threads, or auto for one a core.") var workers: String?
    @Flag(help: "Read the configuration, say everything that is wrong with it, and end.") var check = false
    @Option(help: "Seconds that requests have to finish after SIGTERM. Default: 30.") var drain: String?
    @Flag(help: "Take over the listening sockets of the edge that runs with this state directory.") var takeover = false
    @Option(help: "Seconds that what is under way has after another process took over. Default: 3600.")
    var takeoverDrain: String?
    @Option(help: "NAME[:GROUP]: the user to be when root starts it; the right to bind low ports is kept, no other.")
    var user: String?
    @Option(help: "A file that holds the process's number while it runs.") var pidFile: String?
    @Option(help: "trace, debug, info, notice, warning, error or critical. Default: info.") var logLevel: String?
    @Option(help: "Where the log goes: stderr, journald, or auto: journald if stderr leads there. Default: auto.")
    var logTarget: String?
    @Option(help: "Where the embedded store's API listens. Default: 127.0.0.1:8500.") var storeListen: String?
    @Option(help: "Where the admin API and metrics are served, or off. Default: 127.0.0.1:9090.") var admin: String?
    @Option(
        name: .customLong("state-dir"), help: "Where the last good table is kept. Default: with the embedded store.")
    var stateDirectory: String?

    /// What the flags say.
    private var flags: EdgeSettings {
        var flags = EdgeSettings()
        flags.config = config
        flags.store = store
        flags.listen = listen
        flags.listenTLS = listenTLS
        flags.certs = certs
        flags.domains = domains
        flags.zone = zone
        flags.workers = workers
        flags.drain = drain
        flags.takeoverDrain = takeoverDrain
        flags.user = user
        flags.pidFile = pidFile
        flags.logLevel = logLevel
        flags.logTarget = logTarget
        flags.storeListen = storeListen
        flags.admin = admin
        flags.stateDirectory = stateDirectory
        return flags
    }

    /// Set for the process that SIGUSR2 starts: where it finds the one that it takes over from.
    static let takeoverVariable = "PORTICO_TAKEOVER"

    func validate() throws {
        if docker, let store {
            throw ValidationError("--docker and --store \(store): services come from one of them: leave the other out")
        }
    }

    func run() async throws {
        let environment = KVCommand.environment
        let loader = ConfigurationLoader(flags: flags, environment: environment)
        let configuration: EdgeConfiguration
        let source: RunningEdge.Source
        let level: Logger.Level
        let handler: any LogHandler
        do {
            configuration = try loader.load()
            source =
                docker
                ? .engine
                : .store(try configuration.store.map { text throws(KeyValueError) in try StoreURL(text) } ?? .standard)
            level = try Self.level(loader.settings.logLevel)
            handler = try Self.target(loader.settings.logTarget)
                .handler(label: "portico", environment: environment)
        } catch let refusal as ConfigurationLoader.Refusal {
            for error in refusal.errors { KVCommand.tell(error.description) }
            throw ExitCode(78)
        } catch {
            KVCommand.tell("\(error)")
            throw ExitCode(78)
        }
        if check {
            print(Summary(configuration: configuration, store: source, source: loader.settings.config))
            return
        }
        let levels = LogLevelSwitch(level)
        let logger = levels.logger(label: "portico", to: handler)
        do {
            try becomeUser(configuration, source, environment)
            let edge = try RunningEdge(
                loader: loader, configuration: configuration, source: source, environment: environment,
                takeover: takeoverPath(environment, configuration, source), levels: levels, logger: logger)
            try await edge.run()
        } catch let code as ExitCode {
            throw code
        } catch {
            KVCommand.tell("\(error)")
            throw ExitCode(1)
        }
    }

    /// Gives up root's rights, if a user is named: the program begins anew as that user.
    private func becomeUser(
        _ configuration: EdgeConfiguration, _ source: RunningEdge.Source, _ environment: [String: String]
    ) throws {
        guard let text = configuration.user else { return }
        let user = try ProcessUser(text)
        guard !user.isCurrent else { return }
        try user.requireRoot()
        try user.own(directory: RunningEdge.stateDirectory(configuration, source))
        if case .store(.embedded(let directory)) = source { try user.own(directory: directory) }
        if let log = configuration.accessLog, !["stdout", "stderr"].contains(log.path) { try user.own(log: log.path) }
        let hasLowPort = configuration.listeners.contains { listener in
            if case .ip(let address) = listener.address { (1..<1024).contains(address.port) } else { false }
        }
        try user.begin(arguments: CommandLine.arguments, environment: environment, keepsPorts: hasLowPort)
    }

    /// Where the edge is found that this one takes over from, nil to be the first.
    private func takeoverPath(
        _ environment: [String: String], _ configuration: EdgeConfiguration, _ source: RunningEdge.Source
    ) -> String? {
        if let path = environment[Self.takeoverVariable], !path.isEmpty { return path }
        guard takeover else { return nil }
        return RunningEdge.post(in: RunningEdge.stateDirectory(configuration, source))
    }

    private static func target(_ text: String?) throws -> LogTarget {
        guard let text else { return .auto }
        guard let target = LogTarget(rawValue: text.lowercased()) else {
            let known = LogTarget.allCases.map(\.rawValue).joined(separator: ", ")
            throw DocumentError(
                source: "--log-target", line: 0, column: 0, message: "\"\(text)\": it is one of \(known)")
        }
        return target
    }

    private static func level(_ text: String?) throws -> Logger.Level {
        guard let text else { return .info }
        guard let level = Logger.Level(rawValue: text.lowercased()) else {
            let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw DocumentError(
                source: "--log-level", line: 0, column: 0, message: "\"\(text)\": it is one of \(known)")
        }
        return level
    }
}
