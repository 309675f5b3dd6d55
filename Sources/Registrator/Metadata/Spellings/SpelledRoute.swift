internal import KeyValue

/// A field's name and value.
struct SpelledField: Hashable {
    var name: String
    var value: String
}

/// A route as a label says it, whichever spelling it is in.
///
/// Patterns are those of Discovery: `shop.example.com`, `*.example.com`, `~regex`, `*` for any host; `/prefix`, `=/exact`,
/// `~regex`.
struct SpelledRoute: Equatable {
    /// The members that are said one by one, for labels that add to what another spelling says.
    enum Member: String, CaseIterable {
        case hosts = "host"
        case paths = "path"
        case methods, headers, strip, rewrite, redirect, priority
        case requestHeaders = "request_headers"
        case responseHeaders = "response_headers"
        case rest
    }

    /// What tells it from the others of its port; nil if nothing has to.
    var name: String?
    /// The label that says most of it.
    var source: String
    var hosts: [String] = []
    var paths: [String] = []
    var methods: [String] = []
    var headers: [SpelledField] = []
    var strip: String?
    var rewrite: (match: String, to: String)?
    var redirect: (to: String, status: Int)?
    var requestHeaders = SpelledEdits()
    var responseHeaders = SpelledEdits()
    var priority: Int?
    /// Words of a route that nothing here looks into: `timeouts.idle=5s`.
    var rest: [SpelledField] = []
    /// The whole route in words, as its author wrote it.
    var text: String?
    /// Which label said which member, where it is not `source`.
    var sources: [Member: String] = [:]

    init(source: String, name: String? = nil) {
        self.source = source
        self.name = name
    }

    /// Whether both match and do the same, wherever they come from.
    static func == (first: SpelledRoute, second: SpelledRoute) -> Bool {
        first.text == second.text
            && Member.allCases.allSatisfy { $0 == .priority || first.isSame($0, as: second) }
    }

    /// The label that said `member`.
    func source(of member: Member) -> String { sources[member] ?? source }

    /// Whether it says anything of `member`.
    func says(_ member: Member) -> Bool {
        switch member {
        case .hosts: !hosts.isEmpty
        case .paths: !paths.isEmpty
        case .methods: !methods.isEmpty
        case .headers: !headers.isEmpty
        case .strip: strip != nil
        case .rewrite: rewrite != nil
        case .redirect: redirect != nil
        case .priority: priority != nil
        case .requestHeaders: requestHeaders != SpelledEdits()
        case .responseHeaders: responseHeaders != SpelledEdits()
        case .rest: !rest.isEmpty
        }
    }

    /// Whether `other` says the same of `member`.
    func isSame(_ member: Member, as other: SpelledRoute) -> Bool {
        switch member {
        case .hosts: Set(hosts) == Set(other.hosts)
        case .paths: Set(paths) == Set(other.paths)
        case .methods: Set(methods) == Set(other.methods)
        case .headers: Set(headers) == Set(other.headers)
        case .strip: strip == other.strip
        case .rewrite: rewrite?.match == other.rewrite?.match && rewrite?.to == other.rewrite?.to
        case .redirect: redirect?.to == other.redirect?.to && redirect?.status == other.redirect?.status
        case .priority: priority == other.priority
        case .requestHeaders: requestHeaders == other.requestHeaders
        case .responseHeaders: responseHeaders == other.responseHeaders
        case .rest: rest == other.rest
        }
    }

    /// Takes from `other` what it says of `member`.
    mutating func take(_ member: Member, from other: SpelledRoute) {
        switch member {
        case .hosts: hosts = other.hosts
        case .paths: paths = other.paths
        case .methods: methods = other.methods
        case .headers: headers = other.headers
        case .strip: strip = other.strip
        case .rewrite: rewrite = other.rewrite
        case .redirect: redirect = other.redirect
        case .priority: priority = other.priority
        case .requestHeaders: requestHeaders = other.requestHeaders
        case .responseHeaders: responseHeaders = other.responseHeaders
        case .rest: rest = other.rest
        }
        sources[member] = other.source(of: member)
    }

    /// What it is about, for problems: `a.example/api`.
    var place: String {
        if text != nil { return "a whole route" }
        let host = hosts.isEmpty ? "its default hosts" : hosts.joined(separator: ",")
        return host + paths.joined(separator: ",")
    }
}

/// Fields that are set and removed.
struct SpelledEdits: Hashable {
    var set: [SpelledField] = []
    var remove: [String] = []
}

// MARK: Words

extension SpelledRoute {
    /// Whether `host`, `path` and `strip` of the value itself say all of it.
    var isMount: Bool {
        let others: [Member] = [
            .methods, .headers, .rewrite, .redirect, .priority, .requestHeaders, .responseHeaders, .rest,
        ]
        return text == nil && !others.contains(where: says) && Self.isOneList(hosts)
            && Self.isOneList(Self.plain(paths))
    }

    /// An expression may hold commas, so it stands alone.
    private static func isOneList(_ patterns: [String]) -> Bool {
        patterns.count <= 1 || !patterns.contains { $0.hasPrefix("~") }
    }

    /// Paths without commas, which would end one: those that have some become expressions.
    private static func plain(_ paths: [String]) -> [String] {
        paths.map { path in
            guard path.contains(","), !path.hasPrefix("~") else { return path }
            let isExact = path.hasPrefix("=")
            let literal = RuleText.escaped(isExact ? String(path.dropFirst()) : path)
            return "~^\(literal)" + (isExact ? "$" : path.hasSuffix("/") ? "" : "(?:/|$)")
        }
    }

    /// `host`, `path` and `strip` as the value's own attributes.
    var mountAttributes: [EndpointAttribute] {
        var attributes: [EndpointAttribute] = []
        let paths = Self.plain(paths)
        if !hosts.isEmpty { attributes.append(EndpointAttribute("host", hosts.joined(separator: ","))) }
        if !paths.isEmpty { attributes.append(EndpointAttribute("path", paths.joined(separator: ","))) }
        if let strip { attributes.append(EndpointAttribute("strip", strip)) }
        return attributes
    }

    /// The value of its `route` attribute.
    var words: String {
        if let text { return text }
        var words: [String] = []
        func add(_ name: String, _ value: String) { words.append(EndpointText.attribute(name, value)) }
        func list(_ name: String, _ patterns: [String]) {
            let plain = patterns.filter { !$0.hasPrefix("~") }
            if !plain.isEmpty { add(name, plain.joined(separator: ",")) }
            for pattern in patterns where pattern.hasPrefix("~") { add(name, pattern) }
        }
        list("host", hosts)
        list("path", Self.plain(paths))
        if !methods.isEmpty { add("methods", methods.joined(separator: ",")) }
        for header in headers { add("headers.\(header.name)", header.value) }
        if let strip { add("strip", strip) }
        if let rewrite { add("rewrite", "\(rewrite.match) \(rewrite.to)") }
        if let redirect { add("redirect", redirect.status == 301 ? redirect.to : "\(redirect.to) \(redirect.status)") }
        for (name, edits) in [("request_headers", requestHeaders), ("response_headers", responseHeaders)] {
            for field in edits.set { add("\(name).set.\(field.name)", field.value) }
            if !edits.remove.isEmpty { add("\(name).remove", edits.remove.joined(separator: ",")) }
        }
        if let priority { add("priority", "\(priority)") }
        for word in rest { add(word.name, word.value) }
        return words.joined(separator: " ")
    }
}
