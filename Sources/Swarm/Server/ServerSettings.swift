internal import DockerEngine

/// Where the manager listens, and what all of its answers say.
struct ServerSettings: Sendable {
    /// Where clients are listened for.
    enum Listener: Sendable, Equatable, CustomStringConvertible {
        /// At a name or IP address, without brackets, and a port; port 0 lets the kernel choose.
        case network(host: String, port: Int)
        /// At a path.
        case unix(path: String)

        init(_ listener: ManageSettings.Listener) {
            switch listener {
            case .network(let address): self = .network(host: address.host, port: Int(address.port))
            case .unix(let path): self = .unix(path: path)
            }
        }

        /// As it is given: `tcp://127.0.0.1:2375`.
        var description: String {
            switch self {
            case .network(let host, let port): "tcp://\(host.contains(":") ? "[\(host)]" : host):\(port)"
            case .unix(let path): "unix://\(path)"
            }
        }
    }

    /// Where clients are listened for, one or more.
    var listeners: [Listener]
    /// How TLS is spoken at TCP listeners; nil: in the clear.
    var tls: DockerTLS?
    /// Whether pages of other origins may ask.
    var allowsOrigins = false
    /// The newest version of the API that clients may speak: that of all healthy engines.
    var apiVersion: @Sendable () -> String
    /// This program's release: `0.1.0`.
    var release: String
    /// Waits and bounds.
    var limits = ServerLimits()

    init(listeners: [Listener], release: String, apiVersion: @escaping @Sendable () -> String) {
        self.listeners = listeners
        self.release = release
        self.apiVersion = apiVersion
    }
}
