public import Routing

/// A route as the configuration file and the store's `routes/` describe it.
public struct RouteDocument: Sendable, Equatable {
    /// The route; its waits, retries and limits are in `policy`, for they go on top of its service's.
    public var route: RouteDescription
    /// What it says of waits, retries and limits.
    public var policy: ServicePolicy

    /// A route with what it says beyond its service's policy.
    public init(route: RouteDescription, policy: ServicePolicy = ServicePolicy()) {
        self.route = route
        self.policy = policy
    }

    static let keys =
        [
            "name", "hosts", "paths", "methods", "headers", "service", "services", "strip_prefix", "rewrite",
            "request_headers", "response_headers", "redirect",
        ] + PolicyDocument.keys
}

extension DocumentReader {
    /// Reads a route, or nil if it makes no sense; the errors say why.
    ///
    /// - Parameter key: the route's name if its place names it (a key of the store): then `name` may be left out.
    public func route(_ node: DocumentNode, key: String? = nil, provenance: Provenance) -> RouteDocument? {
        let before = errors.count
        guard case .mapping = node.content else {
            report("a route is a mapping with hosts or paths, and service, services or redirect", at: node)
            return nil
        }
        let members = fields(of: node, in: "a route", keys: RouteDocument.keys)
        guard let name = routeName(members["name"], key: key, at: node) else { return nil }
        var route = RouteDescription(name: name, provenance: provenance)
        readMatchAndActions(members, into: &route)
        route.services = services(members, at: node)
        if let node = members["basic_auth"], route.redirect != nil {
            report("a route that sends everybody elsewhere asks for no password: take basic_auth out", at: node)
        }
        var policy = policy(members, scope: .route).policy
        if redirectsToHTTPS(members) { policy.access.https = .redirect }
        return errors.count == before ? RouteDocument(route: route, policy: policy) : nil
    }

    /// All that a route says but where it leads and how long it waits.
    func readMatchAndActions(_ members: [String: DocumentNode], into route: inout RouteDescription) {
        route.hosts = strings(members["hosts"], "hosts")
        route.paths = paths(members["paths"])
        route.methods = methods(members["methods"])
        route.headers = headers(members["headers"], "headers")
        route.redirect = redirect(members["redirect"])
        if let strip = members["strip_prefix"], let prefix = string(strip, "strip_prefix") {
            if !prefix.hasPrefix("/") { report("strip_prefix is \"\(prefix)\": it begins with a /", at: strip) }
            route.stripPrefix = prefix
        }
        route.rewrite = rewrite(members["rewrite"])
        route.requestHeaders = edits(members["request_headers"], "request_headers")
        route.responseHeaders = edits(members["response_headers"], "response_headers")
    }

