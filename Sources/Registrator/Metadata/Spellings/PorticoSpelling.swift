internal import Discovery

/// Portico's own words: labels `portico.host`, `portico.8080.host`, `portico.routes.NAME.host`; variables `PORTICO_HOST`,
/// `PORTICO_8080_HOST`; and `SERVICE_8080_HOST` among what a registrator is told.
struct PorticoSpelling {
    /// One of them, taken apart.
    private struct Word {
        let source: String
        let value: String
        let meaning: PorticoKeys.Meaning
        let port: UInt16?
        let route: String?
        /// What counts more comes first: what is said of a port, then labels, then variables.
        let rank: Int
    }

    private let words: ContainerWords
    private var spelled = Spelled()
    private var all: [Word] = []

    /// What `words` say.
    static func read(_ words: ContainerWords) -> Spelled {
        var reader = PorticoSpelling(words: words)
        reader.collect()
        reader.build()
        return reader.spelled
    }

    private init(words: ContainerWords) {
        self.words = words
    }

    // MARK: Names

    private mutating func collect() {
        for (label, value) in words.labels.sorted(by: { $0.key < $1.key }) where label.hasPrefix("portico.") {
            add(label, String(label.dropFirst("portico.".count)), separator: ".", value, rank: 0, isStrict: true)
        }
        for (name, value) in words.environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("PORTICO_") {
            guard !Self.ownVariables.contains(String(name.dropFirst("PORTICO_".count))) else { continue }
            add(name, String(name.dropFirst("PORTICO_".count)), separator: "_", value, rank: 2, isStrict: false)
        }
        for (name, value, rank) in words.labels.map({ ($0, $1, 4) }) + words.environment.map({ ($0, $1, 6) }) {
            guard name.hasPrefix("SERVICE_") else { continue }
            let rest = name.dropFirst("SERVICE_".count)
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let key = digits.isEmpty ? rest : rest.dropFirst(digits.count + 1)
            if key.hasPrefix("PORTICO_") {
                let own = (digits.isEmpty ? "" : digits + "_") + key.dropFirst("PORTICO_".count)
                add(name, String(own), separator: "_", value, rank: rank, isStrict: true)
            } else if !digits.isEmpty, Self.isServiceKey(key) {
                add(name, String(rest), separator: "_", value, rank: rank, isStrict: false)
            }
        }
        all.sort { ($0.rank, $0.source) < ($1.rank, $1.source) }
    }

    /// Those of Portico's own commands: a container may run one.
    private static let ownVariables: Set = [
        "ADMIN", "CERTS", "CONFIG", "DOMAIN", "DRAIN", "LISTEN", "LISTEN_TLS", "LOG_LEVEL", "PID_FILE", "STATE_DIR",
        "STORE",
        "STORE_LISTEN", "WORKERS",
    ]

    /// Whether `SERVICE_80_*` of this name is for the edge, and no metadata of another kind.
    private static func isServiceKey(_ key: Substring) -> Bool {
        switch PorticoKeys.meaning(of: key.lowercased()) {
        case .route(let member, _): member != .rest && key.lowercased() != "priority"
        case .everywhere(let name): ["weight", "backup"].contains(name)
        case .attribute(let name):
            ["balance", "protocol", "sticky", "https"].contains(name) || name.hasPrefix("health")
        case .enable, .port, .routeText, nil: false
        }
    }

    private mutating func add(
        _ source: String, _ name: String, separator: Character, _ value: String, rank: Int, isStrict: Bool
    ) {
        var parts = name.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
        var port: UInt16?
        if let first = parts.first, !first.isEmpty, first.allSatisfy({ $0.isASCII && $0.isNumber }) {
            guard let number = UInt16(first), number > 0, parts.count > 1 else {
                return spelled.warn(source, "\(first) is no port that something is said of: write portico.8080.host")
            }
            port = number
            parts.removeFirst()
        }
        var route: String?
        if parts.count > 2, parts[0].lowercased() == "routes" {
            route = parts[1]
            parts.removeFirst(2)
        }
        let key = parts.joined(separator: String(separator))
        guard let meaning = PorticoKeys.meaning(of: key), Self.isAllowed(meaning, port: port, route: route) else {
            let nearest = PorticoKeys.nearest(to: separator == "." ? key : key.lowercased())
            if !isStrict, nearest == nil || nearest == key.lowercased() { return }
            let place = (port.map { "\($0)." } ?? "") + (route.map { "routes.\($0)." } ?? "")
            let hint = nearest.map { "did you mean \"portico.\(place)\($0)\"?" } ?? "docs/LABELS.md names them all"
            return spelled.warn(source, "nothing is called so: \(hint)")
        }
        all.append(
            Word(
                source: source, value: RuleText.trimmed(value), meaning: meaning, port: port, route: route,
                rank: rank + (port == nil ? 1 : 0) * 100))
    }

