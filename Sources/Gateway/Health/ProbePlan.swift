internal import Reactor
internal import Routing

/// How a check is carried out.
enum ProbeManner: UInt8, Sendable {
    /// A connection, with a handshake where there is TLS.
    case connection
    /// The same, and the endpoint must agree on HTTP/2.
    case http2Connection
    /// A request by HTTP/1.1.
    case request
}

/// What makes two checks the same one, so that an endpoint of several services is asked once.
struct ProbeKey: Hashable, Sendable {
    var address: EndpointAddress
    /// The check and, where there is TLS, the context: both live as long as any target that they are part of.
    var check: ObjectIdentifier
    var context: ObjectIdentifier?
    var manner: ProbeManner
}

/// One address to be checked, and the endpoints that the outcome is of.
struct ProbeTarget: Sendable {
    var key: ProbeKey
    var check: HealthCheck
    /// Nil where the check goes in the clear.
    var context: TLSClientContext?
    var states: [EndpointState]

    /// The octets of the request.
    var request: [UInt8] {
        let policy = check.policy
        let host = policy.host ?? "\(key.address)"
        var text = "\(policy.method) \(policy.path) HTTP/1.1\r\nHost: \(host)\r\n"
        for field in policy.headers { text += "\(field.name): \(field.value)\r\n" }
        text += "User-Agent: portico-health\r\nAccept: */*\r\nConnection: close\r\n\r\n"
        return Array(text.utf8)
    }
}

/// All that is to be checked of a table.
struct ProbePlan: Sendable {
    private(set) var targets: [ProbeTarget] = []
    /// The endpoints that may be ejected, whichever services they are of; nil where none may be.
    private(set) var ejectable: Set<ObjectIdentifier>?

    /// Nothing.
    init() {}

    /// Of `table`, whose services' TLS is done as `secured` says.
    init(_ table: RoutingTable, _ secured: UpstreamSecurity) {
        if !table.outlierPolicies.isEmpty {
            ejectable = []
            for (index, service) in table.services.enumerated() where service.outlier >= 0 {
                for endpoint in table.endpointIndices(of: index) {
                    ejectable?.insert(ObjectIdentifier(table.states[endpoint]))
                }
            }
        }
        guard !table.checks.isEmpty else { return }
        var places: [ProbeKey: Int] = [:]
        for endpoint in table.endpoints.indices {
            guard let number = table.check(of: endpoint) else { continue }
            let check = table.checks[number]
            let record = table.endpoints[endpoint]
            let isSecure = check.policy.scheme.map { $0 == .https } ?? record.protocol.isSecure
            let context = isSecure ? secured.context(of: Int(record.service)) : nil
            var address = record.address
            if let port = check.policy.port { address.port = port }
            let key = ProbeKey(
                address: address, check: ObjectIdentifier(check), context: context.map { ObjectIdentifier($0) },
                manner: Self.manner(check.policy, record.protocol))
            // Without a context there is no TLS, and a check in the clear would say nothing: the connections fail too.
            if isSecure, context == nil { continue }
            if let place = places[key] {
                targets[place].states.append(table.states[endpoint])
            } else {
                places[key] = targets.count
                targets.append(
                    ProbeTarget(key: key, check: check, context: context, states: [table.states[endpoint]]))
            }
        }
    }

    /// An endpoint that speaks HTTP/2 only is sent no request by HTTP/1, unless the policy names a scheme or a port for it.
    private static func manner(_ policy: HealthPolicy, _ spoken: EndpointProtocol) -> ProbeManner {
        let isHTTP2 = spoken.isHTTP2Only && policy.scheme == nil && policy.port == nil
        switch policy.kind {
        case .request where !isHTTP2: return .request
        default: return isHTTP2 && spoken.isSecure ? .http2Connection : .connection
        }
    }

    /// Whether somebody has to be there for it.
    var isEmpty: Bool { targets.isEmpty && ejectable == nil }
}