    /// The name that a route has; nil, and said, if it can be none.
    func routeName(_ node: DocumentNode?, key: String?, at place: DocumentNode) -> String? {
        guard let node else {
            if key == nil { report("a route has no name: add name: NAME, unlike any other's", at: place) }
            return key
        }
        guard let name = string(node, "name") else { return nil }
        guard name.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F && $0 != "\"" }) else {
            report("name is \"\(name)\": it has no blanks, quotes or control characters", at: node)
            return nil
        }
        if let key, key != name {
            report("name is \"\(name)\", the key says \"\(key)\": take name out, or let it say the same", at: node)
        }
        return key ?? name
    }

    private func paths(_ node: DocumentNode?) -> [String] {
        guard let node else { return [] }
        let nodes: [DocumentNode]
        if case .scalar = node.content { nodes = [node] } else { nodes = items(of: node, in: "paths") }
        return nodes.compactMap { item in
            guard let path = string(item, "a path") else { return nil }
            if path.hasPrefix("/") || path.hasPrefix("=/") || path.hasPrefix("~") { return path }
            report("path \"\(path)\": it is /PREFIX, =/EXACT or ~REGEX", at: item)
            return nil
        }
    }

    private func methods(_ node: DocumentNode?) -> [String] {
        guard let node else { return [] }
        let nodes: [DocumentNode]
        if case .scalar = node.content { nodes = [node] } else { nodes = items(of: node, in: "methods") }
        return nodes.compactMap { item in
            guard let method = string(item, "a method") else { return nil }
            if !DocumentNode.isToken(method) {
                report("method \"\(method)\": it is one word, such as GET", at: item)
            } else if method.utf8.allSatisfy({ $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }) {
                report("method \"\(method)\": methods are written in capitals, \(method.uppercased())", at: item)
            }
            return method
        }
    }

    private func headers(_ node: DocumentNode?, _ what: String) -> [NameValue] {
        let pairs = pairs(node, what)
        for pair in pairs {
            guard let node else { break }
            if !DocumentNode.isToken(pair.name) {
                report("\"\(pair.name)\" in \(what) is no field's name", at: node)
            } else if pair.value.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7F }) {
                report("\(pair.name) in \(what) holds a control character: a field's value has none", at: node)
            }
        }
        return pairs
    }

    /// `redirect: https`: served, but over https.
    func redirectsToHTTPS(_ members: [String: DocumentNode]) -> Bool {
        guard let node = members["redirect"], node.scalar == "https" else { return false }
        if members["https"] != nil { report("redirect: https is https: redirect: take one of the two out", at: node) }
        return true
    }

    private func redirect(_ node: DocumentNode?) -> Redirect? {
        guard let node, node.scalar != "https" else { return nil }
        let members = fields(of: node, in: "redirect", keys: ["to", "status"])
        guard let target = members["to"] else {
            report("redirect has no target: add to: URL", at: node)
            return nil
        }
        guard let to = string(target, "redirect.to") else { return nil }
        guard let status = members["status"] else { return Redirect(to: to) }
        guard let number = decimal(status.scalar ?? "", in: 301...308), ![304, 305, 306].contains(number) else {
            report("redirect.status is \(quoted(status)): it is 301, 302, 303, 307 or 308", at: status)
            return nil
        }
        return Redirect(to: to, status: number)
    }

    private func services(_ members: [String: DocumentNode], at node: DocumentNode) -> [WeightedService] {
        if let redirect = members["redirect"], redirect.scalar != "https" {
            if members["service"] != nil || members["services"] != nil {
                report("a route with a redirect has no service: take one of the two out", at: redirect)
            }
            return []
        }
        switch (members["service"], members["services"]) {
        case (let lone?, nil): return string(lone, "service").map { [WeightedService(service: $0)] } ?? []
        case (nil, let several?): return weightedServices(several)
        case (nil, nil): report("a route leads nowhere: add service: NAME, services: or redirect:", at: node)
        case (_?, let several?): report("a route has service and services: take one of the two out", at: several)
        }
        return []
    }

    private func weightedServices(_ node: DocumentNode) -> [WeightedService] {
        let shares = namedFields(of: node, in: "services").compactMap { field in
            integer(field.value, "the share of \(field.name)", in: 0...65_535)
                .map { WeightedService(service: field.name, weight: $0) }
        }
        if shares.allSatisfy({ $0.weight == 0 }) {
            report("services names none with a share above 0: services: { NAME: 90, OTHER: 10 }", at: node)
        }
        return shares
    }

    private func rewrite(_ node: DocumentNode?) -> PathRewrite? {
        guard let node else { return nil }
        let members = fields(of: node, in: "rewrite", keys: ["match", "to"])
        guard let match = members["match"]?.scalar, let to = members["to"]?.scalar, !match.isEmpty else {
            report("rewrite is { match: REGEX, to: REPLACEMENT }", at: node)
            return nil
        }
        return PathRewrite(match: match, to: to)
    }

    private func edits(_ node: DocumentNode?, _ what: String) -> HeaderEdits {
        var edits = HeaderEdits()
        guard let node else { return edits }
        let members = fields(of: node, in: what, keys: ["set", "remove"])
        edits.set = headers(members["set"], "\(what).set")
        edits.remove = strings(members["remove"], "\(what).remove")
        for name in edits.remove where !DocumentNode.isToken(name) {
            report("\"\(name)\" in \(what).remove is no field's name", at: node)
        }
        return edits
    }
}
