/// A container's entry in the cluster's list: the engine's, with names and addresses that hold outside of its host.
///
/// Written once a change and not once a request: a list of thousands is mostly copying. What ages, the status, is put in then.
struct ContainerRow: Sendable, Equatable {
    /// Up to the status, its opening quote included.
    private let before: [UInt8]
    /// From the status's closing quote on.
    private let after: [UInt8]

    /// The row that an engine's list holds, for node `name` whose address is `address`.
    ///
    /// Names become `/node/name`; ports that are bound at all addresses, at the node's; labels are the configuration's.
    init(engineRow: JSONValue, node name: String, address: String, labels: [String: String]) {
        var row = engineRow
        row["Names"] = .strings(
            row["Names"].texts.map { Self.name($0, on: name) })
        row["Ports"] = .array(
            (row["Ports"].elements ?? []).map { port in
                guard let place = port["IP"].text, place == "0.0.0.0" || place == "::" else { return port }
                var port = port
                port["IP"] = .string(address)
                return port
            })
        row["Labels"] = .strings(labels)
        var members = JSONObject()
        for member in row.object?.members ?? [] where member.name != "Status" { members[member.name] = member.value }
        var octets = JSONValue.object(members).octets
        octets.removeLast()
        octets += (members.members.isEmpty ? "\"Status\":\"" : ",\"Status\":\"").utf8
        before = octets
        after = Array("\"}".utf8)
    }

    /// `/node/web` of `/web`.
    static func name(_ name: String, on node: String) -> String {
        "/\(node)\(name.hasPrefix("/") ? name : "/\(name)")"
    }

    /// Adds the row with its status, which holds nothing that JSON would have to escape.
    func write(status: String, to octets: inout [UInt8]) {
        octets += before
        octets += status.utf8
        octets += after
    }
}
