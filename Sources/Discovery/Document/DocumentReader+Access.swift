internal import Passwords
public import Routing

extension DocumentReader {
    /// Keys that say who may make requests, of `defaults`, services, routes and listeners.
    public static let accessKeys = ["allow", "deny"]
    /// The same with those that a listener has none of.
    static let guardKeys = accessKeys + ["https", "basic_auth"]

    /// Who may make requests, by what `members` say of it.
    public func access(_ members: [String: DocumentNode]) -> AccessPolicy {
        var access = AccessPolicy()
        access.allow = networks(members["allow"], "allow")
        access.deny = networks(members["deny"], "deny")
        access.https = choice(members["https"], "https", of: HTTPSPolicy.self)
        if let node = members["basic_auth"] { access.basicAuth = basicAuth(node) }
        return access
    }

    /// A rate: `100/s`, or `{ limit: 100/s, burst: 20, by: address }`, in words too: `100/s burst=20 by=header:X-Key`.
    public func rate(_ node: DocumentNode?, _ what: String) -> RateLimit? {
        guard let node else { return nil }
        guard case .mapping = node.content else {
            do {
                return try RateLimit(words: node.scalar ?? "")
            } catch {
                report("\(what) is \(quoted(node)): \(error)", at: node)
                return nil
            }
        }
        let members = fields(of: node, in: what, keys: ["limit", "burst", "by"])
        guard let text = members["limit"]?.scalar, var limit = try? RateLimit(words: text) else {
            report("\(what).limit is \(members["limit"].map(quoted) ?? "missing"): \(RateLimit.form)", at: node)
            return nil
        }
        if let burst = integer(members["burst"], "\(what).burst", in: 1...RateLimit.maximum) { limit.burst = burst }
        if let by = members["by"] {
            do {
                limit.key = try RateLimit.Key(word: by.scalar ?? "")
            } catch {
                report("\(what).by is \(quoted(by)): \(error)", at: by)
            }
        }
        return limit
    }

    /// Octets a second: `1M`, `64k`; 0 where there is to be no limit.
    func bandwidth(_ node: DocumentNode?) -> Int64? {
        guard let node, let octets = octets(node, "limits.bandwidth") else { return nil }
        if let octets, octets > 0, octets < 128 {
            report(
                "limits.bandwidth is \(quoted(node)): it is at least 128 octets a second, or 0 for no limit", at: node)
        }
        return octets ?? 0
    }

    /// Networks; nil where the key is not there.
    public func networks(_ node: DocumentNode?, _ what: String) -> [Network]? {
        guard let node else { return nil }
        let nodes: [DocumentNode]
        if case .scalar = node.content { nodes = [node] } else { nodes = items(of: node, in: what) }
        if nodes.isEmpty, what == "allow" {
            // An empty list would let in everybody, or nobody: whoever writes one should say which.
            report("allow is empty: name the networks that are let in, or take it out to let in all", at: node)
        }
        return nodes.compactMap { item in
            guard let text = string(item, "a network") else { return nil }
            if let network = Network(text) { return network }
            report("network \"\(text)\": \(Network.form)", at: item)
            return nil
        }
    }
}

extension AccessPolicy {
    /// Takes the attribute `name` of an endpoint; false if it is none of these.
    mutating func set(_ name: String, to value: String) throws(Malformed) -> Bool {
        switch name {
        case "allow": allow = try Self.networks(name, value)
        case "deny": deny = try Self.networks(name, value)
        case "https":
            guard let policy = HTTPSPolicy(rawValue: value) else {
                let known = HTTPSPolicy.allCases.map(\.rawValue).joined(separator: ", ")
                throw Malformed("https is \"\(value)\": it is one of \(known)")
            }
            https = policy
        case "basic_auth":
            switch value {
            case "", "true": basicAuth = BasicAuth(named: BasicAuth.defaultSet)
            case "false": break
            default: basicAuth = BasicAuth(named: value)
            }
        case "limits_rate":
            do {
                rate = try RateLimit(words: value)
            } catch {
                throw Malformed("limits_rate is \"\(value)\": \(error)")
            }
        default: return false
        }
        return true
    }

    /// Networks with commas: what makes no sense among them must not let in those whom it was meant for, or against.
    private static func networks(_ name: String, _ value: String) throws(Malformed) -> [Network] {
        var networks: [Network] = []
        for word in value.split(whereSeparator: { $0 == "," || $0 == " " }) {
            guard let network = Network(String(word)) else {
                throw Malformed("\(name) has \"\(word)\": \(Network.form)")
            }
            networks.append(network)
        }
        guard !networks.isEmpty else { throw Malformed("\(name) is empty: it is networks with commas") }
        return networks
    }
}

extension RateLimit {
    /// From `100/s`, `100/s burst=20`, `100/s by=header:X-Key burst=20`.
    ///
    /// - Throws: what would be right.
    init(words text: String) throws(Malformed) {
        let words = text.split(separator: " ").map(String.init)
        guard let first = words.first, let rate = Self.rate(first) else { throw Malformed(Self.form) }
        self.init(requests: rate.requests, period: rate.period)
        for word in words.dropFirst() {
            if word.hasPrefix("burst="), let number = decimal(word.dropFirst(6), in: 1...Self.maximum) {
                burst = number
            } else if word.hasPrefix("by=") {
                key = try Key(word: String(word.dropFirst(3)))
            } else {
                throw Malformed("\"\(word)\" behind the rate is none of burst=N, by=KEY")
            }
        }
    }
}

extension RateLimit.Key {
    /// From `address`, `header:NAME`, `cookie:NAME`; `route` and `service` are everybody together.
    init(word: String) throws(Malformed) {
        let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
        switch (parts.first, parts.count) {
        case ("address", 1): self = .address
        case ("route", 1), ("service", 1): self = .everyone
        case ("header", 2) where Self.isName(parts[1]): self = .header(parts[1])
        case ("cookie", 2) where Self.isName(parts[1]): self = .cookie(parts[1])
        default: throw Malformed("it is address, header:NAME, cookie:NAME, route or service")
        }
    }

    /// RFC 9110 §5.6.2.
    private static func isName(_ name: String) -> Bool {
        name.utf8.allSatisfy {
            ($0 | 0x20) &- UInt8(ascii: "a") < 26 || $0 &- UInt8(ascii: "0") < 10 || "!#$%&'*+-.^_`|~".utf8.contains($0)
        }
    }
}
