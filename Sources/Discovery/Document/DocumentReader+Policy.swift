internal import Routing

/// What `protocol`, `tls`, `health`, `outlier`, `timeouts`, `retries`, `limits`, `compress` and `balance` of a
/// document say.
public struct PolicyDocument: Sendable {
    /// Where the keys stand, which decides what they may say.
    public enum Scope: Sendable {
        /// `defaults:`, which also speaks of the listeners' side.
        case defaults
        /// `services: NAME:`.
        case service
        /// A route.
        case route
    }

    /// What goes for services and routes.
    public var policy = ServicePolicy()
    /// The files that `tls` names; what is in them belongs into the policy.
    public var tlsFiles = UpstreamTLSFiles()
    /// `timeouts.request_head`, of the whole edge.
    public var requestHeadTimeout: UInt32?
    /// `limits.request_head`, of the whole edge.
    public var requestHeadBytes: Int?

    /// The keys that a mapping with a policy has.
    public static let keys =
        DocumentReader.guardKeys + DocumentReader.spreadKeys + [
            "balance", "protocol", "tls", "timeouts", "retries", "hedge", "limits", "health", "outlier",
            "compress", "forward_auth", "send_proxy", "on_leave",
        ]

    /// One that says nothing.
    public init() {}
}

extension DocumentReader {
    /// The policy among a mapping's members.
    public func policy(
        _ members: [String: DocumentNode], scope: PolicyDocument.Scope
    ) -> PolicyDocument {
        var document = PolicyDocument()
        if scope == .route {
            let keys = ["balance", "protocol", "tls", "health", "outlier", "send_proxy", "on_leave"] + Self.spreadKeys
            for key in keys {
                guard let node = members[key] else { continue }
                report("\(key) is its service's, not the route's: write it under services: NAME:", at: node)
            }
        } else {
            readBalance(members, into: &document.policy)
            document.policy.sendProxy = choice(members["send_proxy"], "send_proxy", of: ProxyHeaderChoice.self)
            let leaving = choice(members["on_leave"], "on_leave", of: LeavingSessions.self)
            document.policy.cutsLeaving = leaving.map { $0 == .cut }
            if let node = members["protocol"] { document.policy.protocol = endpointProtocol(node) }
            if let node = members["health"] { document.policy.health = health(node) }
            if let node = members["outlier"] { document.policy.outlier = outlier(node) }
            if let node = members["tls"] { (document.policy.tls, document.tlsFiles) = upstreamTLS(node) }
        }
        document.policy.access = access(members)
        if let node = members["timeouts"] { readTimeouts(node, scope, into: &document) }
        if let node = members["retries"] { readRetries(node, scope, into: &document.policy) }
        if let node = members["hedge"] { readHedge(node, scope, into: &document.policy) }
        if let node = members["limits"] { readLimits(node, scope, into: &document) }
        if let node = members["compress"] { document.policy.compression = compression(node) }
        if let node = members["forward_auth"] {
            if scope == .defaults {
                report("forward_auth is a service's or a route's: who is asked would be asked about itself", at: node)
            } else {
                document.policy.forwardAuth = forwardAuth(node)
            }
        }
        return document
    }

    private func readTimeouts(
        _ node: DocumentNode, _ scope: PolicyDocument.Scope, into document: inout PolicyDocument
    ) {
        let keys = ["connect", "request_head", "response_head", "idle", "upstream_idle", "tunnel", "try", "total"]
        let members = fields(of: node, in: "timeouts", keys: keys)
        document.policy.connect = milliseconds(members["connect"], "timeouts.connect")
        document.policy.responseHead = milliseconds(members["response_head"], "timeouts.response_head")
        document.policy.idle = milliseconds(members["idle"], "timeouts.idle")
        document.policy.upstreamIdle = milliseconds(members["upstream_idle"], "timeouts.upstream_idle")
        document.policy.tunnel = milliseconds(members["tunnel"], "timeouts.tunnel")
        document.policy.perTry = milliseconds(members["try"], "timeouts.try")
        document.policy.total = milliseconds(members["total"], "timeouts.total")
        guard let head = members["request_head"] else { return }
        guard scope == .defaults else {
            report("request_head is waited for before the route is known: write it under defaults:", at: head)
            return
        }
        document.requestHeadTimeout = milliseconds(head, "timeouts.request_head")
    }

    private func readLimits(
        _ node: DocumentNode, _ scope: PolicyDocument.Scope, into document: inout PolicyDocument
    ) {
        let keys = ["request_head", "request_body", "rate", "bandwidth"] + Self.circuitKeys
        let members = fields(of: node, in: "limits", keys: keys)
        document.policy.requestBodyLimit = octets(members["request_body"], "limits.request_body")
        document.policy.access.rate = rate(members["rate"], "limits.rate")
        document.policy.access.bandwidth = bandwidth(members["bandwidth"])
        readCircuit(members, scope, into: &document.policy)
        guard let head = members["request_head"] else { return }
        guard scope == .defaults else {
            report("request_head is read before the route is known: write it under defaults:", at: head)
            return
        }
        switch octets(head, "limits.request_head") {
        case .some(.some(let count)) where (1 << 10...64 << 10).contains(count):
            document.requestHeadBytes = Int(count)
        case .some: report("limits.request_head is \(quoted(head)): it is a size from 1k to 64k", at: head)
        case .none: break
        }
    }
}

/// `on_leave`: what becomes of a TCP session whose endpoint leaves the table.
private enum LeavingSessions: String, CaseIterable {
    case drain
    case cut
}
