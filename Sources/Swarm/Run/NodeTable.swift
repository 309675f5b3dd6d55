/// What a manager says of its nodes, for people.
enum NodeTable {
    /// Nodes as `GET /v1/nodes` tells them, one a line.
    static func nodes(_ nodes: [JSONValue]) -> String {
        var rows = [["NAME", "ADDRESS", "STATE", "CONTAINERS", "CPUS", "MEMORY", "VERSION", "ERROR"]]
        for node in nodes {
            let memory = (node["memory"]["reserved"].integer ?? 0, node["memory"]["total"].integer ?? 0)
            rows.append([
                word(node["name"], or: "(unknown)"), word(node["address"]), word(node["state"]),
                "\(node["containers"]["total"].integer ?? 0) (\(node["containers"]["running"].integer ?? 0) running)",
                "\(node["cpus"]["reserved"].integer ?? 0) / \(node["cpus"]["total"].integer ?? 0)",
                "\(BinarySize.text(memory.0)) / \(BinarySize.text(memory.1))", word(node["version"]),
                word(node["error"]),
            ])
        }
        // Errors are there seldom.
        if nodes.allSatisfy({ ($0["error"].text ?? "").isEmpty }) { rows = rows.map { Array($0.dropLast()) } }
        return table(rows)
    }

    /// Members of an object, one a line, those of objects in it under their names.
    static func fields(_ document: JSONValue, under path: String = "") -> String {
        guard let object = document.object else { return "\(path): \(word(document))" }
        return object.members.map { name, value in
            fields(value, under: path.isEmpty ? name : "\(path).\(name)")
        }.joined(separator: "\n")
    }

    /// What a drain did, or its end.
    static func drain(_ document: JSONValue) -> String {
        let node = document["node"]
        let isDrained = node["drained"].boolean ?? false
        var lines = ["\(word(node["name"])): \(isDrained ? "drained" : "active")"]
        lines += (document["moved"].elements ?? []).map { "moved   \(word($0["name"])) to \(word($0["to"]))" }
        lines += (document["ended"].elements ?? []).map { "ended   \(word($0["name"]))" }
        lines += (document["failed"].elements ?? []).map { "failed  \(word($0["name"])): \(word($0["error"]))" }
        lines += (document["stayed"].elements ?? []).map { "stayed  \(word($0["name"]))" }
        return lines.joined(separator: "\n")
    }

    /// What a rebalancing did, or would do.
    static func rebalance(_ document: JSONValue) -> String {
        let moves = document["moves"].elements ?? []
        guard !moves.isEmpty else { return "nothing to move" }
        let isDry = document["dry"].boolean ?? false
        return moves.map { move in
            let path = "\(word(move["name"])) from \(word(move["from"])) to \(word(move["to"]))"
            guard let error = move["error"].text else { return "\(isDry ? "would move" : "moved") \(path)" }
            return "failed  \(path): \(error)"
        }.joined(separator: "\n")
    }

    /// Text in one line, without control characters: it comes from somewhere else.
    private static func word(_ value: JSONValue, or missing: String = "") -> String {
        let text = value.text ?? (value == .null ? "" : String(decoding: value.octets, as: UTF8.self))
        guard !text.isEmpty else { return missing }
        return String(text.map { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } ? $0 : "?" })
    }

    private static func table(_ rows: [[String]]) -> String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, text) in row.enumerated() {
                let isLast = column == row.count - 1
                line += isLast ? text : text + String(repeating: " ", count: widths[column] - text.count + 3)
            }
            return line
        }.joined(separator: "\n")
    }
}
