internal import GoFlags

/// The arguments of `portico swarm`, read as classic Docker Swarm read them.
///
/// Flags have one dash or two and end at the first argument that is none.
public struct SwarmCommandLine: Sendable {
    /// What is to be done.
    public enum Command: Sendable, Equatable {
        /// The version is printed.
        case version
        /// A cluster is made, by classic Docker Swarm.
        case create
        /// The engines of a discovery are printed.
        case list(ListOptions, discovery: String)
        /// An engine joins a cluster.
        case join(JoinOptions, discovery: String)
        /// A cluster is served as one engine.
        case manage(ManageOptions, discovery: String)
        /// A manager is asked about its nodes.
        case node(NodeAction, NodeOptions)
    }

    /// What stands before the command.
    public private(set) var options: SwarmOptions
    /// What is to be done.
    public let command: Command

    private static let shortNames = ["c": "create", "l": "list", "m": "manage", "j": "join"]

    /// Reads arguments, and of the environment `DEBUG`, `SWARM_DISCOVERY`, `SWARM_HOST` and `SWARM_ADVERTISE`.
    ///
    /// - Throws: ``SwarmUsageError``, also where help is asked for.
    public init(_ arguments: [String], environment: [String: String]) throws(SwarmUsageError) {
        let parsed = try Self.parse(SwarmOptions.flags, arguments, help: SwarmHelp.commands)
        options = parsed.options
        try options.settle(
            isLevelGiven: parsed.given.contains { $0 == "l" || $0 == "log-level" }, environment: environment)
        guard !options.showsVersion else {
            command = .version
            return
        }
        guard let first = parsed.arguments.first else { throw SwarmUsageError(SwarmHelp.commands, isHelp: true) }
        let rest = Array(parsed.arguments.dropFirst())
        switch Self.shortNames[first] ?? first {
        case "help", "h":
            guard let about = rest.first else { throw SwarmUsageError(SwarmHelp.commands, isHelp: true) }
            command = try Self.command(Self.shortNames[about] ?? about, ["--help"], environment)
        case let name: command = try Self.command(name, rest, environment)
        }
    }

    private static func command(
        _ name: String, _ rest: [String], _ environment: [String: String]
    ) throws(SwarmUsageError) -> Command {
        switch name {
        case "create":
            if rest.first.map({ ["-h", "--help", "-help"].contains($0) }) == true {
                throw SwarmUsageError(SwarmHelp.create, isHelp: true)
            }
            guard rest.isEmpty else {
                throw SwarmUsageError("the `create` command takes no arguments. See 'portico swarm create --help'.")
            }
            return .create
        case "list":
            let parsed = try parse(ListOptions.flags, rest, help: SwarmHelp.list)
            return .list(parsed.options, discovery: try discovery(parsed.arguments, name, environment))
        case "join":
            var parsed = try parse(JoinOptions.flags, rest, help: SwarmHelp.join)
            if parsed.options.advertise.isEmpty { parsed.options.advertise = environment["SWARM_ADVERTISE"] ?? "" }
            return .join(parsed.options, discovery: try discovery(parsed.arguments, name, environment))
        case "manage":
            var parsed = try parse(ManageOptions.flags, rest, help: SwarmHelp.manage)
            if parsed.options.advertise.isEmpty { parsed.options.advertise = environment["SWARM_ADVERTISE"] ?? "" }
            if parsed.options.hosts.isEmpty {
                parsed.options.hosts = (environment["SWARM_HOST"] ?? "").split(separator: ",").map { String($0) }
            }
            return .manage(parsed.options, discovery: try discovery(parsed.arguments, name, environment))
        case "node": return try node(rest)
        case "rebalance":
            let parsed = try parse(NodeOptions.flags(name), rest, help: SwarmHelp.rebalance)
            guard parsed.arguments.isEmpty else {
                throw SwarmUsageError("rebalance takes no arguments. See 'portico swarm rebalance --help'.")
            }
            return .node(.rebalance, parsed.options)
        default:
            throw SwarmUsageError("no command \"\(name)\". See 'portico swarm --help'.")
        }
    }

    private static func node(_ rest: [String]) throws(SwarmUsageError) -> Command {
        let outer = try parse(NodeOptions.flags("node"), rest, help: SwarmHelp.node)
        guard let verb = outer.arguments.first else { throw SwarmUsageError(SwarmHelp.node, isHelp: true) }
        // Flags may stand before the verb, before the name, and behind it.
        var (options, names) = (outer.options, Array(outer.arguments.dropFirst()))
        var found: [String] = []
        while !names.isEmpty {
            let inner = try parse(NodeOptions.flags("node"), names, help: SwarmHelp.node)
            if !inner.options.host.isEmpty { options.host = inner.options.host }
            if !inner.options.policy.isEmpty { options.policy = inner.options.policy }
            options.printsJSON = options.printsJSON || inner.options.printsJSON
            found += inner.arguments.prefix(1)
            names = Array(inner.arguments.dropFirst())
        }
        for name in found where !name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"/?#%".utf8.contains($0) }) {
            throw SwarmUsageError("\"\(name)\" is no node: write its name, ID or address")
        }
        switch (verb, found.count) {
        case ("ls", 0), ("list", 0): return .node(.list, options)
        case ("inspect", 1): return .node(.inspect(found[0]), options)
        case ("drain", 1): return .node(.drain(found[0]), options)
        case ("activate", 1): return .node(.activate(found[0]), options)
        case ("ls", _), ("list", _):
            throw SwarmUsageError("node ls takes no arguments. See 'portico swarm node --help'.")
        case ("inspect", _), ("drain", _), ("activate", _):
            throw SwarmUsageError("node \(verb) takes the name, ID or address of one node.")
        default: throw SwarmUsageError("no command \"node \(verb)\". See 'portico swarm node --help'.")
        }
    }

    private static func discovery(
        _ arguments: [String], _ command: String, _ environment: [String: String]
    ) throws(SwarmUsageError) -> String {
        guard arguments.count < 2 else {
            throw SwarmUsageError(
                "\(command) takes one discovery URL, and flags stand before it: \(arguments[1]) is one too many. "
                    + "See 'portico swarm \(command) --help'.")
        }
        let url = arguments.first ?? environment["SWARM_DISCOVERY"] ?? ""
        guard !url.isEmpty else {
            throw SwarmUsageError("discovery required to \(command). See 'portico swarm \(command) --help'.")
        }
        return url
    }

    private static func parse<Options>(
        _ flags: FlagSet<Options>, _ arguments: [String], help: String
    ) throws(SwarmUsageError) -> ParsedFlags<Options> {
        do throws(FlagError) {
            return try flags.parse(arguments)
        } catch {
            guard error == .help else { throw SwarmUsageError("\(error)\nSee '\(flags.name) --help'.") }
            throw SwarmUsageError(help, isHelp: true)
        }
    }
}
