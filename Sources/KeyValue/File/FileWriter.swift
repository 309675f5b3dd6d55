/// Writes keys and values as a flat YAML or JSON map, in the order of the keys' octets.
enum FileWriter {
    /// The text of a file; nil if a value has octets that JSON cannot hold.
    static func text(_ values: [String: FileValue], isJSON: Bool) -> String? {
        guard !values.isEmpty else { return "{}\n" }
        var lines: [String] = []
        for key in values.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            guard let value = values[key] else { continue }
            guard let shown = shown(value, isJSON: isJSON) else { return nil }
            let name = isJSON || !isPlain(key) ? JSONText.quoted(key) : key
            lines.append("\(isJSON ? "  " : "")\(name): \(shown)")
        }
        return isJSON ? "{\n\(lines.joined(separator: ",\n"))\n}\n" : lines.joined(separator: "\n") + "\n"
    }

    private static func shown(_ value: FileValue, isJSON: Bool) -> String? {
        guard let text = String(validating: value.octets, as: UTF8.self) else {
            return isJSON ? nil : "!!binary \"\(Base64.encode(value.octets))\""
        }
        return value.isDocument ? text : JSONText.quoted(text)
    }

    /// Whether a key needs no quotes in YAML: letters first, then what addresses and paths are made of.
    private static func isPlain(_ key: String) -> Bool {
        guard let first = key.utf8.first, isLetter(first), key.utf8.last != UInt8(ascii: ":") else { return false }
        guard !["true", "false", "null", "yes", "no", "on", "off"].contains(key.lowercased()) else { return false }
        return key.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || "/:._-".utf8.contains($0) }
    }

    private static func isLetter(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet | 0x20)
    }
}
