public import Routing

/// The value of an endpoint's key, understood: an address and attributes.
///
/// Either words (`10.0.0.5:80 weight=5 host=shop.example.com`) or a JSON object with `address` and the same attributes.
/// An attribute that nothing here acts on is kept; one that is acted on must make sense.
public struct EndpointValue: Sendable, Equatable {
    /// The most octets of a value: no honest one comes near.
    public static let maximumCount = 16 << 10

    /// `10.0.0.5:80` or `[::1]:80`.
    public var address: String
    /// 0 to 65535.
    public var weight = 1
    /// `backup`.
    public var isBackup = false
    /// `drain` or `state=drain`.
    public var isDraining = false
    /// `host`, `path` and `strip`.
    public var mount = Mount()
    /// `zone`; empty for none.
    public var zone = ""
    /// `balance` and what else is said of the whole service.
    public var policy = ServicePolicy()
    /// `protocol`; nil for what the service's endpoints speak.
    public var `protocol`: EndpointProtocol?
    /// `proxy_protocol`: the PROXY header that its connections begin with; nil: what its service says.
    public var sendProxy: ProxyHeaderChoice?
    /// `route`, `route_NAME`, or `routes` of a JSON object: those that make sense.
    public var routes: [EndpointRoute] = []
    /// `health` and `health_*`: how it is checked.
    public var health = HealthSettings()
    /// All other attributes; a bare one has the value `true`.
    public var attributes: [String: String] = [:]
    /// What is wrong with routes that were left out, and what would be right: the endpoint stands without them.
    public var problems: [String] = []

    /// Reads a value.
    ///
    /// - Throws: what is wrong with it and what would be right.
    public init(_ octets: [UInt8]) throws(Malformed) {
        guard octets.count <= Self.maximumCount else {
            throw Malformed("the value has \(octets.count) octets: at most \(Self.maximumCount) are read")
        }
        guard let text = String(validating: octets, as: UTF8.self) else {
            throw Malformed("the value is not UTF-8: it is IP:PORT, then attributes")
        }
        if text.utf8.first(where: { $0 > UInt8(ascii: " ") }) == UInt8(ascii: "{") {
            try self.init(object: text)
        } else {
            try self.init(words: text)
        }
    }

    private init(words text: String) throws(Malformed) {
        var scanner = AttributeScanner(text)
        guard let word = scanner.nextWord() else {
            throw Malformed("the value is empty: it is IP:PORT, then attributes")
        }
        address = try Self.address(word)
        var seen: Set<String> = []
        while let (name, value) = try scanner.nextAttribute() {
            guard seen.insert(name).inserted else {
                throw Malformed("\(name) is there twice: write it once, several hosts or paths with commas")
            }
            try set(name, to: value)
        }
        try checkStrip()
        readHealth()
        readBalance()
    }

    private init(object text: String) throws(Malformed) {
        if let scalar = Self.firstForeign(in: text) {
            throw Malformed("the JSON holds \"\(scalar)\" outside of quotes: {\"address\": \"IP:PORT\", ...}")
        }
        let root: DocumentNode
        do {
            root = try DocumentNode.parse(text, source: "value")
        } catch {
            throw Malformed("the JSON cannot be read at \(error.line):\(error.column): \(error.message)")
        }
        guard case .mapping(let fields) = root.content else {
            throw Malformed("the JSON is no object: {\"address\": \"IP:PORT\", ...}")
        }
        guard let field = fields.first(where: { $0.name == "address" }), let text = field.value.scalar else {
            throw Malformed("the JSON object has no \"address\": {\"address\": \"IP:PORT\", ...}")
        }
        address = try Self.address(text)
        for field in fields where field.name != "address" {
            if field.name == "routes" {
                readRoutes(field.value)
            } else if try !setMembers(of: field) {
                try set(field.name.lowercased(), to: Self.attribute(field))
            }
        }
        try checkStrip()
        readHealth()
        readBalance()
    }

