internal import Discovery

/// Traefik's labels, versions 2 and 3: `traefik.http.routers.NAME.rule` and what goes with it.
///
/// Names are compared without regard to case, as there. What no route can say is a problem, and nothing is served by it.
struct TraefikSpelling {
    /// A router, service or middleware: its options by their lower-case path, with the label that says each.
    typealias Options = [String: (value: String, source: String)]

    private let words: ContainerWords
    private var spelled = Spelled()
    private var routers: [String: Options] = [:]
    private var services: [String: Options] = [:]
    private var middlewares: [String: Options] = [:]

    /// What the labels of `words` say.
    static func read(_ words: ContainerWords) -> Spelled {
        var reader = TraefikSpelling(words)
        reader.collect()
        if reader.spelled.enables != false { reader.build() }
        return reader.spelled
    }

    private init(_ words: ContainerWords) {
        self.words = words
    }

    // MARK: Labels

    private mutating func collect() {
        for (label, value) in words.labels.sorted(by: { $0.key < $1.key }) {
            let parts = label.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard parts.count > 1, parts[0].lowercased() == "traefik" else { continue }
            let lower = parts.map { $0.lowercased() }
            switch lower[1] {
            case "enable":
                spelled.enables = RuleText.flag(value)
                if spelled.enables == nil { spelled.warn(label, "\"\(value)\" is neither true nor false") }
            case "docker", "swarm": break
            case "http" where parts.count > 4: take(label, parts, lower, value)
            case "http": spelled.warn(label, "no option is named: a label is such as traefik.http.routers.NAME.rule")
            case "tcp", "udp":
                spelled.warn(label, "connections without HTTP are forwarded by the edge's listeners, not by labels")
            case "frontend", "backend", "port", "protocol", "weight", "tags", "domain":
                spelled.warn(label, "that is a label of Traefik 1: write traefik.http.routers.NAME.rule")
            default:
                let nearest = nearestName(to: lower[1], among: ["enable", "http", "docker"])
                spelled.warn(
                    label, "there is no such label" + (nearest.map { ": did you mean \"traefik.\($0)\"?" } ?? ""))
            }
        }
    }

    private mutating func take(_ label: String, _ parts: [String], _ lower: [String], _ value: String) {
        let path = lower[4...].joined(separator: ".")
        // Names of fields keep their case, all others lose it.
        let isField = lower[4] == "headers" && parts.count > 6
        let key = isField ? "\(lower[4]).\(lower[5])." + parts[6...].joined(separator: ".") : path
        let option = (value: RuleText.trimmed(value), source: label)
        switch lower[2] {
        case "routers": routers[parts[3], default: [:]][path] = option
        case "services": services[parts[3], default: [:]][path] = option
        case "middlewares": middlewares[parts[3].lowercased(), default: [:]][key] = option
        default:
            let nearest = nearestName(to: lower[2], among: ["routers", "services", "middlewares"])
            spelled.warn(label, "there is no such label" + (nearest.map { ": did you mean \"\($0)\"?" } ?? ""))
        }
    }

    // MARK: Routers and services

    private static let routerOptions = [
        "rule", "service", "priority", "middlewares", "entrypoints", "tls", "rulesyntax", "observability",
    ]

    private mutating func build() {
        var ports: [String: UInt16] = [:]
        for (name, options) in services.sorted(by: { $0.key < $1.key }) {
            ports[name] = readService(name, options)
        }
        for (name, options) in routers.sorted(by: { $0.key < $1.key }) {
            for (path, option) in options.sorted(by: { $0.key < $1.key }) {
                let head = String(path.prefix { $0 != "." && $0 != "[" })
                guard !Self.routerOptions.contains(head) else { continue }
                let nearest = nearestName(to: head, among: Self.routerOptions)
                spelled.warn(
                    option.source, "a router has no \"\(path)\"" + (nearest.map { ": did you mean \"\($0)\"?" } ?? ""))
            }
            guard let port = port(of: name, options, ports) else { continue }
            readRouter(name, options, port: port)
        }
        mergeTwins()
    }

    /// The port that a router leads to; nil, and said, if that is none of this container.
    private mutating func port(of name: String, _ options: Options, _ ports: [String: UInt16]) -> UInt16? {
        let source = options["rule"]?.source ?? "traefik.http.routers.\(name)"
        if let asked = options["service"] {
            var service = asked.value
            if let at = service.firstIndex(of: "@") {
                guard ["docker", "swarm"].contains(service[service.index(after: at)...].lowercased()) else {
                    spelled.warn(asked.source, "service \(service) is not this container's: the router is left out")
                    return nil
                }
                service = String(service[..<at])
            }
            if let known = services.keys.first(where: { $0.lowercased() == service.lowercased() }) {
                return ports[known]
            }
            spelled.warn(asked.source, "there is no service \(service) on this container: the router is left out")
            return nil
        }
        if services.count > 1 {
            let names = services.keys.sorted().joined(separator: ", ")
            spelled.warn(
                source, "router \(name) may lead to any of \(names): write traefik.http.routers.\(name).service")
            return nil
        }
        if let only = services.keys.first { return ports[only] }
        let hint = "write traefik.http.services.\(name).loadbalancer.server.port"
        return words.port(for: source, in: &spelled, hint: hint)
    }

