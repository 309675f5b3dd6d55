/// The words after a server's address, sorted into keywords and their arguments, defaults first.
struct HAProxyServerSettings: Sendable, Equatable {
    /// A keyword with its arguments.
    struct Setting: Sendable, Hashable {
        var keyword: String
        var arguments: [String] = []
    }

    /// All but weight and state, in the order of the text: what only a reload can change.
    var fixed: [Setting] = []
    /// 0 to 256; HAProxy's own default is 1.
    var weight = 1
    /// Whether the server starts in maintenance.
    var isDisabled = false

    /// The settings that `words` say; nil if a keyword is unknown, so that nobody knows what are its arguments, or if
    /// variables are in it.
    init?(_ words: [HAProxyLine.Word]) {
        guard !words.contains(where: \.isExpanded) else { return nil }
        var rest = words[...]
        while let word = rest.popFirst() {
            guard let count = Self.argumentCount(of: word.text), rest.count >= count else { return nil }
            let setting = Setting(keyword: word.text, arguments: rest.prefix(count).map(\.text))
            rest = rest.dropFirst(count)
            switch setting.keyword {
            case "weight":
                guard let weight = Int(setting.arguments[0]), (0...256).contains(weight) else { return nil }
                self.weight = weight
            case "disabled": isDisabled = true
            case "enabled": isDisabled = false
            default: fixed.append(setting)
            }
        }
    }

    /// Whether a flag is in force: the last of `x` and `no-x` counts.
    func has(_ flag: String) -> Bool {
        fixed.last { $0.keyword == flag || $0.keyword == "no-\(flag)" }?.keyword == flag
    }

    /// The last arguments of a keyword.
    subscript(keyword: String) -> [String]? { fixed.last { $0.keyword == keyword }?.arguments }

    /// Whether the server is looked after in a way that a runtime command can not set up or take down.
    var hasAgent: Bool { has("agent-check") || self["track"] != nil }

    /// How many words follow a keyword of a server line; nil if it is unknown.
    static func argumentCount(of keyword: String) -> Int? {
        if flags.contains(keyword) { return 0 }
        if keyword.hasPrefix("no-"), flags.contains(String(keyword.dropFirst(3))) { return 0 }
        return valued.contains(keyword) ? 1 : nil
    }

    private static let flags: Set<String> = [
        "agent-check", "allow-0rtt", "backup", "check", "check-send-proxy", "check-ssl", "check-via-socks4", "disabled",
        "enabled", "force-sslv3", "force-tlsv10", "force-tlsv11", "force-tlsv12", "force-tlsv13", "non-stick",
        "send-proxy", "send-proxy-v2", "send-proxy-v2-ssl", "send-proxy-v2-ssl-cn", "ssl", "ssl-reuse", "sslv3",
        "stick",
        "tfo", "tls-tickets", "tlsv10", "tlsv11", "tlsv12", "tlsv13",
    ]

    /// `usesrc` and `interface` are parts of `source`, and count like keywords of their own.
    private static let valued: Set<String> = [
        "addr", "agent-addr", "agent-inter", "agent-port", "agent-send", "alpn", "ca-file", "check-alpn", "check-proto",
        "check-sni", "ciphers", "ciphersuites", "cookie", "crl-file", "crt", "downinter", "error-limit", "fall",
        "fastinter", "id", "init-addr", "inter", "interface", "log-proto", "max-reuse", "maxconn", "maxqueue",
        "minconn",
        "namespace", "npn", "observe", "on-error", "on-marked-down", "on-marked-up", "pool-low-conn", "pool-max-conn",
        "pool-purge-delay", "port", "proto", "proxy-v2-options", "redir", "resolve-net", "resolve-opts",
        "resolve-prefer", "resolvers", "rise", "shard", "slowstart", "sni", "socks4", "source", "ssl-max-ver",
        "ssl-min-ver", "tcp-ut", "track", "usesrc", "verify", "verifyhost", "weight", "ws",
    ]
}

extension HAProxyServerSettings {
    /// What has to follow `add server B/S ADDRESS` so that the new server is what the text's line would make it.
    ///
    /// Measured with 2.6: a server that is added knows nothing of `default-server`; it keeps no idle connections unless it
    /// is told to; its checks use neither TLS nor the PROXY protocol unless they are told to.
    ///
    /// Throws the reason if that cannot be said in a command.
    func dynamicWords() throws(HAProxyFailure) -> [String] {
        var words: [String] = []
        var given: Set<String> = []
        for setting in fixed {
            let keyword = setting.keyword
            if Self.ignored.contains(keyword) { continue }
            // A flag that was taken back later, or takes one back.
            if keyword.hasPrefix("no-") {
                guard Self.dynamicFlags.contains(String(keyword.dropFirst(3))) else { throw Self.refusal(keyword) }
                continue
            }
            guard Self.dynamicFlags.contains(keyword) || Self.dynamicValued.contains(keyword) else {
                throw Self.refusal(keyword)
            }
            if setting.arguments.isEmpty, !has(keyword) || given.contains(keyword) { continue }
            guard setting.arguments.allSatisfy(RuntimeCommand.isPlain) else { throw Self.refusal(keyword) }
            given.insert(keyword)
            words += [keyword] + setting.arguments
        }
        func addUnlessGiven(_ keyword: String, _ value: String) {
            if !given.contains(keyword) { words += [keyword, value] }
        }
        // What a server of the file has by default.
        addUnlessGiven("pool-purge-delay", "5s")
        addUnlessGiven("pool-max-conn", "-1")
        if given.contains("observe") {
            addUnlessGiven("error-limit", "10")
            addUnlessGiven("on-error", "fail-check")
        }
        let sendsProxy = !given.isDisjoint(with: ["send-proxy", "send-proxy-v2"])
        if given.contains("check"), sendsProxy, given.isDisjoint(with: ["port", "addr", "check-send-proxy"]) {
            words.append("check-send-proxy")
        }
        return words + ["weight", "\(weight)"]
    }

    private static func refusal(_ keyword: String) -> HAProxyFailure {
        HAProxyFailure("`\(keyword)` cannot be given to a server at run time")
    }

    /// What the 2.6 branch takes after `add server`, but for TLS, agents, `track` and `source`.
    private static let dynamicFlags: Set<String> = [
        "backup", "check", "check-send-proxy", "send-proxy", "send-proxy-v2", "tfo",
    ]

    private static let dynamicValued: Set<String> = [
        "addr", "check-proto", "downinter", "error-limit", "fall", "fastinter", "id", "inter", "maxconn", "maxqueue",
        "minconn", "observe", "on-error", "on-marked-down", "on-marked-up", "pool-low-conn", "pool-max-conn",
        "pool-purge-delay", "port", "proto", "proxy-v2-options", "rise", "slowstart", "ws",
    ]

    /// Without effect on a server whose address is no name.
    private static let ignored: Set<String> = [
        "init-addr", "resolve-net", "resolve-opts", "resolve-prefer", "resolvers",
    ]
}
