internal import Template

/// The small language of `sockaddr`: the part of go-sockaddr's templates that configurations use.
///
/// | function | gives |
/// |---|---|
/// | `GetPrivateIP`, `GetPublicIP` | the first private, or public, address of the default interface |
/// | `GetPrivateIPs`, `GetPublicIPs` | all of them, with blanks between |
/// | `GetInterfaceIP "eth0"`, `GetInterfaceIPs "eth0"` | the first address of an interface, or all |
/// | `GetAllInterfaces`, `GetDefaultInterfaces`, `GetPrivateInterfaces`, `GetPublicInterfaces` | lists |
/// | `include "KIND" "VALUE"`, `exclude "KIND" "VALUE"` | a list's part; kinds: `name`, `type`, `flags`, `network`, `rfc` |
/// | `sort "ORDER"`, `limit N`, `offset N`, `unique "KIND"` | a list in another order, or shorter |
/// | `attr "NAME"`, `join "NAME" "SEPARATOR"` | of a list: `address`, `name`, `port`, `size`, `network`, `netmask` |
///
/// It is executed as a template, so `range`, `with` and `printf` do what they do elsewhere.
struct SocketAddressTemplate {
    private let interfaces: @Sendable () -> [NetworkInterface]
    private let defaultName: @Sendable () -> String?

    private static let type = StructType(
        "sockaddr.IfAddr",
        fields: [
            .init("Address", .string), .init("Name", .string), .init("Prefix", .int), .init("Octets", .bytes),
            .init("IsUp", .bool), .init("IsLoopback", .bool),
        ], text: { value in value.structureValue?["Address"].octets ?? [] })
    private static let listType = GoType.slice(.structure(type))

    init(
        interfaces: @escaping @Sendable () -> [NetworkInterface] = { NetworkInterface.all },
        defaultName: @escaping @Sendable () -> String? = { NetworkInterface.defaultName }
    ) {
        self.interfaces = interfaces
        self.defaultName = defaultName
    }

    /// What `expression` stands for.
    func text(of expression: String) throws -> [UInt8] {
        let template = try Template(name: "sockaddr.Parse", text: "{{ \(expression) }}", functions: functions)
        var output: [UInt8] = []
        try template.execute(data: .null, into: &output)
        return output
    }

    private var functions: FunctionTable {
        var table = FunctionTable()
        let lists: [(String, @Sendable () -> [NetworkInterface])] = [
            ("GetAllInterfaces", { interfaces() }), ("GetDefaultInterfaces", { defaults }),
            ("GetPrivateInterfaces", { defaults.filter { $0.isPrivate && !$0.isLinkLocal } }),
            ("GetPublicInterfaces", { defaults.filter { !$0.isPrivate && !$0.isLinkLocal && !$0.isLoopback } }),
        ]
        for (name, body) in lists {
            table[name] = Function(parameters: [], result: Self.listType) { _ in Self.list(body()) }
        }
        addTexts(to: &table)
        Self.addFilters(to: &table)
        Self.addOrders(to: &table)
        return table
    }

    /// The addresses of the default interface, IPv4 first.
    private var defaults: [NetworkInterface] {
        guard let name = defaultName() else { return [] }
        let own = interfaces().filter { $0.name == name && $0.isUp }
        return own.filter(\.isIPv4) + own.filter { !$0.isIPv4 }
    }

    private func addTexts(to table: inout FunctionTable) {
        @Sendable func isPrivate(_ interface: NetworkInterface) -> Bool {
            interface.isPrivate && !interface.isLinkLocal
        }
        @Sendable func isPublic(_ interface: NetworkInterface) -> Bool {
            !interface.isPrivate && !interface.isLinkLocal && !interface.isLoopback
        }
        table.register("GetPrivateIP") { () in defaults.first(where: isPrivate)?.address ?? "" }
        table.register("GetPublicIP") { () in defaults.first(where: isPublic)?.address ?? "" }
        table.register("GetPrivateIPs") { () in
            interfaces().filter(isPrivate).map(\.address).joined(separator: " ")
        }
        table.register("GetPublicIPs") { () in
            interfaces().filter(isPublic).map(\.address).joined(separator: " ")
        }
        table.register("GetInterfaceIP") { (name: String) in
            interfaces().first { $0.name == name && !$0.isLinkLocal }?.address ?? ""
        }
        table.register("GetInterfaceIPs") { (name: String) in
            interfaces().filter { $0.name == name && !$0.isLinkLocal }.map(\.address).joined(separator: " ")
        }
    }

    private static func list(_ interfaces: [NetworkInterface]) -> Value {
        .list(
            List(
                interfaces.map { interface in
                    .structure(
                        Structure(
                            type,
                            [
                                .string(interface.address), .string(interface.name), .int(interface.prefix),
                                .bytes(interface.octets), .bool(interface.isUp), .bool(interface.isLoopback),
                            ]))
                }, type: listType))
    }

    private static func interfaces(of value: Value) -> [NetworkInterface] {
        guard case .list(let list) = value else { return [] }
        return list.items.compactMap(\.structureValue).map { structure in
            var octets: [UInt8] = []
            if case .bytes(let bytes) = structure["Octets"] { octets = bytes }
            return NetworkInterface(
                name: structure["Name"].text ?? "", address: structure["Address"].text ?? "", octets: octets,
                prefix: structure["Prefix"].integer?.exact ?? 0, isUp: structure["IsUp"].isTrue,
                isLoopback: structure["IsLoopback"].isTrue)
        }
    }

