/// Who is asked about a request before it goes on, in the form that requests are handled by.
public final class PermissionRule: Sendable {
    /// An index into the table's services; -1: nobody serves it, and no request goes on.
    public let service: Int32
    /// Milliseconds until it must have answered.
    public let timeout: UInt32
    /// The question's request line and, where it is not the request's own, its Host.
    public let firstLines: [UInt8]
    /// Whether `firstLines` have a Host.
    public let hasHost: Bool
    private let told: CompiledEdits?
    private let tellsAll: Bool
    private let taken: CompiledEdits?

    /// The rule that `description` describes, where `services` tells each service's place by its name; nil where nobody is
    /// asked.
    ///
    /// - Parameter report: told what is wrong; then no request goes on: whoever wants permission asked gets none without.
    init?(_ description: ForwardAuth?, services: [String: Int32], report: (String) -> Void) {
        guard let description, description.isOn else { return nil }
        var service = services[description.service] ?? -1
        if service < 0 {
            report("asks service \(description.service) (forward_auth), which nothing serves: its requests get 503")
        }
        let isTarget = description.path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }
        if !description.path.hasPrefix("/") || !isTarget || !FieldSyntax.isValue(description.host ?? "") {
            report("asks for `\(description.path)` (forward_auth), which is no path: its requests get 503")
            service = -1
        }
        var told: CompiledEdits?
        var taken: CompiledEdits?
        do throws(PatternError) {
            told = try Self.names(description.requestHeaders ?? [])
            taken = try Self.names(description.responseHeaders)
        } catch {
            report("\(error.reason) (forward_auth): its requests get 503")
            service = -1
        }
        self.told = told
        self.taken = taken
        tellsAll = description.requestHeaders == nil
        self.service = service
        timeout = description.timeout
        hasHost = description.host != nil
        let host = description.host.map { "Host: \($0)\r\n" } ?? ""
        firstLines = Array("GET \(description.path) HTTP/1.1\r\n\(host)".utf8)
    }

    /// A set of fields' names, none of them one that frames messages.
    private static func names(_ names: [String]) throws(PatternError) -> CompiledEdits? {
        var edits = HeaderEdits()
        edits.remove = names
        return try CompiledEdits(edits, of: .request)
    }

    /// Whether who is asked is told the request's field called `name`.
    public func tells(_ name: RawSpan) -> Bool { tellsAll || told?.removes(name) == true }

    /// Whether a request takes the answer's field called `name` along, and never the client's own.
    public func takes(_ name: RawSpan) -> Bool { taken?.removes(name) == true }
}

extension RoutingTable {
    /// Who is asked about a request of `route` to `service`; nil: nobody.
    ///
    /// What the route says goes before what its service says.
    public func permission(route: Int, service: Int) -> PermissionRule? {
        if route >= 0, routes[route].traits.contains(.permission) { return actions(of: route)?.permission }
        guard service >= 0, services[service].traits.contains(.permission) else { return nil }
        return serviceParts.permissionRules[service]
    }
}