    private static func isAllowed(_ meaning: PorticoKeys.Meaning, port: UInt16?, route: String?) -> Bool {
        switch meaning {
        case .enable: port == nil && route == nil
        case .port: port == nil
        case .route: true
        case .routeText, .attribute, .everywhere: route == nil
        }
    }

    // MARK: Ports

    private mutating func build() {
        if let word = all.first(where: { $0.meaning == .enable }) {
            spelled.enables = RuleText.flag(word.value)
            if spelled.enables == nil { spelled.warn(word.source, "\"\(word.value)\" is neither true nor false") }
        }
        var named: (number: UInt16, source: String)?
        if let word = all.first(where: { $0.meaning == .port && $0.route == nil }) {
            named = words.portNumber(word.value, word.source, in: &spelled).map { ($0, word.source) }
        }
        let general = all.filter { $0.port == nil }
        var ports = Set(all.compactMap(\.port))
        if general.contains(where: { Self.isEverywhere($0.meaning) }) { ports.formUnion(words.ports) }
        var main: UInt16?
        if let first = general.first(where: {
            !Self.isEverywhere($0.meaning) && ![.enable, .port].contains($0.meaning)
        }) {
            main = named?.number ?? words.port(for: first.source, in: &spelled, hint: "write portico.port")
        } else if general.contains(where: { Self.isEverywhere($0.meaning) }), words.ports.isEmpty {
            main = named?.number
        }
        // A route may lead to another port of the container than its others.
        let elsewhere = routePorts(named: named?.number)
        if let main { ports.insert(main) }
        ports.formUnion(elsewhere.values)
        for port in ports.sorted() {
            let mine = all.filter { word in
                if let said = word.port { return said == port }
                if Self.isEverywhere(word.meaning) { return true }
                if let route = word.route { return (elsewhere[route] ?? main) == port }
                return port == main
            }
            let said = read(mine)
            if !said.routes.isEmpty || !said.attributes.isEmpty { spelled.ports[port] = said }
        }
    }

    /// `portico.routes.NAME.port`.
    private mutating func routePorts(named: UInt16?) -> [String: UInt16] {
        var ports: [String: UInt16] = [:]
        for word in all where word.meaning == .port {
            guard let route = word.route, ports[route] == nil else { continue }
            ports[route] = words.portNumber(word.value, word.source, in: &spelled)
        }
        return ports
    }

    private static func isEverywhere(_ meaning: PorticoKeys.Meaning) -> Bool {
        if case .everywhere = meaning { true } else { false }
    }

    private mutating func read(_ words: [Word]) -> SpelledPort {
        var said = SpelledPort()
        var routes: [String: SpelledRoute] = [:]
        var isSaid: Set<String> = []
        for word in words {
            switch word.meaning {
            case .enable, .port: break
            case .attribute(let name), .everywhere(let name): attribute(name, word, &said)
            case .routeText:
                guard isSaid.insert("route").inserted else { break }
                var route = SpelledRoute(source: word.source)
                route.text = word.value
                said.routes.append(route)
            case .route(let member, let name):
                let key = word.route ?? ""
                guard isSaid.insert("\(key)\n\(member.rawValue)\n\(name.lowercased())").inserted else { break }
                var route = routes[key] ?? SpelledRoute(source: word.source, name: word.route)
                set(member, name, word, &route)
                route.sources[member] = word.source
                routes[key] = route
            }
        }
        said.routes = routes.sorted { $0.key < $1.key }.compactMap { finish($0.value) } + said.routes
        return said
    }

