/// What a listener does with connections that it forwards as they are.
///
/// By default every connection goes to one service. With ``names`` the name is asked that the client wants to speak to by
/// TLS: of the hello where the listener has no certificates, and the octets go on unread; of the session where it has.
public struct TCPListenerConfiguration: Sendable, Equatable {
    /// The service of every connection, or of those for which ``names`` has nothing; nil: these are refused.
    public var service: String?
    /// Services by the server names of their clients, in lower case: `a.example.com`, or `*.example.com` for all names below
    /// `example.com`.
    public var names: [String: String] = [:]

    /// A listener for one service, or for none yet.
    public init(service: String? = nil) {
        self.service = service
    }
}
