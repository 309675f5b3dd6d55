internal import Logging
internal import NIOCore
internal import Synchronization

/// What all connections of a server share.
final class ServerContext: Sendable {
    let settings: ServerSettings
    let responder: any ManagerResponder
    let logger: Logger
    private let date = DateField()
    private let server: String
    private let state = Mutex(State())

    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isStopping = false
    }

    init(_ settings: ServerSettings, responder: any ManagerResponder, logger: Logger) {
        self.settings = settings
        self.responder = responder
        self.logger = logger
        var server = "Docker-Experimental: false\r\nOstype: linux\r\nServer: portico/\(settings.release) (linux)\r\n"
        if settings.allowsOrigins { server += Self.origins }
        self.server = server
    }

    /// What pages of other origins may do.
    static let origins =
        "Access-Control-Allow-Origin: *\r\n"
        + "Access-Control-Allow-Headers: Origin, X-Requested-With, Content-Type, Accept\r\n"
        + "Access-Control-Allow-Methods: GET, POST, DELETE, PUT, OPTIONS, HEAD\r\n"

    var limits: ServerLimits { settings.limits }

    /// The fields of all answers, each with its line's end.
    var commonFields: String {
        "Api-Version: \(settings.apiVersion())\r\nDate: \(date.text(at: Int64(WallClock.seconds)))\r\n\(server)"
    }

    // MARK: Connections

    /// Takes note of a connection until it is closed; false if there are too many, or the server stops.
    func admit(_ channel: any Channel) -> Bool {
        let key = ObjectIdentifier(channel)
        let isAdmitted = state.withLock { state in
            guard !state.isStopping, state.channels.count < limits.connectionsMax else { return false }
            state.channels[key] = channel
            return true
        }
        if isAdmitted {
            channel.closeFuture.whenComplete { _ in _ = self.state.withLock { $0.channels.removeValue(forKey: key) } }
        }
        return isAdmitted
    }

    /// Connections now open.
    var connections: [any Channel] { state.withLock { Array($0.channels.values) } }

    /// Lets no more connections in, and gives those that are open.
    func beginStop() -> [any Channel] {
        state.withLock { state in
            state.isStopping = true
            return Array(state.channels.values)
        }
    }
}
