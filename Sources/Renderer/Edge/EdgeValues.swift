internal import Discovery
internal import Routing
internal import Template

/// What a service's endpoints say of all of it: of several that say something else, the first.
struct EdgeServiceFacts: Sendable {
    /// Attributes that nothing of Portico acts on.
    var attributes: [String: String] = [:]
    /// What endpoints speak.
    var spoken = EndpointProtocol.http

    init(_ group: ServiceGroup) {
        var spoken: EndpointProtocol?
        for endpoint in group.service.endpoints {
            spoken = spoken ?? endpoint.protocol
            if !endpoint.attributes.isEmpty { attributes.merge(endpoint.attributes) { first, _ in first } }
        }
        if let spoken { self.spoken = spoken }
    }
}

/// What templates see of services and endpoints.
enum EdgeValues {
    private static let none = Value.map(Map([], type: DependencyTypes.stringMap))

    /// The list of pointers to `type`.
    static func list(of type: StructType, _ items: [Value]) -> Value {
        .list(List(items, type: .slice(.pointer(type))))
    }

    /// A service; `word` is its ``EdgeWord``.
    static func service(
        _ group: ServiceGroup, _ facts: EdgeServiceFacts, word: String, names: [String], rules: [EdgeRule]
    ) -> Value {
        var entries = group.entries
        if entries.count != group.service.endpoints.count {
            // Of several keys with one address one counts, and the service has that alone.
            let counted = Set(group.service.endpoints.map(\.provenance.source))
            entries.removeAll { !counted.contains($0.endpoint.provenance.source) }
        }
        return .pointer(
            Structure(
                EdgeTypes.service,
                [
                    .string(word), .string(group.name), .string(group.base ?? group.name), .int(group.port ?? 0),
                    .string((group.policy.balance ?? .roundRobin).rawValue), .string(facts.spoken.word),
                    map(facts.attributes), .strings(names), list(of: EdgeTypes.rule, rules.map(\.value)),
                    list(of: EdgeTypes.endpoint, entries.map(endpoint)),
                ]))
    }

    private static func endpoint(_ entry: EndpointEntry) -> Value {
        let endpoint = entry.endpoint
        let name = entry.key.utf8.lastIndex(of: UInt8(ascii: "/")).map { entry.key[entry.key.utf8.index(after: $0)...] }
        let instance = name.map(String.init) ?? entry.key
        let (ip, port) = parts(of: endpoint.address[...])
        let prefix = entry.key.dropLast(instance.count + entry.service.count + 1)
        let origin = (try? EndpointKey(entry.key, prefix: String(prefix)))?.origin
        let isSpecial =
            endpoint.weight != 1 || endpoint.isBackup || endpoint.isDraining || endpoint.protocol != nil
            || !endpoint.attributes.isEmpty
        return .pointer(
            Structure(
                EdgeTypes.endpoint,
                [
                    .string(EdgeWord.word(instance, colons: true)), .string(instance),
                    .string(origin?.dockerHost ?? ""),
                    .string(origin?.container ?? ""), .int(Int(origin?.containerPort ?? 0)), .string(endpoint.address),
                    .string(ip), .int(port), .int(endpoint.weight), .bool(endpoint.isBackup),
                    .bool(endpoint.isDraining), .string((endpoint.protocol ?? .http).word), map(endpoint.attributes),
                    .bool(isSpecial),
                ]))
    }

    private static func map(_ texts: [String: String]) -> Value { texts.isEmpty ? none : .strings(texts) }

    /// An address without brackets, and its port.
    private static func parts(of address: Substring) -> (ip: Substring, port: Int) {
        guard let colon = address.lastIndex(of: ":") else { return (address, 0) }
        var ip = address[..<colon]
        if ip.hasPrefix("[") { ip = ip.dropFirst().dropLast() }
        return (ip, Int(address[address.index(after: colon)...]) ?? 0)
    }
}
