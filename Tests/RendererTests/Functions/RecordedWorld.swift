import Renderer

/// What a recorded case's store, files and environment hold.
struct RecordedWorld: Decodable, Sendable {
    struct Service: Decodable, Sendable {
        var Node: String?
        var NodeAddress: String?
        var Address: String?
        var ID: String?
        var Name: String?
        var Tags: [String]?
        var ServiceMeta: [String: String]?
        var NodeMeta: [String: String]?
        var Status: String?
        var Port: Int?
        var Weights: [String: Int]?

        var healthService: HealthService {
            var service = HealthService()
            service.node = Node ?? ""
            service.nodeAddress = NodeAddress ?? ""
            service.address = Address ?? ""
            service.id = ID ?? ""
            service.name = Name ?? ""
            service.tags = Tags ?? []
            service.serviceMeta = ServiceMeta
            service.nodeMeta = NodeMeta
            service.status = Status ?? ""
            service.port = Port ?? 0
            service.passingWeight = Weights?["Passing"] ?? 0
            service.warningWeight = Weights?["Warning"] ?? 0
            return service
        }
    }

    struct Snippet: Decodable, Sendable {
        var Name: String
        var Tags: [String]?
    }

    struct NodeEntry: Decodable, Sendable {
        var ID: String?
        var Node: String?
        var Address: String?
        var Datacenter: String?
        var Meta: [String: String]?
        var TaggedAddresses: [String: String]?

        var clusterNode: ClusterNode {
            var node = ClusterNode()
            node.id = ID ?? ""
            node.node = Node ?? ""
            node.address = Address ?? ""
            node.datacenter = Datacenter ?? ""
            node.meta = Meta
            node.taggedAddresses = TaggedAddresses
            return node
        }
    }

    struct NodeService: Decodable, Sendable {
        var ID: String?
        var Service: String?
        var Port: Int?
        var Tags: [String]?
        var Address: String?
    }

    struct OwnNode: Decodable, Sendable {
        var Node: NodeEntry
        var Services: [NodeService]?
    }

    var kv: [String: String]?
    var services: [Service]?
    var catalog: [Snippet]?
    var nodes: [NodeEntry]?
    var node: OwnNode?
    var datacenters: [String]?
    var files: [String: String]?
    var env: [String: String]?
    var secrets: [String: [String: String]]?

    /// What this world says to `question`; nil when it says nothing.
    func answer(to question: Dependency) -> Answer? {
        switch question.question {
        case .store(let query): storeAnswer(to: query)
        case .datacenters: .names(datacenters ?? [])
        case .file(let path): files?[path].map { .text($0) }
        case .foreign(_, let function, let path):
            function == "vault.read" ? secrets?[path].map { .secret($0) } : nil
        }
    }

    private func storeAnswer(to query: StoreQuery) -> Answer? {
        switch query {
        case .key(let key, let scope, let isBlocking):
            let value = scope == QueryScope() ? kv?[key] : nil
            return isBlocking && value == nil ? nil : .text(value)
        case .prefix(let prefix, let scope):
            guard scope == QueryScope() else { return .pairs([]) }
            let keys = (kv ?? [:]).keys.filter { $0.utf8.starts(with: prefix.utf8) }.sorted()
            return .pairs(keys.map { KeyPair(path: $0, below: prefix, value: Array((kv?[$0] ?? "").utf8)) })
        case .service(let query):
            guard query.scope == QueryScope(), query.near == nil, !query.isConnect else { return .services([]) }
            let found = (services ?? []).filter { service in
                service.Name == query.name && (query.tag.map { (service.Tags ?? []).contains($0) } ?? true)
                    && query.filters.contains { $0 == .any || $0.rawValue == service.Status }
            }
            return .services(found.map(\.healthService))
        case .services(let scope):
            guard scope == QueryScope() else { return .catalog([]) }
            return .catalog((catalog ?? []).map { CatalogSnippet(name: $0.Name, tags: $0.Tags ?? []) })
        case .nodes(let near, let scope):
            guard scope == QueryScope(), near == nil else { return .nodes([]) }
            return .nodes((nodes ?? []).map(\.clusterNode))
        case .node(let name, let scope): return nodeAnswer(name, scope)
        }
    }

    private func nodeAnswer(_ name: String?, _ scope: QueryScope) -> Answer {
        guard let node, scope == QueryScope(), name == nil || name == node.Node.Node else {
            return .node(CatalogNode(node: nil))
        }
        let services = (node.Services ?? []).map { entry in
            var service = CatalogNode.Service()
            service.id = entry.ID ?? ""
            service.service = entry.Service ?? ""
            service.port = entry.Port ?? 0
            service.tags = entry.Tags ?? []
            service.address = entry.Address ?? ""
            return service
        }
        return .node(CatalogNode(node: node.Node.clusterNode, services: services))
    }
}
