internal import FoundationEssentials

/// One instance of a service, as Consul's health endpoint tells of it.
struct CatalogInstance: Equatable, Sendable {
    /// What its checks come to, and its node's.
    enum Status: Equatable, Sendable {
        /// All pass, or there is none.
        case passing
        /// One warns, none fails.
        case warning
        /// One fails.
        case critical
        /// An operator has taken it, or its node, out of service.
        case maintenance
    }

    /// The node's name.
    var node: String
    /// The service's name.
    var service: String
    /// Its ID, which is its own on its node.
    var id: String
    /// Where it is reached: its own address, else its node's.
    var address: String
    /// Its port; 0 if it has none.
    var port: UInt16
    /// Its tags, in the order that it was registered with.
    var tags: [String] = []
    /// Its metadata.
    var meta: [String: String] = [:]
    /// Its weight while it passes and while it warns.
    var weights = (passing: 1, warning: 1)
    /// Whether it is a proxy or a gateway of Consul's mesh, which speak no plain HTTP.
    var isMesh = false
    /// What its checks come to.
    var status = Status.passing
    /// Consul's index when it was registered.
    var createIndex: UInt64 = 0
    /// Consul's index when it was registered anew with something else.
    var modifyIndex: UInt64 = 0

    static func == (first: CatalogInstance, second: CatalogInstance) -> Bool {
        first.node == second.node && first.service == second.service && first.id == second.id
            && first.address == second.address && first.port == second.port && first.tags == second.tags
            && first.meta == second.meta && first.weights == second.weights && first.isMesh == second.isMesh
            && first.status == second.status && first.createIndex == second.createIndex
            && first.modifyIndex == second.modifyIndex
    }
}

extension CatalogInstance {
    /// What `/v1/health/service/<name>` answers, as much of it as matters.
    private struct Answer: Decodable {
        struct Node: Decodable {
            var Node: String
            var Address: String
        }
        struct Weights: Decodable {
            var Passing: Int
            var Warning: Int
        }
        struct Service: Decodable {
            var ID: String
            var Service: String
            var Kind: String?
            var Tags: [String]?
            var Meta: [String: String]?
            var Address: String?
            var Port: Int?
            var Weights: Weights?
            var CreateIndex: UInt64?
            var ModifyIndex: UInt64?
        }
        struct Check: Decodable {
            var CheckID: String
            var Status: String
        }

        var Node: Node
        var Service: Service
        var Checks: [Check]?
    }

    /// The instances in an answer of `/v1/health/service/<name>`.
    ///
    /// Throws whatever the decoder does if it is not one.
    static func instances(_ json: [UInt8]) throws -> [CatalogInstance] {
        try JSONDecoder().decode([Answer].self, from: Data(json)).map { answer in
            let service = answer.Service
            let own = service.Address ?? ""
            var instance = CatalogInstance(
                node: answer.Node.Node, service: service.Service, id: service.ID,
                address: own.isEmpty ? answer.Node.Address : own, port: UInt16(exactly: service.Port ?? 0) ?? 0,
                tags: service.Tags ?? [], meta: service.Meta ?? [:], isMesh: !(service.Kind ?? "").isEmpty)
            if let weights = service.Weights { instance.weights = (weights.Passing, weights.Warning) }
            instance.status = status((answer.Checks ?? []).map { ($0.CheckID, $0.Status) })
            instance.createIndex = service.CreateIndex ?? 0
            instance.modifyIndex = service.ModifyIndex ?? 0
            return instance
        }
    }

    /// The worst of `checks`; maintenance mode is a check of its own.
    private static func status(_ checks: [(id: String, status: String)]) -> Status {
        var worst = Status.passing
        for check in checks {
            if check.id == "_node_maintenance" || check.id.hasPrefix("_service_maintenance:") { return .maintenance }
            switch check.status {
            case "passing": break
            case "warning": if worst == .passing { worst = .warning }
            default: worst = .critical
            }
        }
        return worst
    }
}
