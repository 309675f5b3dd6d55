internal import FoundationEssentials

/// Consul's JSON about services and nodes, as templates see it.
enum ConsulCatalog {
    /// The services of `catalog/services`, sorted by name.
    static func services(_ json: [UInt8]) throws -> [CatalogSnippet] {
        try decode([String: [String]?].self, json).map { name, tags in
            CatalogSnippet(name: name, tags: (tags ?? []).sorted(by: precedes))
        }.sorted { precedes($0.name, $1.name) }
    }

    /// The nodes of `catalog/nodes`.
    ///
    /// - Parameter isSorted: by name and address, instead of the order in which Consul gives them.
    static func nodes(_ json: [UInt8], isSorted: Bool) throws -> [ClusterNode] {
        let nodes = try decode([NodeRecord]?.self, json)?.map(\.node) ?? []
        guard isSorted else { return nodes }
        return nodes.sorted { precedes($0.node, $1.node) || $0.node == $1.node && precedes($0.address, $1.address) }
    }

    /// The node of `catalog/node/NAME`, without one if Consul knows none of the name.
    static func node(_ json: [UInt8]) throws -> CatalogNode? {
        guard let record = try decode(CatalogNodeRecord?.self, json), let node = record.node else {
            return CatalogNode(node: nil)
        }
        let services = (record.services ?? [:]).values.map { record in
            var service = CatalogNode.Service()
            service.id = record.id ?? ""
            service.service = record.service ?? ""
            service.tags = (record.tags ?? []).sorted(by: precedes)
            service.meta = record.meta
            service.port = record.port ?? 0
            service.address = record.address ?? ""
            service.enablesTagOverride = record.enablesTagOverride ?? false
            return service
        }
        return CatalogNode(
            node: node.node,
            services: services.sorted {
                precedes($0.service, $1.service) || $0.service == $1.service && precedes($0.id, $1.id)
            })
    }

    /// The instances of `health/service/NAME`.
    ///
    /// - Parameter isSorted: by node and id, instead of the order in which Consul gives them.
    static func instances(_ json: [UInt8], isSorted: Bool) throws -> [HealthService] {
        let instances = try decode([InstanceRecord]?.self, json)?.map(\.instance) ?? []
        guard isSorted else { return instances }
        return instances.sorted { precedes($0.node, $1.node) || $0.node == $1.node && precedes($0.id, $1.id) }
    }

    /// The names of `catalog/datacenters`.
    static func names(_ json: [UInt8]) throws -> [String] { try decode([String].self, json) }

    /// The agent's name, of `agent/self`.
    static func ownName(_ json: [UInt8]) throws -> String { try decode(AgentRecord.self, json).config.nodeName }

    private static func decode<Record: Decodable>(_ type: Record.Type, _ json: [UInt8]) throws -> Record {
        try JSONDecoder().decode(type, from: Data(json))
    }

    /// The worst of the checks' states, as Consul sees it.
    static func status(of checks: [HealthService.Check]) -> String {
        var worst = "passing"
        for check in checks {
            if check.id == "_node_maintenance" || check.id.hasPrefix("_service_maintenance:") { return "maintenance" }
            switch check.status {
            case "critical": worst = "critical"
            case "warning" where worst != "critical": worst = "warning"
            case "passing", "warning": break
            // A state that nobody knows is none to rely on.
            default: worst = "critical"
            }
        }
        return worst
    }

    static func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
}

/// Consul's records; every field may be missing or null.
private struct AgentRecord: Decodable {
    struct Configuration: Decodable {
        var nodeName: String

        enum CodingKeys: String, CodingKey {
            case nodeName = "NodeName"
        }
    }

    var config: Configuration

    enum CodingKeys: String, CodingKey {
        case config = "Config"
    }
}

private struct NodeRecord: Decodable {
    var id: String?
    var name: String?
    var address: String?
    var datacenter: String?
    var taggedAddresses: [String: String]?
    var meta: [String: String]?

