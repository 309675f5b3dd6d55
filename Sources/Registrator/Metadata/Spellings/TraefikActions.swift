/// What Traefik's middlewares do to the requests of a router, as far as a route can say it.
struct TraefikActions {
    /// What becomes attributes of the endpoint.
    private(set) var attributes: [SpelledAttribute] = []

    private let middlewares: [String: TraefikSpelling.Options]
    private var strips: (prefixes: [String], source: String)?
    private var rewrite: (match: String, to: String, source: String)?
    private var requestHeaders = SpelledEdits()
    private var responseHeaders = SpelledEdits()
    private var taken: Set<String> = []
    /// It sends plain requests to https, which listeners do here.
    private(set) var redirectsScheme = false

    init(middlewares: [String: TraefikSpelling.Options]) {
        self.middlewares = middlewares
    }

    /// Takes up the middleware called `name`.
    mutating func take(_ name: String, _ source: String, _ spelled: inout Spelled) {
        var key = name.lowercased()
        for provider in ["@docker", "@swarm"] where key.hasSuffix(provider) { key.removeLast(provider.count) }
        guard let options = middlewares[key] else {
            spelled.warn(source, "there is no middleware \(name) on this container: the router does without it")
            return
        }
        // A chain may name itself.
        guard taken.insert(key).inserted else { return }
        for (path, option) in options.sorted(by: { $0.key < $1.key }) {
            take(path: path, value: option.value, source: option.source, options, &spelled)
        }
    }

    private mutating func take(
        path: String, value: String, source: String, _ options: TraefikSpelling.Options, _ spelled: inout Spelled
    ) {
        switch path.prefix(while: { $0 != "[" }) {
        case "stripprefix.prefixes":
            strips = ((strips?.prefixes ?? []) + RuleText.list(value), source)
        case "stripprefix.forceslash", "replacepathregex.replacement", "redirectscheme.permanent",
            "redirectscheme.port", "redirectregex.permanent", "redirectregex.replacement":
            break
        case "addprefix.prefix":
            guard value.hasPrefix("/") else { return spelled.warn(source, "\"\(value)\" does not begin with a slash") }
            change("^(.*)$", (value.hasSuffix("/") ? String(value.dropLast()) : value) + "$1", source, &spelled)
        case "replacepath.path": change("^.*$", value, source, &spelled)
        case "replacepathregex.regex":
            replacePath(value, options["replacepathregex.replacement"]?.value, source, &spelled)
        case "redirectscheme.scheme":
            guard value.lowercased() == "https" else {
                return spelled.warn(source, "no route redirects to \(value): the router serves instead")
            }
            say("https", "redirect", source)
            redirectsScheme = true
        case "basicauth.users", "basicauth.usersfile", "digestauth.users", "digestauth.usersfile",
            "forwardauth.address":
            say("basic_auth", nil, source)
            spelled.warn(
                source, "passwords are the edge's, and never written to the store: it asks for one of its set `default`"
            )
        case "ipallowlist.sourcerange", "ipwhitelist.sourcerange":
            say("allow", value, source)
        case "ratelimit.average": limitRate(value, options, source, &spelled)
        case "ratelimit.burst", "ratelimit.period": break
        case "chain.middlewares":
            for name in RuleText.list(value) { take(name, source, &spelled) }
        case "compress", "compress.encodings", "compress.minresponsebodybytes": break
        case let path where path.hasPrefix("headers."): takeHeader(String(path.dropFirst(8)), value, source, &spelled)
        default:
            let kind = path.prefix { $0 != "." }
            spelled.warn(source, "\(kind) is not among what routes do: the router does without it")
        }
    }

    private mutating func say(_ name: String, _ value: String?, _ source: String) {
        attributes.append(SpelledAttribute(name: name, value: value, source: source))
    }

    private mutating func limitRate(
        _ average: String, _ options: TraefikSpelling.Options, _ source: String, _ spelled: inout Spelled
    ) {
        let periods = ["1s": "/s", "1m": "/m", "1m0s": "/m", "1h": "/h", "1h0m0s": "/h"]
        guard let period = periods[options["ratelimit.period"]?.value ?? "1s"] else {
            return spelled.warn(source, "a rate is one of a second, a minute or an hour: write period=1s, 1m or 1h")
        }
        let burst = options["ratelimit.burst"].map { " burst=\($0.value)" } ?? " burst=1"
        say("limits_rate", average == "0" ? "0" : average + period + burst, source)
    }

    private mutating func change(_ match: String, _ to: String, _ source: String, _ spelled: inout Spelled) {
        if let rewrite {
            spelled.warn(source, "a route rewrites its path once, and \(rewrite.source) does: take one of them out")
        } else if to.contains(" ") {
            spelled.warn(source, "\"\(to)\" holds a blank, which no path has")
        } else {
            rewrite = (match, to, source)
        }
    }