    private mutating func readService(_ name: String, _ options: Options) -> UInt16? {
        let label = "traefik.http.services.\(name)"
        var port: UInt16?
        if let asked = options["loadbalancer.server.port"] {
            port = words.portNumber(asked.value, asked.source, in: &spelled)
        } else if let first = options.values.map(\.source).min() {
            port = words.port(for: first, in: &spelled, hint: "write \(label).loadbalancer.server.port")
        }
        guard let port else { return nil }
        var said = spelled.ports[port] ?? SpelledPort()
        TraefikService.read(options, into: &said, &spelled)
        spelled.ports[port] = said
        return port
    }

    private mutating func readRouter(_ name: String, _ options: Options, port: UInt16) {
        let rule = options["rule"]
        let source = rule?.source ?? options.values.map(\.source).min() ?? "traefik.http.routers.\(name)"
        var cubes = [RuleCube()]
        if let rule {
            do {
                let reading = try RuleReading(rule.value)
                for problem in reading.problems { spelled.warn(rule.source, problem) }
                if reading.cubes.isEmpty, reading.problems.isEmpty {
                    spelled.warn(rule.source, "no request can match this rule: it asks for two things at once")
                }
                cubes = reading.cubes
            } catch {
                spelled.warn(rule.source, error.reason)
                return
            }
        }
        var routes: [SpelledRoute] = []
        for cube in cubes {
            var route = SpelledRoute(source: source, name: cubes.count == 1 ? name : "\(name)-\(routes.count + 1)")
            // A rule without a host is for any; a router without a rule has its service's own hosts.
            route.hosts = cube.hosts ?? (rule == nil ? [] : ["*"])
            route.paths = cube.paths ?? []
            route.methods = cube.methods ?? []
            route.headers = cube.headers
            if let asked = options["priority"], asked.value != "0" {
                route.priority = Int(asked.value)
                if route.priority == nil {
                    spelled.warn(asked.source, "priority \"\(asked.value)\" is no whole number")
                }
            }
            routes.append(route)
        }
        var actions = TraefikActions(middlewares: middlewares)
        let names = options.filter { $0.key == "middlewares" || $0.key.hasPrefix("middlewares[") }
        for (_, asked) in names.sorted(by: { $0.key < $1.key }) {
            for middleware in RuleText.list(asked.value) { actions.take(middleware, asked.source, &spelled) }
        }
        var said = spelled.ports[port] ?? SpelledPort()
        if actions.redirectsScheme, Self.isPlainOnly(options) {
            spelled.note(source, "router \(name) only redirects to https, so nothing is served by it")
        } else {
            said.routes += actions.apply(to: routes, &spelled)
        }
        for attribute in actions.attributes { said.say(attribute.name, attribute.value, by: attribute.source) }
        spelled.ports[port] = said
    }

    /// Whether a router takes no request over TLS.
    private static func isPlainOnly(_ options: Options) -> Bool {
        guard !options.keys.contains(where: { $0.hasPrefix("tls") }) else { return false }
        let names = options.filter { $0.key.hasPrefix("entrypoints") }.flatMap { RuleText.list($0.value.value) }
        return !names.isEmpty && names.allSatisfy { ["web", "http"].contains($0.lowercased()) }
    }

    /// A router of plain HTTP and its twin of HTTPS are one route.
    private mutating func mergeTwins() {
        for port in spelled.ports.keys {
            var kept: [SpelledRoute] = []
            for route in spelled.ports[port]?.routes ?? [] {
                if let twin = kept.firstIndex(where: { $0.isSameMatch(as: route) }) {
                    // The one with more to do is the one that serves.
                    if route.actionCount > kept[twin].actionCount { kept[twin] = route }
                } else {
                    kept.append(route)
                }
            }
            spelled.ports[port]?.routes = kept
        }
    }
}

extension SpelledRoute {
    /// Whether both are for the same requests.
    func isSameMatch(as other: SpelledRoute) -> Bool {
        [.hosts, .paths, .methods, .headers].allSatisfy { isSame($0, as: other) } && text == nil && other.text == nil
    }

    /// How much it does beside forwarding.
    var actionCount: Int {
        [Member.strip, .rewrite, .redirect, .requestHeaders, .responseHeaders].count(where: says)
    }
}
