/// What one spelling says of one port.
struct SpelledPort {
    /// The ways to it.
    var routes: [SpelledRoute] = []
    /// All else, each name once.
    var attributes: [SpelledAttribute] = []

    /// Says `name`, unless something stronger did.
    mutating func say(_ name: String, _ value: String?, by source: String) {
        guard !attributes.contains(where: { $0.name == name }) else { return }
        attributes.append(SpelledAttribute(name: name, value: value, source: source))
    }
}

/// An attribute with the label that said it.
struct SpelledAttribute {
    var name: String
    var value: String?
    var source: String
}

/// All that one spelling says of a container.
struct Spelled {
    /// Whether it says that the container is to be served, or not to be.
    var enables: Bool?
    var ports: [UInt16: SpelledPort] = [:]
    var problems: [SpellingProblem] = []

    /// Whether it asks for the edge.
    var asks: Bool { enables == true || ports.values.contains { !$0.routes.isEmpty } }

    mutating func warn(_ name: String, _ reason: String) {
        problems.append(SpellingProblem(name: name, reason: reason))
    }

    mutating func note(_ name: String, _ reason: String) {
        problems.append(SpellingProblem(name: name, reason: reason, severity: .notice))
    }
}

/// What a container says, and which of its ports is meant where it does not say.
struct ContainerWords {
    let labels: [String: String]
    let environment: [String: String]
    /// Exposed TCP ports, the lowest first.
    let ports: [UInt16]
    /// What `SERVICE_TAGS` comes to.
    let tags: [UInt16: [String]]
    /// Where another spelling leads, for Portico's own words beside it.
    var impliedPort: UInt16?

    /// What a label called `name` says, else a variable; nil where it is empty.
    subscript(name: String) -> String? {
        guard let text = labels[name] ?? environment[name] else { return nil }
        let value = RuleText.trimmed(text)
        return value.isEmpty ? nil : value
    }

    /// The port that is meant by somebody who names none: where another spelling leads, the only one, else 80, else 8080, else the lowest.
    func port(for source: String, in spelled: inout Spelled, hint: String) -> UInt16 {
        if let impliedPort { return impliedPort }
        if ports.count == 1, let port = ports.first { return port }
        guard let lowest = ports.first else {
            spelled.note(source, "the container exposes no port, so 80 is taken: \(hint)")
            return 80
        }
        let port = ports.contains(80) ? 80 : ports.contains(8080) ? 8080 : lowest
        let all = ports.map(String.init).joined(separator: ", ")
        spelled.note(source, "of the ports \(all) the container's \(port) is taken: \(hint)")
        return port
    }

    /// A port from 1 to 65535, or nil, and said.
    func portNumber(_ text: String, _ source: String, in spelled: inout Spelled) -> UInt16? {
        let text = RuleText.trimmed(text)
        if let number = UInt16(text), number > 0 { return number }
        spelled.warn(source, "\"\(text)\" is no port: it is a number from 1 to 65535")
        return nil
    }
}

/// Small readings that all spellings have in common.
enum RuleText {
    /// `text` without blanks at its ends.
    static func trimmed(_ text: String) -> String { trimmed(text[...]) }

    /// `text` without blanks at its ends.
    static func trimmed(_ text: Substring) -> String {
        let start = text.drop(while: isBlank)
        guard let end = start.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(start[...end])
    }

    private static func isBlank(_ character: Character) -> Bool {
        character == " " || character == "\t" || character == "\n" || character == "\r" || character == "\r\n"
    }

    /// The items of a list with commas, without blanks around them and without empty ones.
    static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { trimmed($0) }.filter { !$0.isEmpty }
    }

    /// Patterns with commas between them; an expression may hold commas, so it stands for itself.
    static func patterns(_ text: String) -> [String] {
        let text = trimmed(text)
        return text.hasPrefix("~") ? [text] : list(text)
    }

    /// Whether `text` says yes or no; nil if neither.
    static func flag(_ text: String) -> Bool? {
        switch trimmed(text).lowercased() {
        case "true", "1", "yes", "on": true
        case "false", "0", "no", "off": false
        default: nil
        }
    }

    /// `text` as an expression that matches just it.
    static func escaped(_ text: some StringProtocol) -> String {
        var escaped = ""
        for character in text {
            if #"\.^$|?*+()[]{}"#.contains(character) { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }

    /// Whether `text` is a field's name (RFC 9110 §5.6.2) that attributes can carry.
    static func isFieldName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
                default: false
                }
            }
    }

    /// Whether requests of `prefix` reach `path`: whole segments.
    static func covers(_ prefix: String, _ path: String) -> Bool {
        path == prefix || path.hasPrefix(prefix.hasSuffix("/") ? prefix : prefix + "/")
    }
}
