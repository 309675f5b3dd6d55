public import Discovery
internal import Gateway
internal import Routing
internal import Wire

/// Reads `portico.yaml`: every error with its place, all of them at once.
public struct ConfigurationFile: Sendable {
    /// What the file says, as far as it could be understood.
    public private(set) var configuration = EdgeConfiguration()
    /// What is wrong with it, in its order; a file with errors is not to be used.
    public private(set) var errors: [DocumentError] = []

    static let keys = [
        "listeners", "store", "prefixes", "domains", "trusted_proxies", "defaults", "services", "routes", "access_log",
        "workers", "store_grace", "state_dir",
    ]
    static let later = ["admin", "certs"]

    /// Reads `text`; `source` is the file's name in errors.
    public init(_ text: String, source: String) {
        let reader = DocumentReader(source: source)
        do {
            let root = try DocumentNode.parse(text, source: source)
            read(root, with: reader)
        } catch {
            reader.report(error)
        }
        errors = reader.errors.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
        if errors.isEmpty { errors = Self.compileErrors(of: configuration, source: source) }
    }

    private mutating func read(_ root: DocumentNode, with reader: DocumentReader) {
        let members = reader.fields(of: root, in: "the configuration", keys: Self.keys, later: Self.later)
        readListeners(members["listeners"], with: reader)
        configuration.store = reader.string(members["store"], "store")
        readPrefixes(members["prefixes"], with: reader)
        readDomains(members["domains"], with: reader)
        readTrustedProxies(members["trusted_proxies"], with: reader)
        readPolicies(members, with: reader)
        readRoutes(members["routes"], with: reader)
        readAccessLog(members["access_log"], with: reader)
        if let node = members["workers"], node.scalar != "auto" {
            configuration.workers = reader.integer(node, "workers (auto, or a number)", in: 1...1024) ?? 0
        }
        if let grace = reader.milliseconds(members["store_grace"], "store_grace") {
            configuration.storeGrace = .milliseconds(Int64(grace))
        }
        configuration.stateDirectory = reader.string(members["state_dir"], "state_dir")
    }

    private mutating func readListeners(_ node: DocumentNode?, with reader: DocumentReader) {
        guard let node else { return }
        for item in reader.items(of: node, in: "listeners") {
            let later = ["tls", "http2", "proxy_protocol", "protocol", "service", "balance"]
            let members = reader.fields(of: item, in: "a listener", keys: ["address", "redirect"], later: later)
            guard let place = members["address"] else {
                reader.report("a listener has no address: add address: \":80\"", at: item)
                continue
            }
            guard let text = reader.string(place, "address") else { continue }
            guard let address = ListenAddress(text: text) else {
                reader.report("address is \"\(text)\": \(ListenAddress.forms)", at: place)
                continue
            }
            if configuration.listeners.contains(where: { $0.address == address && address.isShareable == false }) {
                reader.report("address \"\(text)\" is there twice: each listener has its own", at: place)
            }
            var listener = ListenerConfiguration(address: address, name: text)
            if let redirect = members["redirect"] {
                if redirect.scalar != "https" { reader.report("redirect is https, or left out", at: redirect) }
                listener.redirectsToHTTPS = true
            }
            configuration.listeners.append(listener)
        }
    }

    private mutating func readPrefixes(_ node: DocumentNode?, with reader: DocumentReader) {
        guard let node else { return }
        let members = reader.fields(of: node, in: "prefixes", keys: ["services", "routes", "swarm"])
        configuration.prefixes = StorePrefixes(
            services: reader.string(members["services"], "prefixes.services") ?? "services/",
            routes: reader.string(members["routes"], "prefixes.routes") ?? "routes/",
            swarm: reader.string(members["swarm"], "prefixes.swarm") ?? "swarm/")
        let prefixes = configuration.prefixes
        if prefixes.services.isEmpty || prefixes.routes.isEmpty || prefixes.services == prefixes.routes {
            reader.report("the prefixes of services and routes differ, and neither is empty", at: node)
        }
    }

    private mutating func readDomains(_ node: DocumentNode?, with reader: DocumentReader) {
        guard let node else { return }
        var domains: [String] = []
        for text in reader.strings(node, "domains") {
            if let domain = Self.domain(text) {
                domains.append(domain)
            } else {
                reader.report("domain \"\(text)\": a domain is example.com, or * for any", at: node)
            }
        }
        configuration.domains = domains
    }

