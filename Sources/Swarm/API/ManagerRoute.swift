/// What the manager does with a request: the table of classic Docker Swarm, and what today's clients ask besides.
enum ManagerRoute: Sendable, Equatable {
    // The manager's own.
    case ping, version, info, events, nodes
    case node(String)
    case nodeDrain(String, isDrained: Bool)
    case rebalance
    case notSupported
    /// What belongs to Docker's swarm mode or to one engine, by the first word of its path.
    case notOfClusters(String)

    // From what is known of all engines.
    case containers, images, networks, volumes
    case network(String), volume(String)
    case diskUsage

    // At the engine that a container is on.
    case create
    case inspect(String)
    case remove(String)
    case start(String)
    case rename(String)
    case createExec(String)
    /// Answered by the engine, after which the container is looked at anew: `kill`, `stop`, `wait` and the like.
    case act(String, verb: String)
    /// Passed on as it is, both ways, for as long as it lasts: `logs`, `attach`, `archive` and the like.
    case stream(String, what: String)
    case startExec(String), inspectExec(String), resizeExec(String)
    case commit

    // At engines that hold an image, or at one that is chosen.
    case imageOf(String, what: String)
    case pushImage(String)
    case tagImage(String)
    case removeImage(String)
    case saveImages
    case pullImage
    case loadImages
    case build, cancelBuild, buildSession
    case anyEngine

    // At one or all engines.
    case createNetwork, createVolume
    case connect(String), disconnect(String)
    case removeNetwork(String), removeVolume(String)
    /// What is not used any more goes, everywhere: `containers`, `images`, `networks`, `volumes`, `build`.
    case prune(String)

    /// The route of a request; nil if there is none.
    ///
    /// Names may hold slashes, those of images do.
    init?(method: String, path: String) {
        guard let route = Self.fixed(method, path) ?? Self.named(method, path) ?? Self.foreign(path) else { return nil }
        self = route
    }

    private static func foreign(_ path: String) -> ManagerRoute? {
        let word = String(path.dropFirst().prefix { $0 != "/" })
        let words: Set = ["configs", "nodes", "plugins", "secrets", "services", "swarm", "tasks"]
        return words.contains(word) ? .notOfClusters(word) : nil
    }

    private static func fixed(_ method: String, _ path: String) -> ManagerRoute? {
        switch (method, path) {
        case ("GET", "/_ping"), ("HEAD", "/_ping"): .ping
        case ("GET", "/version"): .version
        case ("GET", "/info"): .info
        case ("GET", "/events"): .events
        case ("GET", "/v1/nodes"), ("GET", "/cluster/nodes"): .nodes
        case ("POST", "/v1/rebalance"), ("POST", "/cluster/rebalance"): .rebalance
        case ("GET", "/images/viz"): .notSupported
        case ("GET", "/containers/json"), ("GET", "/containers/ps"): .containers
        case ("GET", "/images/json"): .images
        case ("GET", "/networks"): .networks
        case ("GET", "/volumes"): .volumes
        case ("GET", "/system/df"): .diskUsage
        case ("POST", "/containers/create"): .create
        case ("POST", "/commit"): .commit
        case ("GET", "/images/get"): .saveImages
        case ("POST", "/images/create"): .pullImage
        case ("POST", "/images/load"): .loadImages
        case ("GET", "/images/search"), ("POST", "/auth"): .anyEngine
        case ("POST", "/build"): .build
        case ("POST", "/build/cancel"): .cancelBuild
        case ("POST", "/session"), ("POST", "/grpc"): .buildSession
        case ("POST", "/networks/create"): .createNetwork
        case ("POST", "/volumes/create"): .createVolume
        case ("POST", "/containers/prune"), ("POST", "/images/prune"), ("POST", "/networks/prune"),
            ("POST", "/volumes/prune"), ("POST", "/build/prune"):
            .prune(String(path.dropFirst().prefix { $0 != "/" }))
        default: nil
        }
    }

    private static func named(_ method: String, _ path: String) -> ManagerRoute? {
        for (start, read) in readers {
            guard path.hasPrefix(start), path.count > start.count else { continue }
            return read(method, String(path.dropFirst(start.count)))
        }
        return nil
    }

