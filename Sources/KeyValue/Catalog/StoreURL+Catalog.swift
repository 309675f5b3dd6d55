extension StoreURL {
    /// Consul with the services of its catalog: `consul-catalog://[TOKEN@]HOST[:PORT][,...][?OPTION=VALUE&...]`.
    ///
    /// | option | meaning |
    /// |---|---|
    /// | `tag=TAG` | only instances with this tag; several times: with all of them |
    /// | `passing=true` | only instances whose checks all pass; without, those that warn are there too, as in Consul's DNS |
    /// | `near=NODE` | is passed on to Consul, which then sorts by distance; keys stay in the order of their octets |
    /// | `port=never` | services are called by their names alone, without a port |
    /// | `prefix=PREFIX/` | where in the store the services are to be found, `services/` by default |
    /// | `dc=NAME`, `ns=NAME` | as for `consul://` |
    public struct Catalog: Sendable, Equatable, CustomStringConvertible {
        /// The cluster.
        public var consul: Consul
        /// Tags that an instance must have, all of them.
        public var tags: [String] = []
        /// Whether warnings count as failures.
        public var isPassingOnly = false
        /// The node that distances are measured from.
        public var near: String?
        /// Whether services that have one port are called by it: `web-80`.
        public var namesPorts = true
        /// Where the services are, with a slash at its end.
        public var prefix = "services/"

        /// The catalog of a cluster.
        public init(consul: Consul) {
            self.consul = consul
        }

        init(_ rest: Substring, scheme: String) throws(KeyValueError) {
            let halves = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            var own: [(name: Substring, value: String)] = []
            var others: [Substring] = []
            for option in halves.count == 2 ? halves[1].split(separator: "&") : [] {
                let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard ["tag", "passing", "near", "port", "prefix"].contains(parts[0]) else {
                    others.append(option)
                    continue
                }
                // Bare `passing` is how Consul itself is asked.
                let text = parts.count == 2 ? parts[1] : parts[0] == "passing" ? "true" : ""
                guard let value = PercentCoding.decode(text), !value.isEmpty else {
                    throw StoreURL.invalid(
                        "\(scheme)://...?\(parts[0])", "an option without a value", "?\(parts[0])=VALUE")
                }
                own.append((parts[0], value))
            }
            let query = others.isEmpty ? "" : "?" + others.joined(separator: "&")
            consul = try StoreURL.consul(Substring("\(halves.first ?? "")\(query)"), scheme: scheme)
            for option in own { try set(option.name, to: option.value, scheme: scheme) }
        }

        private mutating func set(_ name: Substring, to value: String, scheme: String) throws(KeyValueError) {
            switch name {
            case "tag": tags.append(value)
            case "near": near = value
            case "passing":
                guard let flag = ["true": true, "1": true, "false": false, "0": false][value] else {
                    throw StoreURL.invalid("\(scheme)://...?passing=\(value)", "not a truth value", "true or false")
                }
                isPassingOnly = flag
            case "port":
                guard let flag = ["auto": true, "never": false][value] else {
                    throw StoreURL.invalid("\(scheme)://...?port=\(value)", "not a way to name", "auto or never")
                }
                namesPorts = flag
            default:
                let trimmed = value.split(separator: "/").joined(separator: "/")
                guard !trimmed.isEmpty else {
                    throw StoreURL.invalid("\(scheme)://...?prefix=\(value)", "no prefix", "prefix=services/")
                }
                prefix = trimmed + "/"
            }
        }

        /// The URL without its token.
        public var description: String {
            let text = StoreURL.consul(consul).description
            var options = tags.map { "tag=\($0)" }
            if isPassingOnly { options.append("passing=true") }
            if let near { options.append("near=\(near)") }
            if !namesPorts { options.append("port=never") }
            if prefix != "services/" { options.append("prefix=\(prefix)") }
            let scheme = consul.isTLS ? "consuls-catalog" : "consul-catalog"
            let rest = text.drop { $0 != ":" }
            guard !options.isEmpty else { return scheme + rest }
            return scheme + rest + (rest.contains("?") ? "&" : "?") + options.joined(separator: "&")
        }
    }
}
