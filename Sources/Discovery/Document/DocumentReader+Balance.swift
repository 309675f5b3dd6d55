internal import Routing
internal import Wire

extension DocumentReader {
    /// Keys of `sticky`.
    static var stickyKeys: [String] { ["cookie", "secure", "http_only", "same_site", "max_age", "path"] }

    /// Keys of a service that say how requests are spread, `balance` apart.
    static var spreadKeys: [String] { ["hash", "sticky", "slow_start", "panic"] }

    /// `balance`, `hash`, `sticky`, `slow_start` and `panic`.
    func readBalance(_ members: [String: DocumentNode], into policy: inout ServicePolicy) {
        policy.balance = choice(members["balance"], "balance", of: Balance.self)
        if let node = members["hash"] {
            policy.hash = hash(node)
            // Whoever names a key wants it used.
            if policy.balance == nil, members["balance"] == nil { policy.balance = .hash }
            if let balance = policy.balance, balance != .hash {
                report(
                    "hash goes with balance: hash, and balance is \(balance.rawValue): take one of the two out",
                    at: node)
            }
        }
        if let node = members["sticky"] { policy.sticky = sticky(node) }
        policy.slowStart = milliseconds(members["slow_start"], "slow_start")
        policy.panicPercent = fraction(members["panic"], "panic").map { Int(($0 * 100).rounded()) }
    }

    // MARK: Hash

    /// `source`, `header:NAME` and the like, or a mapping with `on`, `name` and `bound`.
    func hash(_ node: DocumentNode) -> HashSettings {
        var settings = HashSettings()
        if node.scalar != nil {
            readHash(key: node, into: &settings)
            return settings
        }
        let members = fields(of: node, in: "hash", keys: ["on", "name", "bound"])
        if let key = members["on"] {
            readHash(key: key, name: string(members["name"], "hash.name"), into: &settings)
        } else if let name = members["name"] {
            report("hash.name is the name of what hash.on says, which is not there: write on: header", at: name)
        }
        settings.boundPercent = bound(members["bound"], "hash.bound")
        return settings
    }

    /// `path`, `header:NAME`; or `header` with `name` beside it.
    func readHash(key node: DocumentNode, name: String? = nil, into settings: inout HashSettings) {
        let text = node.scalar ?? ""
        let word = text.prefix { $0 != ":" }
        let name = name ?? String(text.dropFirst(word.count + 1))
        guard let source = HashPolicy.Source(rawValue: String(word)) else {
            let known = HashPolicy.Source.allCases.map { $0.isNamed ? "\($0.rawValue):NAME" : $0.rawValue }
            report("hash is \(quoted(node)): it is one of \(known.joined(separator: ", "))", at: node)
            return
        }
        if !source.isNamed, !name.isEmpty {
            report("hash is \"\(word)\", which goes without a name: leave \"\(name)\" out", at: node)
        } else if source.isNamed, source != .query, name.isEmpty {
            report("hash is \"\(word)\" without a name: write \(word):NAME", at: node)
        } else if source == .header || source == .cookie, !DocumentNode.isToken(name) {
            report("hash: \"\(name)\" is no name of a \(word): write letters, digits and hyphens", at: node)
        } else {
            settings.source = source
            settings.name = name
        }
    }

    /// `125%`.
    func bound(_ node: DocumentNode?, _ what: String) -> Int? {
        guard let node else { return nil }
        let text = node.scalar ?? ""
        if text.hasSuffix("%"), let percent = decimal(text.dropLast(), in: 101...1_000) { return percent }
        if text == "off" { return 0 }
        report("\(what) is \(quoted(node)): it is a share of the mean load from 101% to 1000%, or off", at: node)
        return nil
    }

    // MARK: Sticky

    /// `true`, `off`, a cookie's name, or a mapping.
    func sticky(_ node: DocumentNode) -> StickySettings {
        var settings = StickySettings()
        if node.scalar != nil {
            readSticky(word: node, into: &settings)
        } else {
            readSticky(members: fields(of: node, in: "sticky", keys: Self.stickyKeys), into: &settings)
            if settings.isEmpty { settings.isOn = true }
        }
        return settings
    }

    /// `true`, `off` or a cookie's name.
    func readSticky(word node: DocumentNode, into settings: inout StickySettings) {
        switch node.scalar ?? "" {
        case "true", "on", "yes", "1": settings.isOn = true
        case "off", "false", "no", "0": settings.isOn = false
        case let name:
            guard DocumentNode.isToken(name) else {
                report("sticky is \"\(name)\": it is true, off, or a cookie's name", at: node)
                return
            }
            settings.cookie = name
        }
    }

    /// The members of a mapping.
    func readSticky(members: [String: DocumentNode], into settings: inout StickySettings) {
        if let node = members["cookie"], let name = string(node, "sticky.cookie") {
            if DocumentNode.isToken(name) {
                settings.cookie = name
            } else {
                report("sticky.cookie is \"\(name)\": it is a name of letters, digits, - and _", at: node)
            }
        }
        settings.isSecure = boolean(members["secure"], "sticky.secure")
        settings.isHTTPOnly = boolean(members["http_only"], "sticky.http_only")
        settings.sameSite = choice(members["same_site"], "sticky.same_site", of: StickyPolicy.SameSite.self)
        settings.maxAge = milliseconds(members["max_age"], "sticky.max_age").map { $0 / 1_000 }
        if let node = members["path"], let path = string(node, "sticky.path") {
            if StickyPolicy.isPath(path) {
                settings.path = path
            } else {
                report("sticky.path is \"\(path)\": it is / or /prefix, without blanks and semicolons", at: node)
            }
        }
        if settings.sameSite == .some(.none), settings.isSecure != true, let node = members["same_site"] {
            report("browsers take same_site: none only with secure: true: say both", at: node)
        }
    }
}

extension DocumentNode {
    /// Whether `text` is a token (RFC 9110 §5.6.2), as names of fields and cookies are.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(octet)
                }
            }
    }
}
