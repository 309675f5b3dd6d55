/// The states of all checks of a Consul, as much of them as tells which services to ask for anew.
///
/// From the answer of `/v1/health/state/any`, which is read at each change of any check: strictly, and without an object
/// for each of thousands.
struct CatalogChecks: Equatable, Sendable {
    /// A figure a service that differs when a check of its own is another, or in another state.
    private(set) var services: [String: Int] = [:]
    /// The same a node, of the checks that are for all that runs on it.
    private(set) var nodes: [String: Int] = [:]

    /// No checks.
    init() {}

    /// Reads the answer.
    ///
    /// - Throws: if it is not Consul's.
    init(_ text: Span<UInt8>) throws(ConsulListingParser.Failure) {
        var parser = ConsulListingParser()
        parser.skipSpace(text)
        try parser.expect(UInt8(ascii: "["), "an array of checks", text)
        parser.skipSpace(text)
        if !parser.take(UInt8(ascii: "]"), text) {
            repeat {
                parser.skipSpace(text)
                try addCheck(&parser, text)
                parser.skipSpace(text)
            } while parser.take(UInt8(ascii: ","), text)
            try parser.expect(UInt8(ascii: "]"), "',' or ']' after a check", text)
        }
        parser.skipSpace(text)
        guard parser.position == text.count else { throw parser.failure("text after the array") }
    }

    /// The services whose own checks differ, and the nodes whose checks do.
    func differences(from old: CatalogChecks) -> (services: Set<String>, nodes: Set<String>) {
        (Self.differences(services, old.services), Self.differences(nodes, old.nodes))
    }

    private static func differences(_ new: [String: Int], _ old: [String: Int]) -> Set<String> {
        var names = Set(new.filter { old[$0.key] != $0.value }.keys)
        for name in old.keys where new[name] == nil { names.insert(name) }
        return names
    }

    private mutating func addCheck(
        _ parser: inout ConsulListingParser, _ text: Span<UInt8>
    )
        throws(ConsulListingParser.Failure)
    {
        var (node, check, service, instance, status) = ("", "", "", "", "")
        try parser.expect(UInt8(ascii: "{"), "an object as check", text)
        parser.skipSpace(text)
        if !parser.take(UInt8(ascii: "}"), text) {
            repeat {
                parser.skipSpace(text)
                let name = try parser.parseString(text)
                parser.skipSpace(text)
                try parser.expect(UInt8(ascii: ":"), "':' after a member's name", text)
                parser.skipSpace(text)
                switch name {
                case "Node": node = try parser.parseString(text)
                case "CheckID": check = try parser.parseString(text)
                case "ServiceName": service = try parser.parseString(text)
                case "ServiceID": instance = try parser.parseString(text)
                case "Status": status = try parser.parseString(text)
                default: try parser.skipValue(text, depth: 0)
                }
                parser.skipSpace(text)
            } while parser.take(UInt8(ascii: ","), text)
            try parser.expect(UInt8(ascii: "}"), "',' or '}' after a member", text)
        }
        guard !node.isEmpty, !check.isEmpty, !status.isEmpty else {
            throw parser.failure("a check without Node, CheckID or Status")
        }
        // Added up, so that the order of the answer does not matter.
        var hasher = Hasher()
        for part in [node, check, instance, status] { hasher.combine(part) }
        let figure = hasher.finalize()
        if service.isEmpty { nodes[node, default: 0] &+= figure } else { services[service, default: 0] &+= figure }
    }
}
