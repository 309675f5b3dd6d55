import HTTPTypes

/// What there is under `/v1/`.
enum APIEndpoint: Equatable {
    case key(String)
    case transaction
    case sessionCreate
    case sessionDestroy(String)
    case sessionRenew(String)
    case sessionInfo(String)
    case sessionNode(String)
    case sessionList
    case leader
    case peers
    case agent
    case members
    case agentServices
    case agentChecks
    case datacenters
    case nodes
    case services
    /// The instances of some service, in the catalog or by health.
    case service

    /// The endpoint of a decoded path; nil if there is none.
    init?(path: String) {
        if let endpoint = Self.fixed[path] {
            self = endpoint
            return
        }
        func rest(_ prefix: String) -> String? {
            KeyOrder.hasPrefix(path, prefix)
                ? String(decoding: path.utf8.dropFirst(prefix.utf8.count), as: UTF8.self) : nil
        }
        if let key = rest("/v1/kv/") {
            self = .key(key)
        } else if let id = rest("/v1/session/destroy/") {
            self = .sessionDestroy(id)
        } else if let id = rest("/v1/session/renew/") {
            self = .sessionRenew(id)
        } else if let id = rest("/v1/session/info/") {
            self = .sessionInfo(id)
        } else if let node = rest("/v1/session/node/") {
            self = .sessionNode(node)
        } else if rest("/v1/catalog/service/") != nil || rest("/v1/health/service/") != nil {
            self = .service
        } else {
            return nil
        }
    }

    private static let fixed: [String: APIEndpoint] = [
        "/v1/kv": .key(""), "/v1/txn": .transaction, "/v1/session/create": .sessionCreate,
        "/v1/session/list": .sessionList, "/v1/status/leader": .leader, "/v1/status/peers": .peers,
        "/v1/agent/self": .agent, "/v1/agent/members": .members, "/v1/agent/services": .agentServices,
        "/v1/agent/checks": .agentChecks, "/v1/catalog/datacenters": .datacenters, "/v1/catalog/nodes": .nodes,
        "/v1/catalog/services": .services,
    ]

    /// The methods it takes, in the order in which they are told.
    var methods: [HTTPRequest.Method] {
        switch self {
        case .key: [.get, .put, .delete]
        case .transaction, .sessionCreate, .sessionDestroy, .sessionRenew: [.put]
        default: [.get]
        }
    }

    /// Whether the body says something.
    var hasBody: Bool {
        switch self {
        case .key, .transaction, .sessionCreate: true
        default: false
        }
    }
}
