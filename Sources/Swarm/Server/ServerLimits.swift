/// Every wait and bound of the conversation with clients, and where its figure comes from.
struct ServerLimits: Sendable {
    /// Octets of a request's head: registry credentials and filters go in it, both a few KiB.
    var headBytesMax = 64 << 10
    /// Fields of a request's head; docker's client sends ten.
    var fieldsMax = 128
    /// Octets of a client that are held while nobody wants them: the requests that it sends ahead, and bodies.
    var pendingBytesMax = 64 << 10
    /// Connections at once; each holds a descriptor.
    var connectionsMax = 10_000
    /// How long a new connection may be silent, TLS handshake included.
    var first: Duration = .seconds(60)
    /// How long a connection may be silent between requests: clients keep some for later, browsers five minutes.
    var idle: Duration = .seconds(300)
    /// How long a head may take from its first octet on.
    var head: Duration = .seconds(30)
    /// How long a body that is waited for may be silent; images come from pipes that stop at times.
    var body: Duration = .seconds(300)
    /// How long a client may take no octet of an answer that is there as a whole.
    var answer: Duration = .seconds(60)
    /// How long a connection is still read after its last answer, so that what was sent meanwhile destroys it not.
    var linger: Duration = .seconds(5)
    /// Octets of a body that nobody read that are passed over to keep the connection.
    var drainBytesMax = 256 << 10
    /// How long the other side may take for its part when a splice's engine has ended.
    var spliceLinger: Duration = .seconds(10)

    init() {}
}
