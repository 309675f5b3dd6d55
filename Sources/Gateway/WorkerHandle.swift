internal import HTTP2
internal import Reactor
internal import Routing
internal import Synchronization

/// What other threads have of a worker: its mailbox and what it lets be read.
final class WorkerHandle: Sendable {
    let number: Int
    let mailbox: Mailbox<WorkerMessage>
    let log: LogRing?
    /// Where sampled requests go; nil: nowhere.
    let traces: LogRing?
    /// The thread that checks endpoints, which is told of those that leave for answering badly.
    let prober: ProberHandle
    /// The same for all workers.
    let limits: SharedLimits
    /// Counters by listener, by route and service (one numbering), by endpoint slot.
    let listenerCells = TrafficCells()
    let statisticsCells = TrafficCells()
    let endpointCells = TrafficCells()
    /// How long requests took, by the same slots as `statisticsCells`, and by listener.
    let durationCells = DurationCells()
    let listenerDurations = DurationCells()
    let handshakes = HandshakeCells()
    let errors = ErrorCells()
    let connections = Atomic<Int>(0)
    /// Connections to endpoints, and those among them that wait for a request, as of the end of a turn.
    let upstreamConnections = Atomic<Int>(0)
    let idleConnections = Atomic<Int>(0)
    /// Connections to endpoints that were begun, and requests that found one that was there.
    let dials = Atomic<UInt64>(0)
    let reuses = Atomic<UInt64>(0)
    /// Handshakes with endpoints that succeeded, those among them that took up an earlier session, and those that failed.
    let upstreamHandshakes = Atomic<UInt64>(0)
    let upstreamResumptions = Atomic<UInt64>(0)
    let upstreamHandshakeFailures = Atomic<UInt64>(0)
    let tunnelsBegun = Atomic<UInt64>(0)
    let tunnelsEnded = Atomic<UInt64>(0)
    /// Answers that were compressed, and the octets of their bodies before and after.
    let compressed = Atomic<UInt64>(0)
    let compressedIn = Atomic<UInt64>(0)
    let compressedOut = Atomic<UInt64>(0)
    /// Tables that were taken up, and nanoseconds that it took.
    let swaps = Atomic<UInt64>(0)
    let swapNanoseconds = Atomic<UInt64>(0)
    let badRequests = Atomic<UInt64>(0)
    /// Connections that were turned away: by the connection limit, for want of descriptors, by limits of their address.
    let refusedByLimit = Atomic<UInt64>(0)
    let refusedForDescriptors = Atomic<UInt64>(0)
    let refusedByAddress = Atomic<UInt64>(0)
    /// HTTP/2, as of the end of a turn.
    let http2 = Mutex(HTTP2Counters())
    /// When it last took up a message that asked for a sign of life, in monotonic nanoseconds.
    let signOfLife = Atomic<UInt64>(0)
    /// Connections that a drain's deadline cut.
    let cut = Atomic<Int>(0)
    let generation = Atomic<UInt64>(0)

    init?(number: Int, log: LogRing?, traces: LogRing?, prober: ProberHandle, limits: SharedLimits) {
        guard let mailbox = Mailbox<WorkerMessage>() else { return nil }
        self.number = number
        self.mailbox = mailbox
        self.log = log
        self.traces = traces
        self.prober = prober
        self.limits = limits
    }
}

/// A listener as workers see it; its sockets are ``ListeningSocket``s.
struct WorkerListener: Sendable {
    var redirectsToHTTPS: Bool
    /// It speaks TLS: requests came by https.
    var isSecure: Bool
    /// Clients are asked for a certificate.
    var asksForCertificate: Bool
    /// It speaks HTTP/2, under TLS by ALPN and else by prior knowledge.
    var speaksHTTP2: Bool
    /// Its connections are forwarded as they are.
    var isTCP: Bool
    /// Connections of trusted peers begin with a PROXY header.
    var readsProxy: Bool
    /// Where connections go that are forwarded as they are.
    var names: ServerNames
    /// Its name in logs.
    var name: String
    /// The `Strict-Transport-Security` line of every answer; empty for none.
    var strictLine: [UInt8]
    /// `X-Forwarded-Proto` and `X-Forwarded-Port` lines, which are the same for every request at this listener.
    var forwardedLines: [UInt8]
    var port: UInt16
    /// Who may make requests; nil: everybody.
    var access: CompiledAccess?
    /// New connections are counted by their address, or may come at a rate only.
    var limitsConnections: Bool
    /// Connections of one address, 0 for no limit.
    var connectionsPerAddress: Int
    /// The rate of one address's new connections.
    var connectionRule: RateRule?
    /// Octets of a request's body, -1 for no limit of the listener's.
    var requestBodyLimit: Int64

    /// A listener that was bound at `address`.
    init(_ listener: ListenerConfiguration, at address: ListenAddress) {
        if case .ip(let address) = address { port = address.port } else { port = 0 }
        redirectsToHTTPS = listener.redirectsToHTTPS
        isSecure = listener.tls != nil
        asksForCertificate = (listener.tls?.clientAuthentication ?? .none) != .none
        speaksHTTP2 = listener.http2
        isTCP = listener.tcp != nil
        readsProxy = listener.readsProxy
        names = listener.tcp.map { ServerNames($0) } ?? ServerNames()
        name = listener.name
        strictLine =
            (listener.tls?.strictTransportSecurity).map { Array("Strict-Transport-Security: \($0)\r\n".utf8) } ?? []
        forwardedLines = Array(
            "X-Forwarded-Proto: \(isSecure ? "https" : "http")\r\nX-Forwarded-Port: \(port)\r\n".utf8)
        access = CompiledAccess(listener.access)
        requestBodyLimit = max(-1, listener.requestBodyLimit ?? -1)
        connectionsPerAddress = listener.connectionsPerAddress
        connectionRule = listener.connectionRate.flatMap { $0.isUnlimited ? nil : RateRule($0) }
        limitsConnections = connectionsPerAddress > 0 || connectionRule != nil
    }
}
