import Lab

/// Prometheus's text, read: names with labels, and their values.
struct Exposition {
    /// `portico_requests_total{listener="http"}` to its value.
    private(set) var samples: [String: Double] = [:]
    /// The kinds of families, by their names.
    private(set) var kinds: [String: String] = [:]
    /// Families in their order.
    private(set) var families: [String] = []

    /// Reads `text`; throws where a line is none of the format.
    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw LabError("the last line has no end") }
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ")
                guard words.count == 4, kinds[String(words[2])] == nil else { throw LabError("\(line)") }
                kinds[String(words[2])] = String(words[3])
                families.append(String(words[2]))
            } else if !line.hasPrefix("# HELP ") {
                guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]),
                    samples.updateValue(value, forKey: String(line[..<space])) == nil
                else { throw LabError("not a sample, or there twice: \(line)") }
                let name = line.prefix { $0 != "{" && $0 != " " }
                guard let family = families.last, name.hasPrefix(family) else {
                    throw LabError("\(line) does not stand with its family")
                }
            }
        }
    }

    subscript(name: String) -> Double? { samples[name] }
}
