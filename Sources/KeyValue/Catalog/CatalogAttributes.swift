/// What an instance's metadata and tags say to the edge, as attributes of an endpoint.
///
/// In the order of their strength, each attribute by the first that says it:
///
/// 1. metadata `portico_host` or `portico-host` (Consul lets no dot into its keys);
/// 2. tags `portico.host=shop.example.com`, `portico.backup`;
/// 3. tags `host=shop.example.com`, of the attributes that the edge acts on, if the value makes sense;
/// 4. fabio's tags `urlprefix-shop.example.com/api`, with its options `strip=/api` and `proto=https`, if hosts and paths of
///    all of them can be combined; else those with the first's path;
/// 5. other metadata: `host=...` like the tags in 3; what the edge does not act on as it is;
/// 6. Consul's own weights, where they are not 1.
///
/// `portico.enable=false` keeps an instance away from the edge. Traefik's tags are not read here: registrators read them
/// as labels. All tags without commas are handed on as the attribute `tags`.
struct CatalogAttributes {
    /// Whether the edge is to know of the instance.
    private(set) var isEnabled = true
    private var values: [String: String?] = [:]

    /// Reads what `instance` says.
    init(_ instance: CatalogInstance) {
        for (key, value) in instance.meta.sorted(by: { $0.key < $1.key }) {
            guard let name = Self.ownName(key) else { continue }
            add(name, value)
        }
        for tag in instance.tags {
            guard let (name, value) = Self.parts(tag), let own = Self.ownName(name) else { continue }
            add(own, value)
        }
        for tag in instance.tags {
            guard let (name, value) = Self.parts(tag), Self.isSensible(name, value) else { continue }
            add(name, value)
        }
        if values["host"] == nil, values["path"] == nil, values["strip"] == nil { addFabio(instance.tags) }
        for (key, value) in instance.meta.sorted(by: { $0.key < $1.key }) where Self.ownName(key) == nil {
            let name = key.lowercased()
            guard EndpointText.isName(name), !Self.acted.contains(name) || Self.isSensible(name, value) else {
                continue
            }
            add(name, value)
        }
        let weight = instance.status == .warning ? instance.weights.warning : instance.weights.passing
        if weight != 1, (0...65535).contains(weight) { add("weight", String(weight)) }
        if let enable = values.removeValue(forKey: "enable") { isEnabled = !["false", "0", "no"].contains(enable) }
        let tags = instance.tags.filter { !$0.contains(",") && !$0.isEmpty }.joined(separator: ",")
        if !tags.isEmpty, tags.utf8.count <= Self.tagOctetsMax { add("tags", tags) }
        if instance.status == .maintenance { values["drain"] = .some(nil) }
    }

    /// The attributes in the order of their names, written.
    var words: [String] {
        values.sorted { $0.key < $1.key }.map { EndpointText.attribute($0.key, $0.value) }
    }

    /// Values are read up to 16 KiB in all.
    private static let tagOctetsMax = 4096

    /// Those that the edge acts on: nonsense in them costs the endpoint.
    private static let acted: Set<String> = [
        "weight", "backup", "drain", "state", "host", "path", "strip", "balance", "protocol",
    ]

    private mutating func add(_ name: String, _ value: String?) {
        guard values[name] == nil else { return }
        values[name] = .some(value)
    }

    /// `host` of `portico_host`, `portico-host` and `portico.host`; nil if it is not one of Portico's.
    private static func ownName(_ key: String) -> String? {
        let key = key.lowercased()
        guard key.hasPrefix("portico"), let mark = key.dropFirst(7).first, "_-.".contains(mark) else { return nil }
        let name = String(key.dropFirst(8))
        return EndpointText.isName(name) ? name : nil
    }

    private static func parts(_ tag: String) -> (name: String, value: String?)? {
        let parts = tag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, EndpointText.isName(String(first)) else { return nil }
        return (first.lowercased(), parts.count == 2 ? String(parts[1]) : nil)
    }

    /// Whether a name that others may use for something else has a value here that the edge understands.
    private static func isSensible(_ name: String, _ value: String?) -> Bool {
        guard let value else { return false }
        switch name {
        case "weight": return UInt16(value) != nil
        case "backup", "drain": return ["true", "false", "1", "0", "yes", "no"].contains(value)
        case "state": return ["up", "drain"].contains(value)
        case "host": return !value.isEmpty && value.split(separator: ",").allSatisfy { isHost($0) }
        case "path":
            return !value.isEmpty
                && value.split(separator: ",").allSatisfy {
                    $0.hasPrefix("/") || $0.hasPrefix("=/") || $0.hasPrefix("~")
                }
        case "strip": return value.hasPrefix("/")
        case "balance":
            return ["round-robin", "least-connections", "random-two"].contains(value)
        case "protocol": return ["http", "https", "h2c", "h2", "http2", "grpc", "grpcs"].contains(value.lowercased())
        default: return false
        }
    }

    /// A name with several labels, or an expression; an address, or the name of a machine, is none.
    private static func isHost(_ text: Substring) -> Bool {
        if text.hasPrefix("~") { return true }
        guard text.contains("."), let last = text.split(separator: ".").last, !last.allSatisfy(\.isNumber) else {
            return false
        }
        return text.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "*"):
                true
            default: false
            }
        }
    }

    // MARK: fabio

    private mutating func addFabio(_ tags: [String]) {
        let routes = tags.compactMap { FabioRoute(tag: $0) }
        guard let first = routes.first else { return }
        let paths = routes.map(\.path).uniqued
        let hosts = routes.filter { $0.path == first.path }.map(\.host).uniqued
        let isProduct = paths.allSatisfy { path in
            Set(routes.filter { $0.path == path }.map(\.host)) == Set(hosts)
        }
        let chosen = isProduct ? paths : [first.path]
        let names = hosts.filter { !$0.isEmpty }
        if names.count == hosts.count { add("host", names.joined(separator: ",")) }
        if chosen != ["/"] { add("path", chosen.joined(separator: ",")) }
        if chosen.count == 1, let strip = first.strip { add("strip", strip) }
        if let spoken = first.spoken { add("protocol", spoken) }
    }
}

/// One of fabio's tags, `urlprefix-shop.example.com/api strip=/api proto=https`, in its basic form.
private struct FabioRoute {
    /// Empty for any host.
    var host: String
    /// `/` for all.
    var path: String
    /// The prefix that is taken off.
    var strip: String?
    /// What the endpoint speaks.
    var spoken: String?

    /// Reads a tag; nil if it is none of fabio's, or leads elsewhere than to HTTP.
    init?(tag: String) {
        let mark = "urlprefix-"
        guard tag.hasPrefix(mark) else { return nil }
        let words = tag.dropFirst(mark.count).split(separator: " ")
        guard let target = words.first, let slash = target.firstIndex(of: "/") else { return nil }
        host = target[..<slash].prefix { $0 != ":" }.lowercased()
        path = String(target[slash...])
        guard !target.hasPrefix(":") else { return nil }
        for word in words.dropFirst() {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            switch (parts[0], parts[1]) {
            case ("strip", let prefix) where prefix.hasPrefix("/"): strip = prefix
            case ("proto", "https"): spoken = "https"
            case ("proto", "grpc"): spoken = "grpc"
            case ("proto", "grpcs"): spoken = "grpcs"
            case ("proto", "http"): break
            case ("proto", _): return nil
            default: break
            }
        }
    }
}

extension [String] {
    /// Each once, by its first place.
    fileprivate var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