    /// `text` in the form that tables are keyed by, nil if it is no domain.
    public static func domain(_ text: String) -> String? {
        if text == "*" { return text }
        guard !text.contains("*"), !text.contains("~"), !text.contains(":") else { return nil }
        return HostName.canonical(text)
    }

    private mutating func readTrustedProxies(_ node: DocumentNode?, with reader: DocumentReader) {
        guard let node else { return }
        for item in reader.items(of: node, in: "trusted_proxies") {
            guard let text = reader.string(item, "a network") else { continue }
            if let network = Network(text) {
                configuration.trustedProxies.append(network)
            } else {
                reader.report(
                    "network \"\(text)\": it is an address or ADDRESS/BITS without bits set beyond them, "
                        + "such as 10.0.0.0/8", at: item)
            }
        }
    }

    private mutating func readPolicies(_ members: [String: DocumentNode], with reader: DocumentReader) {
        if let node = members["defaults"] {
            let members = reader.fields(
                of: node, in: "defaults", keys: PolicyDocument.keys, later: PolicyDocument.later)
            let document = reader.policy(members, scope: .defaults)
            configuration.defaults = document.policy
            if let head = document.requestHeadTimeout { configuration.limits.requestHeadTimeout = head }
            if let idle = document.policy.idle { configuration.limits.idleTimeout = idle }
            if let bytes = document.requestHeadBytes { configuration.limits.headBytes = bytes }
        }
        guard let node = members["services"] else { return }
        for field in reader.namedFields(of: node, in: "services") {
            let members = reader.fields(
                of: field.value, in: "a service", keys: PolicyDocument.keys, later: PolicyDocument.later)
            configuration.services[field.name] = reader.policy(members, scope: .service).policy
        }
    }

    private mutating func readRoutes(_ node: DocumentNode?, with reader: DocumentReader) {
        guard let node else { return }
        var names: Set<String> = []
        for item in reader.items(of: node, in: "routes") {
            let provenance = Provenance(source: "\(reader.source):\(item.line):\(item.column)")
            guard let route = reader.route(item, provenance: provenance) else { continue }
            if names.insert(route.route.name).inserted {
                configuration.routes.append(route)
            } else {
                reader.report("route \"\(route.route.name)\" is there twice: each name once", at: item)
            }
        }
    }

    private mutating func readAccessLog(_ node: DocumentNode?, with reader: DocumentReader) {
        guard let node, node.scalar != "off" else { return }
        let members = reader.fields(
            of: node, in: "access_log (off, or a mapping)", keys: ["path", "format", "sample"])
        var log = AccessLogConfiguration(path: "stdout")
        if let path = reader.string(members["path"], "access_log.path") { log.path = path }
        let format = reader.choice(members["format"], "access_log.format", of: LogFormat.self)
        log.format = format == .json ? .json : .combined
        if let sample = reader.fraction(members["sample"], "access_log.sample") { log.sample = sample }
        configuration.accessLog = log
    }

    private enum LogFormat: String, CaseIterable {
        case combined
        case json
    }

    /// What the table's compiler says of the file's own routes: a bad regular expression, a host that is none.
    private static func compileErrors(of configuration: EdgeConfiguration, source: String) -> [DocumentError] {
        var assembly = TableAssembly(configuration: configuration)
        let (parts, _) = assembly.assemble(groups: [], derived: [], storeRoutes: [])
        let (_, problems) = RoutingTable.compile(parts.description(generation: 0), previous: nil)
        return problems.compactMap { problem in
            guard let place = problem.provenance?.source, place.hasPrefix("\(source):") else { return nil }
            let numbers = place.dropFirst(source.count + 1).split(separator: ":").compactMap { Int($0) }
            return DocumentError(
                source: source, line: numbers.first ?? 0, column: numbers.last ?? 0,
                message: "\(problem.subject): \(problem.reason)")
        }
    }
}

extension ListenAddress {
    /// Whether several listeners may have it: the kernel chooses another port for each.
    var isShareable: Bool {
        guard case .ip(let address) = self else { return false }
        return address.port == 0
    }
}
