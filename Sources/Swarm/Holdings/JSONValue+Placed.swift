extension JSONValue {
    /// An engine's report of its disk's usage, or of what it has pruned, with names that hold in the cluster.
    ///
    /// Containers become `/node/name`, volumes and networks `node/name`; whatever else is in it stays.
    func placed(on engine: EngineRecord) -> JSONValue {
        guard let object else { return self }
        return .object(
            JSONObject(
                object.members.map { member in
                    switch (member.name, member.value) {
                    case ("VolumesDeleted", .array), ("NetworksDeleted", .array):
                        (member.name, .strings(member.value.texts.map { "\(engine.name)/\($0)" }))
                    case (_, .array(let rows)): (member.name, .array(rows.map { $0.placedRow(on: engine.name) }))
                    // Lists of later versions of the API are in an object with their sums.
                    case (_, .object): (member.name, member.value.placed(on: engine))
                    default: (member.name, member.value)
                    }
                }))
    }

    /// A row of a list: of a container, which has `Names`, or of a volume, which has a `Mountpoint`.
    private func placedRow(on node: String) -> JSONValue {
        var row = self
        if case .array = row["Names"] {
            row["Names"] = .strings(row["Names"].texts.map { ContainerRow.name($0, on: node) })
        } else if row["Mountpoint"].text != nil, let name = row["Name"].text, row["Driver"].text == "local" {
            row["Name"] = .string("\(node)/\(name)")
        }
        return row
    }
}