    private static func addFilters(to table: inout FunctionTable) {
        for (name, isWanted) in [("include", true), ("exclude", false)] {
            table[name] = Function(parameters: [.string, .string, listType], result: listType) { arguments in
                let kind = arguments[0].text ?? ""
                let wanted = arguments[1].text ?? ""
                let test = try InterfaceTest(kind: kind, value: wanted)
                return list(try interfaces(of: arguments[2]).filter { try test.accepts($0) == isWanted })
            }
        }
        table["limit"] = Function(parameters: [.int, listType], result: listType) { arguments in
            list(Array(interfaces(of: arguments[1]).prefix(max(arguments[0].integer?.exact ?? 0, 0))))
        }
        table["offset"] = Function(parameters: [.int, listType], result: listType) { arguments in
            list(Array(interfaces(of: arguments[1]).dropFirst(max(arguments[0].integer?.exact ?? 0, 0))))
        }
    }

    private static func addOrders(to table: inout FunctionTable) {
        table["sort"] = Function(parameters: [.string, listType], result: listType) { arguments in
            var sorted = interfaces(of: arguments[1])
            for order in (arguments[0].text ?? "").split(separator: ",").reversed() {
                let isDescending = order.hasPrefix("-")
                let name = order.drop { $0 == "-" || $0 == "+" }
                guard ["address", "name", "size", "type", "default", "private"].contains(name) else {
                    throw FunctionError("unsupported sort order: \(GoFormat.quote(String(order)))")
                }
                let keyed = sorted.enumerated().map { (key: key($1, String(name)), place: $0, interface: $1) }
                sorted = keyed.sorted { left, right in
                    if left.key == right.key { return left.place < right.place }
                    return left.key.lexicographicallyPrecedes(right.key) != isDescending
                }.map(\.interface)
            }
            return list(sorted)
        }
        table["unique"] = Function(parameters: [.string, listType], result: listType) { arguments in
            var known: Set<String> = []
            let name = arguments[0].text ?? ""
            return list(try interfaces(of: arguments[1]).filter { known.insert(try attribute($0, name)).inserted })
        }
        table["attr"] = Function(parameters: [.string, .any], result: .string) { arguments in
            guard let first = interfaces(of: arguments[1]).first else { return "" }
            return .string(try attribute(first, arguments[0].text ?? ""))
        }
        table["join"] = Function(parameters: [.string, .string, listType], result: .string) { arguments in
            let texts = try interfaces(of: arguments[2]).map { try attribute($0, arguments[0].text ?? "") }
            return .string(texts.joined(separator: arguments[1].text ?? ""))
        }
    }

    private static func key(_ interface: NetworkInterface, _ name: String) -> [UInt8] {
        switch name {
        case "name": Array(interface.name.utf8)
        case "size": [UInt8(clamping: interface.octets.count * 8 - interface.prefix)]
        case "type": [interface.isIPv4 ? 0 : 1]
        case "private": [interface.isPrivate ? 0 : 1]
        default: [UInt8(interface.octets.count)] + interface.octets
        }
    }

    private static func attribute(_ interface: NetworkInterface, _ name: String) throws(FunctionError) -> String {
        switch name.lowercased() {
        case "address", "string": return interface.address
        case "name": return interface.name
        case "type": return interface.isIPv4 ? "IPv4" : "IPv6"
        case "mask_bits", "maskbits": return String(interface.prefix)
        case "size": return String(1 << min(interface.octets.count * 8 - interface.prefix, 62))
        default: throw FunctionError("unsupported attribute name: \(GoFormat.quote(name))")
        }
    }
}

/// What `include` and `exclude` look at.
private struct InterfaceTest {
    private let kind: String
    private let words: [String]
    private let value: String

    init(kind: String, value: String) throws(FunctionError) {
        guard ["name", "type", "flags", "flag", "network", "address", "rfc"].contains(kind) else {
            throw FunctionError("unsupported filter: \(GoFormat.quote(kind))")
        }
        self.kind = kind
        self.value = value
        words = value.lowercased().split { $0 == "," || $0 == "|" || $0 == " " }.map(String.init)
    }

    func accepts(_ interface: NetworkInterface) throws(FunctionError) -> Bool {
        switch kind {
        case "name": return try GoRegex.compiled(Array(value.utf8)).match(.init(Array(interface.name.utf8))) != nil
        case "address":
            return try GoRegex.compiled(Array(value.utf8)).match(.init(Array(interface.address.utf8))) != nil
        case "type": return words.contains(interface.isIPv4 ? "ipv4" : "ipv6") || words.contains("ip")
        case "network":
            for word in words where Self.isIn(interface.octets, network: word) { return true }
            return false
        case "rfc":
            let networks: [String: [String]] = [
                "1918": ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], "6598": ["100.64.0.0/10"],
                "4193": ["fc00::/7"], "3927": ["169.254.0.0/16"],
            ]
            return words.contains { networks[$0]?.contains { Self.isIn(interface.octets, network: $0) } ?? false }
        default:
            for word in words {
                switch word {
                case "up": if !interface.isUp { return false }
                case "down": if interface.isUp { return false }
                case "loopback": if !interface.isLoopback { return false }
                case "forwardable", "global unicast", "global":
                    if interface.isLoopback || interface.isLinkLocal { return false }
                case "link-local", "linklocal": if !interface.isLinkLocal { return false }
                default: throw FunctionError("unsupported flag: \(GoFormat.quote(word))")
                }
            }
            return true
        }
    }

    private static func isIn(_ octets: [UInt8], network: String) -> Bool {
        let parts = network.split(separator: "/")
        guard parts.count == 2, let bits = Int(parts[1]), let base = IPText.octets(String(parts[0])),
            base.count == octets.count, 0...(base.count * 8) ~= bits
        else { return false }
        return (0..<bits).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return base[bit / 8] & mask == octets[bit / 8] & mask
        }
    }
}
