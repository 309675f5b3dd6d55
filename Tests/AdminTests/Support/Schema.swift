import Lab

/// As much of JSON Schema (2020-12) as the API's document uses: what is not of it is a fault.
struct Schema {
    /// The whole document, into which references point.
    let document: JSONDocument

    /// What is wrong with `value` by `schema`; empty if nothing is.
    func faults(_ value: JSONDocument, by schema: JSONDocument, at path: String = "") -> [String] {
        if let reference = schema["$ref"].text { return faults(value, by: resolve(reference), at: path) }
        let ways = schema["anyOf"].elements.map { self.faults(value, by: $0, at: path) }
        if let nearest = ways.min(by: { $0.count < $1.count }) { return nearest }
        var faults: [String] = []
        for key in schema.members.keys where !Self.known.contains(key) { faults.append("\(path): unknown word \(key)") }
        let types = schema["type"].text.map { [$0] } ?? schema["type"].elements.compactMap(\.text)
        if !types.contains(where: { Self.is(value, $0) }) {
            return faults + ["\(path): \(value) is none of \(types)"]
        }
        let choices = schema["enum"].elements
        if !choices.isEmpty, !choices.contains(value) { faults.append("\(path): \(value) is none of \(choices)") }
        if let number = value.number {
            if let least = schema["minimum"].number, number < least { faults.append("\(path): \(number) < \(least)") }
            if let most = schema["maximum"].number, number > most { faults.append("\(path): \(number) > \(most)") }
        }
        for (index, element) in value.elements.enumerated() {
            faults += self.faults(element, by: schema["items"], at: "\(path)[\(index)]")
        }
        guard case .object(let members) = value else { return faults }
        let properties = schema["properties"].members
        for name in schema["required"].elements.compactMap(\.text) where members[name] == nil {
            faults.append("\(path): \(name) is missing")
        }
        for (name, member) in members {
            if let property = properties[name] {
                faults += self.faults(member, by: property, at: "\(path).\(name)")
            } else if schema["additionalProperties"] == .boolean(false) {
                faults.append("\(path): \(name) is in no description")
            }
        }
        return faults
    }

    /// What a reference within the document means.
    func resolve(_ reference: String) -> JSONDocument {
        reference.split(separator: "/").dropFirst().reduce(document) { $0[String($1)] }
    }

    private static let known: Set<String> = [
        "type", "enum", "minimum", "maximum", "items", "properties", "required", "additionalProperties", "description",
    ]

    private static func `is`(_ value: JSONDocument, _ type: String) -> Bool {
        switch (value, type) {
        case (.null, "null"), (.boolean, "boolean"), (.string, "string"), (.array, "array"), (.object, "object"),
            (.number, "number"):
            true
        case (.number(let number), "integer"): number.rounded() == number
        default: false
        }
    }
}