    enum CodingKeys: String, CodingKey {
        case id = "ID"
        case name = "Node"
        case address = "Address"
        case datacenter = "Datacenter"
        case taggedAddresses = "TaggedAddresses"
        case meta = "Meta"
    }

    var node: ClusterNode {
        var node = ClusterNode()
        node.id = id ?? ""
        node.node = name ?? ""
        node.address = address ?? ""
        node.datacenter = datacenter ?? ""
        node.taggedAddresses = taggedAddresses
        node.meta = meta
        return node
    }
}

private struct ServiceRecord: Decodable {
    struct Address: Decodable {
        var address: String?
        var port: Int?

        enum CodingKeys: String, CodingKey {
            case address = "Address"
            case port = "Port"
        }
    }

    struct Weights: Decodable {
        var passing: Int?
        var warning: Int?

        enum CodingKeys: String, CodingKey {
            case passing = "Passing"
            case warning = "Warning"
        }
    }

    var id: String?
    var service: String?
    var tags: [String]?
    var meta: [String: String]?
    var port: Int?
    var address: String?
    var taggedAddresses: [String: Address]?
    var weights: Weights?
    var enablesTagOverride: Bool?

    enum CodingKeys: String, CodingKey {
        case id = "ID"
        case service = "Service"
        case tags = "Tags"
        case meta = "Meta"
        case port = "Port"
        case address = "Address"
        case taggedAddresses = "TaggedAddresses"
        case weights = "Weights"
        case enablesTagOverride = "EnableTagOverride"
    }
}

private struct CatalogNodeRecord: Decodable {
    var node: NodeRecord?
    var services: [String: ServiceRecord]?

    enum CodingKeys: String, CodingKey {
        case node = "Node"
        case services = "Services"
    }
}

private struct CheckRecord: Decodable {
    var node: String?
    var id: String?
    var name: String?
    var status: String?
    var notes: String?
    var output: String?
    var serviceID: String?
    var serviceName: String?

    enum CodingKeys: String, CodingKey {
        case node = "Node"
        case id = "CheckID"
        case name = "Name"
        case status = "Status"
        case notes = "Notes"
        case output = "Output"
        case serviceID = "ServiceID"
        case serviceName = "ServiceName"
    }

    var check: HealthService.Check {
        var check = HealthService.Check()
        check.node = node ?? ""
        check.id = id ?? ""
        check.name = name ?? ""
        check.status = status ?? ""
        check.notes = notes ?? ""
        check.output = output ?? ""
        check.serviceID = serviceID ?? ""
        check.serviceName = serviceName ?? ""
        return check
    }
}

private struct InstanceRecord: Decodable {
    var node: NodeRecord?
    var service: ServiceRecord?
    var checks: [CheckRecord]?

    enum CodingKeys: String, CodingKey {
        case node = "Node"
        case service = "Service"
        case checks = "Checks"
    }

    var instance: HealthService {
        let node = node?.node ?? ClusterNode()
        var instance = HealthService()
        instance.node = node.node
        instance.nodeID = node.id
        instance.nodeAddress = node.address
        instance.nodeTaggedAddresses = node.taggedAddresses
        instance.nodeMeta = node.meta
        instance.serviceMeta = service?.meta
        let address = service?.address ?? ""
        instance.address = address.isEmpty ? node.address : address
        instance.serviceTaggedAddresses = service?.taggedAddresses?.mapValues {
            HealthService.TaggedAddress(address: $0.address ?? "", port: $0.port ?? 0)
        }
        instance.id = service?.id ?? ""
        instance.name = service?.service ?? ""
        instance.tags = (service?.tags ?? []).sorted(by: ConsulCatalog.precedes)
        instance.checks = checks?.map(\.check)
        instance.status = ConsulCatalog.status(of: instance.checks ?? [])
        instance.port = service?.port ?? 0
        instance.passingWeight = service?.weights?.passing ?? 1
        instance.warningWeight = service?.weights?.warning ?? 1
        return instance
    }
}
