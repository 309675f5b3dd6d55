internal import Glibc
public import Routing

/// An address to listen at, as the contract writes them: `:80`, `127.0.0.1:8080`, `[::]:443`, `unix:/run/x.sock`.
public enum ListenAddress: Sendable, Equatable, Hashable {
    /// An IP address and port; port 0 lets the kernel choose.
    case ip(EndpointAddress)
    /// A Unix socket at a path.
    case unix(String)
}

/// One listening address and what it does with a request.
public struct ListenerConfiguration: Sendable, Equatable {
    /// Where it listens.
    public var address: ListenAddress
    /// Answers every request with a 308 to https, but for `/.well-known/acme-challenge/`.
    public var redirectsToHTTPS = false
    /// Serves https; nil: plain http.
    public var tls: TLSListenerConfiguration?
    /// Speaks HTTP/2: by ALPN under TLS, by prior knowledge (RFC 9113 §3.3) without.
    public var http2 = false
    /// Who may make requests here.
    public var access = AccessPolicy()
    /// The most connections of one client's address (of IPv6, of its /64), below 65,536; 0 for no limit.
    public var connectionsPerAddress = 0
    /// The rate at which one client's address may make connections.
    public var connectionRate: RateLimit?
    /// The most octets of a request's body, nil for no limit of its own.
    public var requestBodyLimit: Int64?
    /// Forwards connections as they are; nil: it reads requests.
    public var tcp: TCPListenerConfiguration?
    /// Connections of trusted peers begin with a PROXY header, which tells who the client is; without one they are cut.
    ///
    /// Trusted are ``GatewayConfiguration/trustedProxies``, and all at a Unix socket. Others have no header.
    public var readsProxy = false
    /// The name in statistics and logs; the address as it was written.
    public var name: String

    /// A listener at `address`.
    public init(address: ListenAddress, name: String) {
        self.address = address
        self.name = name
    }
}

/// Limits on what clients may do, for the whole gateway.
public struct GatewayLimits: Sendable, Equatable {
    /// Octets of a request's or response's head.
    public var headBytes = 32 << 10
    /// Octets of a request target.
    public var targetBytes = 8 << 10
    /// Fields of a head.
    public var fieldCount = 100
    /// Milliseconds for a whole request head, from its first byte.
    public var requestHeadTimeout: UInt32 = 10_000
    /// Milliseconds that an idle client connection is kept.
    public var idleTimeout: UInt32 = 60_000
    /// Milliseconds between two pieces of a request's body.
    public var bodyTimeout: UInt32 = 30_000
    /// Octets a second that a request's body must average after a grace of ten seconds; 0 turns it off.
    public var minimumBodyRate = 500
    /// Milliseconds that a client may take none of an answer.
    public var writeTimeout: UInt32 = 30_000
    /// Requests on one connection.
    public var requestsPerConnection = 10_000
    /// Connections of all clients; 0: as many as file descriptors allow.
    public var connections = 0

    /// The defaults.
    public init() {}
}

/// All that a gateway needs to know before its first table.
public struct GatewayConfiguration: Sendable, Equatable {
    /// Where it listens.
    public var listeners: [ListenerConfiguration] = []
    /// Worker threads; 0: one a core.
    public var workers = 0
    /// Whose X-Forwarded-*, X-Request-Id and PROXY headers are believed.
    public var trustedProxies: [Network] = []
    /// The field in which they name the client.
    public var clientAddressField = ClientAddressField.xForwardedFor
    /// Whether endpoints are told of the client by `Forwarded` (RFC 7239), too.
    public var sendsForwarded = false
    /// The limits.
    public var limits = GatewayLimits()
    /// The access log, nil for none.
    public var accessLog: AccessLogConfiguration?
    /// What is done with traces; nil: their fields go through as any others.
    public var tracing: TracingConfiguration?

    /// A gateway that listens nowhere.
    public init() {}

    /// Worker threads, as a number.
    public var workerCount: Int {
        workers > 0 ? workers : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }
}
