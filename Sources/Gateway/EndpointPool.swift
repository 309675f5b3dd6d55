/// A worker's connections to one endpoint.
struct EndpointPool {
    /// The most recently used idle connection, and how many there are.
    var idleHead: Int32 = -1
    var idleCount: Int32 = 0
    /// The first of the connections that carry an HTTP/2 session to it and take requests.
    var sessionHead: Int32 = -1
    /// It chose HTTP/2 when it was last asked (ALPN): requests wait for a session rather than make connections.
    var speaksHTTP2 = false
    /// ``EndpointRecord/dialect``: connections made for another are not kept.
    var dialect: Int32 = -1
    /// The endpoint is in the table in force; the connections of one that is not are not kept.
    var isCurrent = false
}
