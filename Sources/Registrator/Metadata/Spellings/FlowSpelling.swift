internal import Discovery

/// docker-flow-proxy's labels: `com.df.servicePath` and its like, with `.1`, `.2` at their ends for more than one.
struct FlowSpelling {
    private static let prefix = "com.df."
    private static let known = [
        "notify", "servicePath", "serviceDomain", "port", "reqMode", "httpsOnly", "allowedMethods", "reqPathSearch",
        "reqPathReplace", "reqPathSearchReplace", "sessionType", "isDefaultBackend", "redirectFromDomain",
    ]
    /// What this edge has no use for, or is the same without.
    private static let passedOver = [
        "distribute", "srcPort", "srcHttpsPort", "outboundHostname", "aclName", "templateFePath", "templateBePath",
        "serviceDomainAlgo", "pathType", "timeoutServer", "timeoutTunnel", "compressionAlgo", "compressionType",
        "proxyInstanceName", "serviceName", "httpsPort", "sslVerifyNone", "setReqHeader", "setResHeader",
    ]

    private let words: ContainerWords
    private var spelled = Spelled()
    /// By number, 0 for those without: values with their labels, by lower-case name.
    private var groups: [Int: [String: (value: String, source: String)]] = [:]

    /// What the labels of `words` say.
    static func read(_ words: ContainerWords) -> Spelled {
        var reader = FlowSpelling(words: words)
        reader.collect()
        return reader.spelled
    }

    private init(words: ContainerWords) {
        self.words = words
    }

    private mutating func collect() {
        for (label, value) in words.labels.sorted(by: { $0.key < $1.key }) where label.hasPrefix(Self.prefix) {
            var parts = label.dropFirst(Self.prefix.count).split(separator: ".").map(String.init)
            let number = parts.count > 1 ? Int(parts[parts.count - 1]) : nil
            if number != nil { parts.removeLast() }
            let name = parts.joined(separator: ".")
            if Self.known.contains(where: { $0.lowercased() == name.lowercased() }) {
                groups[number ?? 0, default: [:]][name.lowercased()] = (RuleText.trimmed(value), label)
            } else if Self.passedOver.contains(where: { $0.lowercased() == name.lowercased() }) {
                spelled.note(label, "nothing follows from it here")
            } else {
                let nearest = nearestName(to: name, among: Self.known)
                let hint = nearest.map { "did you mean \"com.df.\($0)\"?" } ?? "nothing follows from it"
                spelled.warn(label, "it is not read: \(hint)")
            }
        }
        guard !groups.isEmpty else { return }
        let notify = groups[0]?["notify"].flatMap { RuleText.flag($0.value) }
        guard notify == true else {
            if notify == nil, let source = groups.values.flatMap(\.values).map(\.source).min() {
                spelled.note(source, "it is not read without com.df.notify=true")
            }
            spelled.ports = [:]
            return
        }
        for (number, group) in groups.sorted(by: { $0.key < $1.key }) { read(group, number: number) }
    }

    private mutating func read(_ group: [String: (value: String, source: String)], number: Int) {
        let paths = group["servicepath"].map { RuleText.list($0.value) } ?? []
        let domains = group["servicedomain"].map { RuleText.list($0.value.lowercased()) } ?? []
        let isDefault = group["isdefaultbackend"].flatMap { RuleText.flag($0.value) } ?? false
        if let mode = group["reqmode"], mode.value.lowercased() != "http" {
            spelled.warn(mode.source, "\"\(mode.value)\" is forwarded by the edge's listeners, not by routes")
            return
        }
        guard !paths.isEmpty || !domains.isEmpty || isDefault else { return }
        let named = group["servicepath"] ?? group["servicedomain"] ?? group["isdefaultbackend"]
        let source = named?.source ?? "com.df.notify"
        var port: UInt16?
        if let said = group["port"] ?? groups[0]?["port"] {
            port = words.portNumber(said.value, said.source, in: &spelled)
        }
        let place = port ?? words.port(for: source, in: &spelled, hint: "write com.df.port")
        var route = SpelledRoute(source: source)
        route.hosts = domains.isEmpty ? ["*"] : domains.map { $0 == "*" ? $0 : FabioSpelling.pattern($0) }
        if let domain = group["servicedomain"] { route.sources[.hosts] = domain.source }
        route.paths = paths.contains("/") ? [] : paths
        if let methods = group["allowedmethods"] { route.methods = RuleText.list(methods.value.uppercased()) }
        readReplacement(group, &route)
        var said = spelled.ports[place] ?? SpelledPort()
        said.routes.append(route)
        if let only = group["httpsonly"], RuleText.flag(only.value) == true {
            said.say("https", "redirect", by: only.source)
        }
        if let session = group["sessiontype"], session.value == "sticky-server" {
            said.say("sticky", nil, by: session.source)
        }
        if let old = group["redirectfromdomain"] {
            if let target = domains.first, !target.contains("*") {
                var redirect = SpelledRoute(source: old.source)
                redirect.hosts = RuleText.list(old.value.lowercased())
                redirect.redirect = ("$scheme://\(target)$request_uri", 301)
                said.routes.append(redirect)
            } else {
                spelled.warn(old.source, "there is no com.df.serviceDomain to redirect to")
            }
        }
        spelled.ports[place] = said
    }

    /// `reqPathSearch` with `reqPathReplace`, or both in `reqPathSearchReplace` with a comma between.
    private mutating func readReplacement(
        _ group: [String: (value: String, source: String)], _ route: inout SpelledRoute
    ) {
        var pair: (search: String, replace: String, source: String)?
        if let both = group["reqpathsearchreplace"] {
            let first = both.value.split(separator: ":").first ?? ""
            let parts = first.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if parts.count == 2 { pair = (parts[0], parts[1], both.source) }
            if both.value.contains(":") {
                spelled.warn(both.source, "a route rewrites its path once: the first one counts")
            }
        } else if let search = group["reqpathsearch"], let replace = group["reqpathreplace"] {
            pair = (search.value, replace.value, search.source)
        }
        guard let pair, !pair.search.isEmpty else { return }
        guard !pair.replace.contains(" ") else { return spelled.warn(pair.source, "a path holds no blank") }
        let to = pair.replace.replacing(#"\1"#, with: "$1").replacing(#"\2"#, with: "$2")
        route.sources[.rewrite] = pair.source
        let rest = "(?<rest>.*)$"
        if pair.search.hasPrefix("^") {
            route.rewrite = (pair.search.hasSuffix("$") ? pair.search : pair.search + rest, to)
            if !pair.search.hasSuffix("$") { route.rewrite?.to += "${rest}" }
        } else {
            route.rewrite = ("^(?<start>.*?)(?:\(pair.search))" + rest, "${start}" + to + "${rest}")
            if to.contains("$1") {
                spelled.warn(pair.source, "groups are counted from the path's beginning: begin with ^")
            }
        }
    }
}
