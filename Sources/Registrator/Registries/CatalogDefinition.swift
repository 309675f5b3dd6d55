internal import FoundationEssentials
internal import GoFlags
internal import KeyValue

/// A service as Consul's agent is told of it: gliderlabs' registration, and what Portico adds.
///
/// Portico adds the edge's attributes, as metadata `portico_<name>` (Consul lets no dot into its keys), or as tags
/// `portico.<name>=<value>` where metadata cannot hold them, and a check with a TTL if entries have a lifetime. In compatible
/// mode nothing is added.
struct CatalogDefinition {
    /// The service as the agent will show it.
    let service: ConsulAgentService
    private let check: ServiceCheck?
    private let heartbeat: Duration?

    /// A registration of `service`.
    init(_ service: HostedService, settings: RegistrySettings) {
        var tags = service.tags
        var meta: [String: String] = [:]
        for (key, value) in service.metadata where settings.isCompatible || value.utf8.count <= Self.metaOctetsMax {
            meta[settings.isCompatible ? key : Self.metaKey(key)] = value
        }
        for attribute in settings.isCompatible ? [] : service.attributes {
            let value = attribute.value ?? "true"
            let key = "portico_\(attribute.name)"
            if Self.metaKey(key) == key, key.utf8.count <= Self.keyOctetsMax, value.utf8.count <= Self.metaOctetsMax {
                if meta[key] == nil { meta[key] = value }
            } else {
                tags.append("portico.\(attribute.name)=\(value)")
            }
        }
        self.service = ConsulAgentService(
            id: service.id, name: service.name, tags: tags, meta: meta, port: Int(service.port),
            address: service.address)
        check = ServiceCheck(service)
        heartbeat = settings.timeToLive
    }

    /// Consul's bounds of a key and a value of metadata.
    private static let keyOctetsMax = 128
    private static let metaOctetsMax = 512

    /// The ID of the check that refreshing passes.
    static func heartbeatID(_ id: String) -> String { "service:\(id):lifetime" }

    /// The JSON of the registration.
    var json: String {
        var members = [
            "\"ID\":\(Self.text(service.id))", "\"Name\":\(Self.text(service.name))", "\"Port\":\(service.port)",
            "\"Address\":\(Self.text(service.address))",
            "\"Tags\":[\(service.tags.map(Self.text).joined(separator: ","))]",
            "\"Meta\":\(Self.object(service.meta))",
        ]
        if let heartbeat {
            var checks = [
                Self.object([
                    "CheckID": Self.heartbeatID(service.id), "Name": "Service '\(service.name)' lifetime",
                    "TTL": "\(heartbeat.goText)", "Status": "passing",
                ])
            ]
            if let check { checks.append(check.json(named: "service:\(service.id)", of: service.name)) }
            members.append("\"Checks\":[\(checks.joined(separator: ","))]")
        } else if let check {
            members.append("\"Check\":\(check.json(named: nil, of: service.name))")
        }
        return "{\(members.joined(separator: ","))}"
    }

    static func text(_ text: String) -> String { JSONText.quoted(text) }

    static func object(_ members: [String: String]) -> String {
        let pairs = members.sorted { $0.key < $1.key }.map { "\(text($0.key)):\(text($0.value))" }
        return "{\(pairs.joined(separator: ","))}"
    }

    /// `key` with what Consul refuses in keys replaced.
    private static func metaKey(_ key: String) -> String {
        String(
            String.UnicodeScalarView(
                key.unicodeScalars.map { scalar in
                    switch scalar {
                    case "a"..."z", "A"..."Z", "0"..."9", "_", "-": scalar
                    default: "_"
                    }
                }))
    }
}
