internal import Discovery
internal import Routing
internal import Template

/// One way to a service: a host and a path, in the order in which the edge looks for them.
struct EdgeRule: Equatable, Sendable {
    /// What a host is compared with; the order is that of preference.
    enum Kind: Int, Sendable {
        /// A host.
        case exact
        /// All that end in it, at any depth: `.example.com`.
        case wildcard
        /// Any host whose first label it is.
        case label
        /// Any host in which the expression matches.
        case regex
        /// Any host.
        case any

        var name: String {
            switch self {
            case .exact: "exact"
            case .wildcard: "wildcard"
            case .label: "label"
            case .regex: "regex"
            case .any: "any"
            }
        }
    }

    /// What a path is compared with; the order is that of preference.
    enum PathKind: Int, Sendable {
        case exact
        /// The path and what is below it; one that ends in a slash is needed with it.
        case prefix
        case regex
        case any

        var name: String {
            switch self {
            case .exact: "exact"
            case .prefix: "prefix"
            case .regex: "regex"
            case .any: ""
            }
        }
    }

    var kind: Kind
    var host: String
    var pathKind: PathKind
    var path: String
    var strip: String
    /// The service's ``EdgeWord``.
    var service: String
    /// What its endpoints speak.
    var spoken: EndpointProtocol
    /// Attributes ask for it, which counts more than what follows from a name.
    var isExplicit: Bool

    /// Whether two are for the same requests.
    func isSame(as other: EdgeRule) -> Bool {
        kind == other.kind && host == other.host && pathKind == other.pathKind && path == other.path
    }

    /// Whether it comes before `other`: what is more exact first, then what is asked for, then the lower service.
    func precedes(_ other: EdgeRule) -> Bool {
        if kind != other.kind { return kind.rawValue < other.kind.rawValue }
        // Expressions have no order of their own: theirs is that of the services.
        if kind == .regex, service != other.service { return service < other.service }
        if host != other.host {
            if kind == .wildcard, host.utf8.count != other.host.utf8.count {
                return host.utf8.count > other.host.utf8.count
            }
            return host < other.host
        }
        if pathKind != other.pathKind { return pathKind.rawValue < other.pathKind.rawValue }
        if path != other.path {
            if pathKind == .prefix, path.utf8.count != other.path.utf8.count {
                return path.utf8.count > other.path.utf8.count
            }
            return path < other.path
        }
        if isExplicit != other.isExplicit { return isExplicit }
        return service < other.service
    }

    var value: Value {
        .pointer(
            Structure(
                EdgeTypes.rule,
                [
                    .string(kind.name), .string(host), .string(pathKind.name), .string(path), .string(strip),
                    .string(service), .string(spoken.word),
                ]))
    }
}