    /// The first character outside of quotes that JSON does not have: the parser would take it for YAML.
    private static func firstForeign(in text: String) -> Unicode.Scalar? {
        var isQuoted = false
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if isQuoted {
                isQuoted = isEscaped || scalar != "\""
                isEscaped = scalar == "\\" && !isEscaped
                continue
            }
            switch scalar {
            case "\"": isQuoted = true
            case "{", "}", "[", "]", ",", ":", "+", "-", ".", " ", "\t", "\r", "\n": break
            case "0"..."9", "a"..."z", "E": break
            default: return scalar
            }
        }
        return nil
    }

    /// A JSON member as an attribute's value: lists join with commas, `null` counts as false.
    static func attribute(_ field: DocumentField) throws(Malformed) -> String {
        switch field.value.content {
        case .null: return "false"
        case .scalar(let text, _): return text
        case .sequence(let items):
            var texts: [String] = []
            for item in items {
                guard let text = item.scalar else { throw Malformed("\(field.name) is no list of strings") }
                texts.append(text)
            }
            return texts.joined(separator: ",")
        case .mapping:
            throw Malformed("\(field.name) is an object: it must be a string, a number, true, false or a list")
        }
    }

    private static func address(_ text: String) throws(Malformed) -> String {
        guard let address = EndpointAddress(text), address.port != 0 else {
            throw Malformed(
                "\"\(text)\" is no address: the value begins with IP:PORT, such as 10.0.0.5:80 or [2001:db8::1]:80")
        }
        return text
    }

    private mutating func set(_ name: String, to value: String?) throws(Malformed) {
        switch name {
        case "weight":
            guard let number = decimal(value ?? "", in: 0...65535) else {
                throw Malformed("weight is \"\(value ?? "")\": it is a number from 0 to 65535")
            }
            weight = number
        case "backup": isBackup = try Self.flag(name, value)
        case "drain": isDraining = try Self.flag(name, value) || isDraining
        case "state":
            guard let value, ["up", "drain"].contains(value) else {
                throw Malformed("state is \"\(value ?? "")\": it is up or drain")
            }
            isDraining = value == "drain" || isDraining
        case "host": mount.hosts = try Self.hosts(value ?? "")
        case "path": mount.paths = try Self.paths(value ?? "")
        case "strip": mount.strip = value ?? ""
        case "balance":
            guard let balance = Balance(rawValue: value ?? "") else {
                let known = Balance.allCases.map(\.rawValue).joined(separator: ", ")
                throw Malformed("balance is \"\(value ?? "")\": this version knows \(known)")
            }
            policy.balance = balance
        case "protocol":
            guard let value, !value.isEmpty else { break }
            guard let spoken = EndpointProtocol(word: value) else {
                throw Malformed("protocol is \"\(value)\": \(EndpointProtocol.known)")
            }
            `protocol` = spoken
        case "proxy_protocol":
            guard let choice = ProxyHeaderChoice(rawValue: value ?? "") else {
                throw Malformed("proxy_protocol is \"\(value ?? "")\": it is v1, v2 or off")
            }
            sendProxy = choice
        case "route": readRoute(value ?? "", name: nil, attribute: name)
        case "routes": problems.append("routes is a list in the JSON form: write route=\"host=NAME path=/PREFIX\"")
        default:
            if name.hasPrefix("route_") {
                readRoute(value ?? "", name: String(name.dropFirst("route_".count)), attribute: name)
            } else {
                _ = try policy.access.set(name, to: value ?? "")
                attributes[name] = value ?? "true"
            }
        }
    }

    private static func flag(_ name: String, _ value: String?) throws(Malformed) -> Bool {
        switch value {
        case nil, "true", "1", "yes": return true
        case "false", "0", "no": return false
        case .some(let value): throw Malformed("\(name) is \"\(value)\": it stands alone, or is true or false")
        }
    }

    private static func hosts(_ value: String) throws(Malformed) -> [String] {
        // A regular expression may hold commas: it stands for itself.
        let hosts = value.hasPrefix("~") ? [value] : value.split(separator: ",").map(String.init)
        guard !hosts.isEmpty else { throw Malformed("host is empty: it is a host, several with commas") }
        return hosts
    }

    private static func paths(_ value: String) throws(Malformed) -> [String] {
        let paths = value.hasPrefix("~") ? [value] : value.split(separator: ",").map(String.init)
        guard !paths.isEmpty,
            paths.allSatisfy({ $0.hasPrefix("/") || $0.hasPrefix("=/") || $0.hasPrefix("~") })
        else {
            throw Malformed("path is \"\(value)\": it is /PREFIX, =/EXACT or ~REGEX")
        }
        return paths
    }

    /// A bare `strip` takes off the one prefix that `path` names.
    private mutating func checkStrip() throws(Malformed) {
        switch mount.strip {
        case "false": mount.strip = nil
        case "", "true":
            guard mount.paths.count == 1, let path = mount.paths.first, path.hasPrefix("/") else {
                throw Malformed("strip stands alone, but path is no single prefix: write strip=/PREFIX")
            }
            mount.strip = path
        case .some(let prefix):
            guard prefix.hasPrefix("/") else {
                throw Malformed("strip is \"\(prefix)\": it is the prefix that is taken off, such as /api")
            }
        case nil: break
        }
    }
}