    private mutating func replacePath(
        _ expression: String, _ replacement: String?, _ source: String, _ spelled: inout Spelled
    ) {
        guard let replacement else { return spelled.warn(source, "the expression has no replacement beside it") }
        guard expression.hasPrefix("^") else {
            return spelled.warn(source, "\"\(expression)\" must begin with ^: a route rewrites the whole path")
        }
        if expression.hasSuffix("$") {
            change(expression, replacement, source, &spelled)
        } else {
            change(expression + "(?<rest>.*)$", replacement + "${rest}", source, &spelled)
        }
    }

    // MARK: Fields

    private static let plainFields = [
        "contentsecuritypolicy": "Content-Security-Policy", "referrerpolicy": "Referrer-Policy",
        "permissionspolicy": "Permissions-Policy", "customframeoptionsvalue": "X-Frame-Options",
    ]

    private mutating func takeHeader(_ name: String, _ value: String, _ source: String, _ spelled: inout Spelled) {
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        switch (parts.first ?? "", parts.count) {
        case ("customrequestheaders", 2): Self.edit(&requestHeaders, parts[1], value, source, &spelled)
        case ("customresponseheaders", 2): Self.edit(&responseHeaders, parts[1], value, source, &spelled)
        case ("stsseconds", 1):
            guard value != "0" else { return }
            Self.edit(&responseHeaders, "Strict-Transport-Security", "max-age=\(value)", source, &spelled)
        case ("stsincludesubdomains", 1), ("stspreload", 1), ("forcestsheader", 1), ("sslproxyheaders", _): break
        case ("framedeny", 1) where RuleText.flag(value) == true:
            Self.edit(&responseHeaders, "X-Frame-Options", "DENY", source, &spelled)
        case ("contenttypenosniff", 1) where RuleText.flag(value) == true:
            Self.edit(&responseHeaders, "X-Content-Type-Options", "nosniff", source, &spelled)
        case ("sslredirect", 1) where RuleText.flag(value) == true:
            say("https", "redirect", source)
            redirectsScheme = true
        case (let plain, 1) where Self.plainFields[plain] != nil:
            Self.edit(&responseHeaders, Self.plainFields[plain] ?? "", value, source, &spelled)
        default: spelled.warn(source, "\(name) is not among what routes do to fields: the router does without it")
        }
    }

    private static func edit(
        _ edits: inout SpelledEdits, _ name: String, _ value: String, _ source: String, _ spelled: inout Spelled
    ) {
        guard RuleText.isFieldName(name) else { return spelled.warn(source, "\"\(name)\" is no field's name") }
        if value.isEmpty { edits.remove.append(name) } else { edits.set.append(SpelledField(name: name, value: value)) }
    }

    // MARK: Routes

    /// `routes` with all of it; one whose paths lose different prefixes becomes several.
    func apply(to routes: [SpelledRoute], _ spelled: inout Spelled) -> [SpelledRoute] {
        var result: [SpelledRoute] = []
        for route in routes {
            var route = route
            if let rewrite { route.rewrite = (rewrite.match, rewrite.to) }
            route.requestHeaders = requestHeaders
            route.responseHeaders = responseHeaders
            guard let strips else {
                result.append(route)
                continue
            }
            result += Self.strip(route, strips.prefixes, strips.source, &spelled)
        }
        return result
    }

    private static func strip(
        _ route: SpelledRoute, _ prefixes: [String], _ source: String, _ spelled: inout Spelled
    ) -> [SpelledRoute] {
        var groups: [(strip: String?, paths: [String])] = []
        for path in route.paths {
            let plain = path.hasPrefix("=") ? String(path.dropFirst()) : path
            let strip = prefixes.count == 1 ? prefixes.first : prefixes.first { RuleText.covers($0, plain) }
            if let place = groups.firstIndex(where: { $0.strip == strip }) {
                groups[place].paths.append(path)
            } else {
                groups.append((strip, [path]))
            }
        }
        if route.paths.isEmpty {
            if prefixes.count > 1 {
                spelled.warn(source, "a route loses one prefix, and \(prefixes[0]) is it: name its paths in the rule")
            }
            groups = [(prefixes.first, [])]
        }
        return groups.enumerated().map { index, group in
            var part = route
            part.paths = group.paths
            part.strip = group.strip.map { $0.hasPrefix("/") ? $0 : "/" + $0 }
            if groups.count > 1, let name = route.name { part.name = "\(name)-\(index + 1)" }
            return part
        }
    }
}
