public import Discovery
internal import Gateway
internal import Routing
internal import Wire

/// Reads `portico.yaml`: every error with its place, all of them at once.
public struct ConfigurationFile: Sendable {
    /// What the file says, as far as it could be understood.
    public internal(set) var configuration = EdgeConfiguration()
    /// What is wrong with it, in its order; a file with errors is not to be used.
    public private(set) var errors: [DocumentError] = []

    static let keys = [
        "listeners", "store", "prefixes", "domains", "trusted_proxies", "client_address", "forwarded", "defaults",
        "services", "routes", "access_log", "workers", "passwords", "store_grace", "state_dir", "user", "certs", "zone",
        "sticky_secret", "admin", "tracing",
    ]

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
        let members = reader.fields(of: root, in: "the configuration", keys: Self.keys)
        var files = NamedFiles(reader)
        configuration.certificateFolder = reader.string(members["certs"], "certs").map { files.path($0) }
        let named = files
        reader.passwordFile = { named.passwords($0) }
        readPasswords(members["passwords"], with: reader)
        readTrust(members, with: reader)
        readListeners(members["listeners"], files, with: reader)
        configuration.places = SettingPlaces(root, source: reader.source)
        configuration.store = reader.string(members["store"], "store")
        readPrefixes(members["prefixes"], with: reader)
        readDomains(members["domains"], with: reader)
        readPolicies(members, &files, with: reader)
        configuration.zone = reader.string(members["zone"], "zone") ?? ""
        if let node = members["sticky_secret"] {
            configuration.stickyKey = files.secret(node, "sticky_secret").map { SipKey(secret: $0) }
        }
        readAdmin(members["admin"], &files, with: reader)
        configuration.notices = files.notices
        readRoutes(members["routes"], with: reader)
        readAccessLog(members["access_log"], with: reader)
        readTracing(members["tracing"], with: reader)
        if let node = members["workers"], node.scalar != "auto" {
            configuration.workers = reader.integer(node, "workers (auto, or a number)", in: 1...1024) ?? 0
        }
        if let grace = reader.milliseconds(members["store_grace"], "store_grace") {
            configuration.storeGrace = .milliseconds(Int64(grace))
        }
        configuration.stateDirectory = reader.string(members["state_dir"], "state_dir")
        configuration.user = reader.string(members["user"], "user (NAME or NAME:GROUP)")
    }

    private mutating func readPrefixes(_ node: DocumentNode?, with reader: DocumentReader) {
        guard let node else { return }
        let members = reader.fields(of: node, in: "prefixes", keys: ["services", "routes", "swarm", "certs"])
        configuration.prefixes = StorePrefixes(
            services: reader.string(members["services"], "prefixes.services") ?? "services/",
            routes: reader.string(members["routes"], "prefixes.routes") ?? "routes/",
            swarm: reader.string(members["swarm"], "prefixes.swarm") ?? "swarm/",
            certificates: reader.string(members["certs"], "prefixes.certs") ?? "certs/")
        let prefixes = configuration.prefixes
        let all = [prefixes.services, prefixes.routes, prefixes.certificates]
        if all.contains("") || Set(all).count < all.count {
            reader.report("the prefixes of services, routes and certs differ, and none is empty", at: node)
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

    /// Sets of users by names, which routes, services and endpoints name.
    private mutating func readPasswords(_ node: DocumentNode?, with reader: DocumentReader) {
        guard let node else { return }
        for field in reader.namedFields(of: node, in: "passwords") {
            configuration.passwords[field.name] = reader.passwordSet(field.value, "passwords.\(field.name)")
        }
    }

    private mutating func readTrust(_ members: [String: DocumentNode], with reader: DocumentReader) {
        configuration.trustedProxies = reader.networks(members["trusted_proxies"], "trusted_proxies") ?? []
        if let field = reader.choice(members["client_address"], "client_address", of: ClientAddressField.self) {
            configuration.clientAddressField = field
        }
        configuration.sendsForwarded = reader.boolean(members["forwarded"], "forwarded") ?? false
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
            of: node, in: "access_log (off, or a mapping)", keys: ["path", "format", "sample", "slow", "recent"])
        var log = AccessLogConfiguration(path: "stdout")
        if let path = reader.string(members["path"], "access_log.path") { log.path = path }
        if let place = members["format"], let text = reader.string(place, "access_log.format") {
            readLogFormat(text, at: place, into: &log, with: reader)
        }
        if let sample = reader.fraction(members["sample"], "access_log.sample") { log.sample = sample }
        if let slow = reader.milliseconds(members["slow"], "access_log.slow") { log.slow = slow }
        if reader.boolean(members["recent"], "access_log.recent") == false { log.recentBytes = 0 }
        configuration.accessLog = log
    }

    private func readLogFormat(
        _ text: String, at place: DocumentNode, into log: inout AccessLogConfiguration, with reader: DocumentReader
    ) {
        switch text {
        case "combined": log.format = .combined
        case "json": log.format = .json
        default:
            guard text.contains("$") else {
                reader.report(
                    "access_log.format is \"\(text)\": it is combined, json, or a line with variables, such as "
                        + "'$remote_addr \"$request\" $status'", at: place)
                return
            }
            do {
                log.format = .template(try LogTemplate(text))
            } catch {
                reader.report("access_log.format \(error)", at: place)
            }
        }
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