    private mutating func attribute(_ name: String, _ word: Word, _ said: inout SpelledPort) {
        var value: String? = word.value
        switch name {
        case "backup", "drain", "sticky": if value == "" || value == "true" { value = nil }
        case "health" where word.source.lowercased().hasSuffix("tcp"):
            guard RuleText.flag(word.value) == true else { return }
            value = "tcp"
        case "basic_auth":
            // The name of one of the edge's sets; what looks like a user with a hash is written nowhere.
            let isName = word.value.utf8.allSatisfy {
                ($0 | 0x20) &- UInt8(ascii: "a") < 26 || $0 &- UInt8(ascii: "0") < 10 || "-_.".utf8.contains($0)
            }
            if !isName {
                spelled.warn(
                    word.source, "it is the name of a set of the edge's: passwords are never written to the store")
            }
            if !isName || word.value.isEmpty || word.value == "true" { value = nil }
        default: break
        }
        said.say(name, value, by: word.source)
    }

    // MARK: Routes

    private mutating func set(
        _ member: SpelledRoute.Member, _ name: String, _ word: Word, _ route: inout SpelledRoute
    ) {
        let value = word.value
        switch member {
        case .hosts: route.hosts = RuleText.patterns(value)
        case .paths: route.paths = RuleText.patterns(value)
        case .methods: route.methods = RuleText.list(value.uppercased())
        case .strip: route.strip = value
        case .priority:
            route.priority = Int(value)
            if route.priority == nil { spelled.warn(word.source, "\"\(value)\" is no whole number") }
        case .headers where !RuleText.isFieldName(name),
            .requestHeaders where !name.isEmpty && !RuleText.isFieldName(name),
            .responseHeaders where !name.isEmpty && !RuleText.isFieldName(name):
            spelled.warn(word.source, "\"\(name)\" is no field's name")
        case .headers: route.headers.append(SpelledField(name: name, value: value))
        case .rest: route.rest.append(SpelledField(name: name, value: value))
        case .requestHeaders: Self.edit(&route.requestHeaders, name, value)
        case .responseHeaders: Self.edit(&route.responseHeaders, name, value)
        case .rewrite:
            switch name {
            case "match": route.rewrite = (value, route.rewrite?.to ?? "")
            case "to": route.rewrite = (route.rewrite?.match ?? "", value)
            default:
                guard let blank = value.lastIndex(of: " ") else {
                    return spelled.warn(word.source, "\"\(value)\" is not \"REGEX REPLACEMENT\", with a blank between")
                }
                route.rewrite = (RuleText.trimmed(value[..<blank]), String(value[value.index(after: blank)...]))
            }
        case .redirect:
            let parts = value.split(separator: " ").map(String.init)
            switch name {
            case "to": route.redirect = (value, route.redirect?.status ?? 301)
            case "status":
                guard let status = Int(value) else { return spelled.warn(word.source, "\"\(value)\" is no status") }
                route.redirect = (route.redirect?.to ?? "", status)
            default:
                guard let to = parts.first, parts.count <= 2, let status = parts.count == 2 ? Int(parts[1]) : 301 else {
                    return spelled.warn(word.source, "\"\(value)\" is not URL or \"URL STATUS\"")
                }
                route.redirect = (to, status)
            }
        }
    }

    private static func edit(_ edits: inout SpelledEdits, _ name: String, _ value: String) {
        if name.isEmpty {
            edits.remove = RuleText.list(value)
        } else {
            edits.set.append(SpelledField(name: name, value: value))
        }
    }

    /// `route` with what follows from one member for another, or nil if nothing is left.
    private mutating func finish(_ route: SpelledRoute) -> SpelledRoute? {
        var route = route
        switch route.strip {
        case "false": route.strip = nil
        case "", "true":
            if route.paths.count == 1, let path = route.paths.first, path.hasPrefix("/") {
                route.strip = path
            } else {
                spelled.warn(
                    route.source(of: .strip),
                    "it is not said what is taken off, and the path is no single prefix: "
                        + "write the prefix")
                route.strip = nil
            }
        default: break
        }
        if let rewrite = route.rewrite, rewrite.match.isEmpty || rewrite.to.isEmpty {
            spelled.warn(route.source(of: .rewrite), "a rewrite has a match and a to: write both")
            route.rewrite = nil
        }
        if let redirect = route.redirect, redirect.to.isEmpty {
            spelled.warn(route.source(of: .redirect), "a redirect has a target: write portico.redirect=URL")
            route.redirect = nil
        }
        return SpelledRoute.Member.allCases.contains(where: route.says) ? route : nil
    }
}
