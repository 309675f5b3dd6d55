internal import Discovery

/// `VIRTUAL_HOST` and its like, as nginx-proxy and dockercloud's HAProxy have them.
struct VirtualSpelling {
    private let words: ContainerWords
    private var spelled = Spelled()
    private var shared = SpelledPort()

    /// What the variables and labels of `words` say.
    static func read(_ words: ContainerWords) -> Spelled {
        var reader = VirtualSpelling(words: words)
        reader.read()
        return reader.spelled
    }

    private init(words: ContainerWords) {
        self.words = words
    }

    private mutating func read() {
        if let several = words["VIRTUAL_HOST_MULTIPORTS"] {
            readShared()
            readSeveral(several)
        } else if let hosts = words["VIRTUAL_HOST"] {
            readShared()
            readHosts(hosts)
        } else {
            for name in ["VIRTUAL_PORT", "VIRTUAL_PATH", "VIRTUAL_DEST", "VIRTUAL_PROTO"] where words[name] != nil {
                spelled.note(name, "it does nothing without VIRTUAL_HOST")
            }
        }
    }

    // MARK: VIRTUAL_HOST

    private mutating func readHosts(_ text: String) {
        let source = "VIRTUAL_HOST"
        var port: UInt16?
        if let said = words["VIRTUAL_PORT"] { port = words.portNumber(said, "VIRTUAL_PORT", in: &spelled) }
        let number = port ?? words.port(for: source, in: &spelled, hint: "write VIRTUAL_PORT")
        if let spoken = words["VIRTUAL_PROTO"] { say(protocol: spoken, "VIRTUAL_PROTO") }
        var routes: [(path: String, route: SpelledRoute)] = []
        for item in RuleText.list(text) {
            guard let (host, ownPath, secure) = address(item, source) else { continue }
            if secure { shared.say("https", "only", by: source) }
            let path = ownPath ?? words["VIRTUAL_PATH"].map { pathPattern($0) } ?? ""
            if let place = routes.firstIndex(where: { $0.path == path }) {
                if !routes[place].route.hosts.contains(host) { routes[place].route.hosts.append(host) }
                continue
            }
            var route = SpelledRoute(source: source)
            route.hosts = [host]
            if !path.isEmpty { route.paths = [path] }
            if ownPath == nil, words["VIRTUAL_PATH"] != nil { route.sources[.paths] = "VIRTUAL_PATH" }
            if let weight = words["VIRTUAL_HOST_WEIGHT"] { route.priority = priority(weight) }
            if let dest = words["VIRTUAL_DEST"] { replace(dest, "VIRTUAL_DEST", &route) }
            readStrictTransport(&route)
            routes.append((path, route))
        }
        shared.routes = routes.map(\.route)
        spelled.ports[number] = shared
    }

    private mutating func priority(_ text: String) -> Int? {
        if let number = Int(text) { return number }
        spelled.warn("VIRTUAL_HOST_WEIGHT", "\"\(text)\" is no whole number")
        return nil
    }

