public import Routing

/// What a configuration says of how a service is served: only what it says, the rest stays as it was.
public struct ServicePolicy: Sendable, Equatable {
    /// How requests are spread.
    public var balance: Balance?
    /// ``ServiceDescription/hash``.
    public var hash = HashSettings()
    /// ``ServiceDescription/sticky``.
    public var sticky = StickySettings()
    /// ``ServiceDescription/slowStart``.
    public var slowStart: UInt32?
    /// ``ServiceDescription/panicPercent``.
    public var panicPercent: Int?
    /// ``ServiceDescription/protocol``.
    public var `protocol`: EndpointProtocol?
    /// ``ServiceDescription/tls``.
    public var tls = UpstreamTLSPolicy()
    /// ``ServiceDescription/checks``: how all of its endpoints are checked.
    public var health = HealthSettings()
    /// ``ServiceDescription/outlier``.
    public var outlier = OutlierSettings()
    /// ``Timeouts/connect``.
    public var connect: UInt32?
    /// ``Timeouts/responseHead``.
    public var responseHead: UInt32?
    /// ``Timeouts/idle``.
    public var idle: UInt32?
    /// ``Timeouts/upstreamIdle``.
    public var upstreamIdle: UInt32?
    /// ``Timeouts/tunnel``.
    public var tunnel: UInt32?
    /// ``Timeouts/perTry``.
    public var perTry: UInt32?
    /// ``Timeouts/total``.
    public var total: UInt32?
    /// ``RetryPolicy/attempts``.
    public var attempts: UInt8?
    /// ``RetryPolicy/causes``.
    public var causes: RetryCauses?
    /// ``RetryBudget/Rate/share``.
    public var retryShare: UInt16?
    /// ``RetryBudget/Rate/minimum``.
    public var retryMinimum: UInt16?
    /// ``ServiceDescription/hedge``; nil inside: never.
    public var hedge: HedgePolicy??
    /// ``CircuitLimits/connections``.
    public var connections: Int32?
    /// ``CircuitLimits/pending``.
    public var pending: Int32?
    /// ``CircuitLimits/queue``.
    public var queue: UInt32?
    /// ``ServiceDescription/connectionsPerEndpoint``.
    public var connectionsPerEndpoint: Int?
    /// ``ServiceDescription/requestBodyLimit``; nil inside: without limit.
    public var requestBodyLimit: Int64??
    /// ``ServiceDescription/sendProxy``.
    public var sendProxy: ProxyHeaderChoice?
    /// ``ServiceDescription/cutsLeaving``.
    public var cutsLeaving: Bool?
    /// ``ServiceDescription/access``.
    public var access = AccessPolicy()
    /// ``ServiceDescription/forwardAuth``.
    public var forwardAuth: ForwardAuthSettings?
    /// ``ServiceDescription/compression``.
    public var compression = CompressionSettings()

    /// A policy that says nothing.
    public init() {}

    /// Whether it says anything of waits.
    public var setsTimeouts: Bool {
        connect != nil || responseHead != nil || idle != nil || upstreamIdle != nil || tunnel != nil || perTry != nil
            || total != nil
    }

    /// Whether it says anything of retries.
    public var setsRetries: Bool { attempts != nil || causes != nil }

    /// Takes over what `other` says and this one does not.
    ///
    /// Of what the attributes of endpoints may say.
    ///
    /// - Returns: the attributes of which both say something else.
    mutating func fill(from other: ServicePolicy) -> [String] {
        var differing: [String] = []
        func fill<Value: Equatable>(_ value: inout Value?, _ otherValue: Value?, _ name: String) {
            guard let otherValue else { return }
            if let value, value != otherValue { differing.append(name) }
            value = value ?? otherValue
        }
        fill(&balance, other.balance, "balance")
        fill(&access.allow, other.access.allow, "allow")
        fill(&access.deny, other.access.deny, "deny")
        fill(&access.https, other.access.https, "https")
        fill(&access.basicAuth, other.access.basicAuth, "basic_auth")
        fill(&access.rate, other.access.rate, "limits_rate")
        fill(&slowStart, other.slowStart, "slow_start")
        fill(&panicPercent, other.panicPercent, "panic")
        if !hash.isEmpty, !other.hash.isEmpty, hash != other.hash { differing.append("hash") }
        if hash.isEmpty { hash = other.hash }
        if !sticky.isEmpty, !other.sticky.isEmpty, sticky != other.sticky { differing.append("sticky") }
        if sticky.isEmpty { sticky = other.sticky }
        if !outlier.isEmpty, !other.outlier.isEmpty, outlier != other.outlier { differing.append("outlier") }
        if outlier.isEmpty { outlier = other.outlier }
        return differing
    }

    /// Puts into `timeouts` what it says of waits.
    public func apply(to timeouts: inout Timeouts) {
        if let connect { timeouts.connect = connect }
        if let responseHead { timeouts.responseHead = responseHead }
        if let idle { timeouts.idle = idle }
        if let upstreamIdle { timeouts.upstreamIdle = upstreamIdle }
        if let tunnel { timeouts.tunnel = tunnel }
        if let perTry { timeouts.perTry = perTry }
        if let total { timeouts.total = total }
    }

    /// Puts into `retries` what it says of retries.
    public func apply(to retries: inout RetryPolicy) {
        if let attempts { retries.attempts = attempts }
        if let causes { retries.causes = causes }
    }

    /// Puts into `service` what it says; of health, what it says to each of the checks that are there.
    public func apply(to service: inout ServiceDescription) {
        if let balance { service.balance = balance }
        hash.apply(to: &service.hash)
        sticky.apply(to: &service.sticky)
        if let slowStart { service.slowStart = slowStart }
        if let panicPercent { service.panicPercent = panicPercent }
        if let `protocol` { service.protocol = `protocol` }
        tls.apply(to: &service.tls)
        outlier.apply(to: &service.outlier)
        for index in service.checks.indices { health.apply(to: &service.checks[index]) }
        apply(to: &service.timeouts)
        apply(to: &service.retries)
        if let retryShare { service.retryBudget.share = retryShare }
        if let retryMinimum { service.retryBudget.minimum = retryMinimum }
        if let hedge { service.hedge = hedge }
        if let connections { service.circuit.connections = connections }
        if let pending { service.circuit.pending = pending }
        if let queue { service.circuit.queue = queue }
        if let connectionsPerEndpoint { service.connectionsPerEndpoint = connectionsPerEndpoint }
        if let requestBodyLimit { service.requestBodyLimit = requestBodyLimit }
        if let sendProxy { service.sendProxy = sendProxy }
        if let cutsLeaving { service.cutsLeaving = cutsLeaving }
        access.apply(to: &service.access)
        compression.apply(to: &service.compression)
        if let forwardAuth { service.forwardAuth = forwardAuth.forwardAuth }
    }
}