    private static let readers: [(String, @Sendable (String, String) -> ManagerRoute?)] = [
        ("/containers/", container), ("/exec/", exec), ("/images/", image), ("/networks/", network),
        ("/volumes/", volume), ("/distribution/", distribution), ("/cluster/nodes/", node), ("/v1/nodes/", node),
    ]

    /// `name` and `verb` of `name/verb`; the whole and nothing where there is no slash.
    private static func split(_ text: String, verbs: some Collection<String>) -> (name: String, verb: String) {
        for verb in verbs where text.hasSuffix("/\(verb)") && text.count > verb.count + 1 {
            return (String(text.dropLast(verb.count + 1)), verb)
        }
        return (text, "")
    }

    private static func container(_ method: String, _ rest: String) -> ManagerRoute? {
        let verbs = [
            "attach/ws", "attach", "archive", "changes", "copy", "exec", "export", "json", "kill", "logs", "pause",
            "rename", "resize", "restart", "start", "stats", "stop", "top", "unpause", "update", "wait",
        ]
        let (name, verb) = split(rest, verbs: verbs)
        switch (method, verb) {
        case ("GET", "json"): return .inspect(name)
        case ("DELETE", ""): return .remove(name)
        case ("POST", "start"): return .start(name)
        case ("POST", "rename"): return .rename(name)
        case ("POST", "exec"): return .createExec(name)
        case ("POST", "kill"), ("POST", "pause"), ("POST", "unpause"), ("POST", "restart"), ("POST", "stop"),
            ("POST", "update"), ("POST", "wait"):
            return .act(name, verb: verb)
        case ("GET", "archive"), ("HEAD", "archive"), ("PUT", "archive"), ("GET", "export"), ("GET", "changes"),
            ("GET", "top"), ("GET", "logs"), ("GET", "stats"), ("POST", "resize"), ("POST", "copy"), ("POST", "attach"),
            ("GET", "attach/ws"):
            return .stream(name, what: verb)
        default: return nil
        }
    }

    private static func exec(_ method: String, _ rest: String) -> ManagerRoute? {
        let (id, verb) = split(rest, verbs: ["start", "json", "resize"])
        switch (method, verb) {
        case ("POST", "start"): return .startExec(id)
        case ("GET", "json"): return .inspectExec(id)
        case ("POST", "resize"): return .resizeExec(id)
        default: return nil
        }
    }

    private static func image(_ method: String, _ rest: String) -> ManagerRoute? {
        let (name, verb) = split(rest, verbs: ["get", "history", "json", "push", "tag"])
        switch (method, verb) {
        case ("GET", "get"), ("GET", "history"), ("GET", "json"): return .imageOf(name, what: verb)
        case ("POST", "push"): return .pushImage(name)
        case ("POST", "tag"): return .tagImage(name)
        case ("DELETE", _): return .removeImage(rest)
        default: return nil
        }
    }

    private static func network(_ method: String, _ rest: String) -> ManagerRoute? {
        let (name, verb) = split(rest, verbs: ["connect", "disconnect"])
        switch (method, verb) {
        case ("POST", "connect"): return .connect(name)
        case ("POST", "disconnect"): return .disconnect(name)
        case ("GET", ""): return .network(name)
        case ("DELETE", ""): return .removeNetwork(name)
        default: return nil
        }
    }

    private static func volume(_ method: String, _ rest: String) -> ManagerRoute? {
        switch method {
        case "GET": .volume(rest)
        case "DELETE": .removeVolume(rest)
        default: nil
        }
    }

    private static func distribution(_ method: String, _ rest: String) -> ManagerRoute? {
        method == "GET" && rest.hasSuffix("/json") ? .anyEngine : nil
    }

    private static func node(_ method: String, _ rest: String) -> ManagerRoute? {
        let (name, verb) = split(rest, verbs: ["drain", "activate"])
        switch (method, verb) {
        case ("GET", ""): return .node(name)
        case ("POST", "drain"): return .nodeDrain(name, isDrained: true)
        case ("POST", "activate"): return .nodeDrain(name, isDrained: false)
        default: return nil
        }
    }
}
