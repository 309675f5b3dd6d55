internal import Control
internal import HTTPTypes
internal import KeyValue

/// What can be asked of the admin API: one case a path.
enum AdminEndpoint: Equatable {
    case alive, ready, metrics
    case info, services, routes, endpoints, listeners, certificates, events, problems, stream
    case document, explain, generations
    case logLevel
    /// A file of the dashboard.
    case page(DashboardPart)
    /// A change of an endpoint.
    case order(service: String, address: String, AdminOrder)

    /// A change as the path names it.
    enum AdminOrder: String, CaseIterable {
        case drain, disable, enable, weight
    }

    private static let plain: [String: AdminEndpoint] = [
        "/healthz": .alive, "/readyz": .ready, "/metrics": .metrics, "/api/v1/info": .info,
        "/api/v1/services": .services, "/api/v1/routes": .routes, "/api/v1/endpoints": .endpoints,
        "/api/v1/listeners": .listeners, "/api/v1/certificates": .certificates, "/api/v1/events": .events,
        "/api/v1/problems": .problems, "/api/v1/stream": .stream, "/api/v1/openapi.json": .document,
        "/api/v1/log-level": .logLevel, "/api/v1/explain": .explain,
        "/api/v1/generations": .generations,
    ]

    /// What is at `path`, whose segments are percent-encoded; nil if there is nothing.
    init?(path: Substring) {
        if let known = Self.plain[String(path)] {
            self = known
            return
        }
        if let part = DashboardPart(path: String(path)) {
            self = .page(part)
            return
        }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count == 7, segments[0].isEmpty, segments[1] == "api", segments[2] == "v1",
            segments[3] == "endpoints", let service = PercentCoding.decode(segments[4]), !service.isEmpty,
            let address = PercentCoding.decode(segments[5]), !address.isEmpty,
            let order = AdminOrder(rawValue: String(segments[6]))
        else { return nil }
        self = .order(service: service, address: address, order)
    }

    /// The methods that it takes.
    var methods: [HTTPRequest.Method] {
        switch self {
        case .order: [.put]
        case .logLevel: [.get, .head, .put]
        default: [.get, .head]
        }
    }

    /// Whether anybody may ask, as supervisors, balancers and browsers do: what is told is one word, or the same everywhere.
    var isOpen: Bool { self == .alive || self == .ready || isPage }

    /// Whether it is of the dashboard.
    var isPage: Bool { if case .page = self { true } else { false } }

    /// The parameters that it takes.
    var parameters: [String] {
        switch self {
        case .services, .routes: ["name"]
        case .endpoints: ["service"]
        case .events: ["after", "limit"]
        case .stream: ["rates", "service"]
        case .order(_, _, .weight): ["value"]
        case .logLevel: ["value"]
        case .explain: ["url", "method", "header", "client", "listener", "sni", "at", "id", "format"]
        case .generations: ["from", "to", "format"]
        default: []
        }
    }
}