    /// `foo.example.com`, `*.example.com`, `foo.*`, `~regex`, or `https://foo.example.com:443/path`.
    private mutating func address(_ item: String, _ source: String) -> (host: String, path: String?, isSecure: Bool)? {
        if item.hasPrefix("~") { return (item, nil, false) }
        var rest = item[...]
        var isSecure = false
        if let range = rest.firstRange(of: "://") {
            let scheme = rest[..<range.lowerBound].lowercased()
            guard ["http", "https", "ws", "wss"].contains(scheme) else {
                spelled.warn(source, "\"\(item)\": routes are for http and https, not for \(scheme)")
                return nil
            }
            isSecure = ["https", "wss"].contains(scheme)
            rest = rest[range.upperBound...]
        }
        var path: String?
        if let slash = rest.firstIndex(of: "/") {
            path = Self.exactPath(String(rest[slash...]))
            rest = rest[..<slash]
        }
        if let colon = rest.lastIndex(of: ":"), !rest.hasSuffix("]") {
            let port = rest[rest.index(after: colon)...]
            if UInt16(port) == nil { spelled.warn(source, "\"\(item)\": \"\(port)\" is no port") }
            if !["80", "443"].contains(port) {
                spelled.note(
                    source, "\"\(item)\": a route is for all of the edge's ports, also for others than \(port)")
            }
            rest = rest[..<colon]
        }
        let host = rest.lowercased()
        if host.isEmpty || host == "*" { return ("*", path, isSecure) }
        if host.hasSuffix(".*"), host.dropLast(2).contains(".") {
            return ("~^" + RuleText.escaped(host.dropLast(2)) + #"\..+$"#, path, isSecure)
        }
        return (host.hasSuffix(".*") ? host : FabioSpelling.pattern(host), path, isSecure)
    }

    /// dockercloud's paths are whole ones, unless there is a `*` in them.
    private static func exactPath(_ path: String) -> String? {
        if path == "/" || path == "/*" { return nil }
        guard path.contains("*") else { return "=" + path }
        if path.hasSuffix("/*"), !path.dropLast(2).contains("*") { return String(path.dropLast()) }
        let parts = path.split(separator: "*", omittingEmptySubsequences: false).map { RuleText.escaped($0) }
        return "~^" + parts.joined(separator: ".*") + "$"
    }

    /// nginx's: `/prefix`, `= /exact`, `^~ /prefix`, `~ regex`, `~* regex`.
    private func pathPattern(_ text: String) -> String {
        let text = RuleText.trimmed(text)
        if text.hasPrefix("^~") { return RuleText.trimmed(text.dropFirst(2)) }
        if text.hasPrefix("~*") { return "~(?i)" + RuleText.trimmed(text.dropFirst(2)) }
        if text.hasPrefix("~") { return "~" + RuleText.trimmed(text.dropFirst()) }
        if text.hasPrefix("=") { return "=" + RuleText.trimmed(text.dropFirst()) }
        return text == "/" ? "" : text
    }

    /// The path's own prefix gives way to `dest`.
    private mutating func replace(_ dest: String, _ source: String, _ route: inout SpelledRoute) {
        guard let path = route.paths.first, !path.hasPrefix("~") else {
            // Without a path all begin with the same slash.
            if !route.paths.isEmpty { return spelled.warn(source, "an expression's path has no prefix to replace") }
            if dest != "/" { prefix(dest, source, &route) }
            return
        }
        route.strip = path.hasPrefix("=") ? String(path.dropFirst()) : path
        route.sources[.strip] = source
        if dest != "/" { prefix(dest, source, &route) }
    }

    private mutating func prefix(_ dest: String, _ source: String, _ route: inout SpelledRoute) {
        guard dest.hasPrefix("/"), !dest.contains(" ") else {
            return spelled.warn(source, "\"\(dest)\" is no path: it begins with a slash")
        }
        route.rewrite = ("^(.*)$", (dest.hasSuffix("/") ? String(dest.dropLast()) : dest) + "$1")
        route.sources[.rewrite] = source
    }

    // MARK: VIRTUAL_HOST_MULTIPORTS

    /// Hosts, in each of them paths, in each of those `port`, `dest` and `proto`.
    private mutating func readSeveral(_ text: String) {
        let source = "VIRTUAL_HOST_MULTIPORTS"
        let reader = DocumentReader(source: source)
        do {
            let root = try DocumentNode.parse(text, source: source)
            for host in reader.namedFields(of: root, in: source) {
                guard let (name, _, _) = address(host.name, source) else { continue }
                let places = reader.namedFields(of: host.value, in: "a host")
                if places.isEmpty { add(name, path: "", members: [:], reader) }
                for place in places {
                    let keys = ["port", "dest", "proto"]
                    let members = reader.fields(of: place.value, in: "a path", keys: keys)
                    add(name, path: pathPattern(place.name), members: members, reader)
                }
            }
        } catch {
            reader.report(error)
        }
        for error in reader.errors { spelled.warn(source, "\(error.line):\(error.column): \(error.message)") }
    }

    private mutating func add(_ host: String, path: String, members: [String: DocumentNode], _ reader: DocumentReader) {
        let source = "VIRTUAL_HOST_MULTIPORTS"
        var port = reader.integer(members["port"], "port", in: 1...65_535).map { UInt16($0) }
        if port == nil, members["port"] == nil { port = words.port(for: source, in: &spelled, hint: "write port") }
        guard let port else { return }
        var route = SpelledRoute(source: source)
        route.hosts = [host]
        if !path.isEmpty { route.paths = [path] }
        if let dest = members["dest"]?.scalar, !dest.isEmpty { replace(dest, source, &route) }
        readStrictTransport(&route)
        var said = spelled.ports[port] ?? shared
        said.routes.append(route)
        if let spoken = members["proto"]?.scalar { Self.say(protocol: spoken, source, &said, &spelled) }
        spelled.ports[port] = said
    }

    // MARK: The rest

    private mutating func say(protocol spoken: String, _ source: String) {
        Self.say(protocol: spoken, source, &shared, &spelled)
    }

    private static func say(
        protocol spoken: String, _ source: String, _ said: inout SpelledPort, _ spelled: inout Spelled
    ) {
        let known = ["http", "https", "grpc", "grpcs"]
        let word = spoken.lowercased()
        guard known.contains(word) else {
            let nearest = nearestName(to: word, among: known)
            let hint = nearest.map { "did you mean \($0)?" } ?? "it is one of \(known.joined(separator: ", "))"
            return spelled.warn(source, "\"\(spoken)\" is not spoken to endpoints: \(hint)")
        }
        if word != "http" { said.say("protocol", word, by: source) }
    }

    private mutating func readShared() {
        let methods = ["redirect": "redirect", "noredirect": "both", "nohttp": "only", "nohttps": "off"]
        if let method = words["HTTPS_METHOD"] {
            if let word = methods[method.lowercased()] {
                shared.say("https", word, by: "HTTPS_METHOD")
            } else {
                let nearest = nearestName(to: method, among: methods.keys.sorted())
                let hint = nearest.map { "did you mean \($0)?" } ?? "it is redirect, noredirect, nohttp or nohttps"
                spelled.warn("HTTPS_METHOD", "\"\(method)\" is none: \(hint)")
            }
        }
        if let force = words["FORCE_SSL"], RuleText.flag(force) ?? true {
            shared.say("https", "redirect", by: "FORCE_SSL")
        }
        if let name = words["CERT_NAME"] { shared.say("certificate", name, by: "CERT_NAME") }
        if let hosts = words["LETSENCRYPT_HOST"] { shared.say("acme", hosts, by: "LETSENCRYPT_HOST") }
        if words["NETWORK_ACCESS"]?.lowercased() == "internal" {
            shared.say("allow", "127.0.0.0/8,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16", by: "NETWORK_ACCESS")
        }
        let balances = ["roundrobin": "round-robin", "leastconn": "least-connections"]
        if let balance = words["BALANCE"], let word = balances[balance.lowercased()] {
            shared.say("balance", word, by: "BALANCE")
        }
    }

    private func readStrictTransport(_ route: inout SpelledRoute) {
        guard let value = words["HSTS"], value.lowercased().hasPrefix("max-age") else { return }
        route.responseHeaders.set.append(SpelledField(name: "Strict-Transport-Security", value: value))
        route.sources[.responseHeaders] = "HSTS"
    }
}
