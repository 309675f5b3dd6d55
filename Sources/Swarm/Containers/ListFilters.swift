/// The `filters` of a list: names, each with the values of which one has to match.
struct ListFilters: Sendable, Equatable {
    /// Values by name.
    private(set) var values: [String: [String]] = [:]

    /// None.
    init() {}

    /// Reads `{"name":["web"]}`, or `{"name":{"web":true}}` as later clients write it; empty is none.
    ///
    /// - Parameter known: the names that this list understands; nil for whatever engines make of them.
    /// - Throws: ``RequestError`` with 400 for what is no such thing, and for names that nobody knows.
    init(_ text: String, known: Set<String>?) throws(RequestError) {
        guard !text.isEmpty else { return }
        guard let value = try? JSONValue(parsing: Array(text.utf8)), let object = value.object else {
            throw RequestError(400, "invalid filters: they are a JSON object of names with lists of values")
        }
        for member in object.members {
            guard known?.contains(member.name) ?? true else {
                throw RequestError(400, "invalid filter '\(member.name)'")
            }
            if let chosen = member.value.object {
                values[member.name] = chosen.members.filter { $0.value.boolean != false }.map(\.name)
            } else {
                values[member.name] = member.value.texts
            }
        }
    }

    /// Adds a value of `name`.
    mutating func add(_ name: String, _ value: String) { values[name, default: []].append(value) }

    /// Takes `name` out, and says which values it had.
    mutating func remove(_ name: String) -> [String] { values.removeValue(forKey: name) ?? [] }

    /// As a request's `filters` has them; empty if there are none.
    var text: String {
        guard !values.isEmpty else { return "" }
        let members = values.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.strings($0.value)) }
        return String(decoding: JSONValue.object(JSONObject(members)).octets, as: UTF8.self)
    }

    /// Whether nothing is filtered by.
    var isEmpty: Bool { values.isEmpty }

    /// Whether Docker Compose asks for what is a project's.
    ///
    /// It compares names with those that it gave, and takes what has its engine's before its own for somebody else's.
    var isCompose: Bool { self["label"].contains { $0.hasPrefix("com.docker.compose.") } }

    /// The values of `name`; empty if it is not filtered by.
    subscript(name: String) -> [String] { values[name] ?? [] }

    /// Whether one of `name`'s values passes, or there is none.
    func allows(_ name: String, _ passes: (String) -> Bool) -> Bool {
        guard let wanted = values[name], !wanted.isEmpty else { return true }
        return wanted.contains(where: passes)
    }

    /// Whether labels are as all of the values of `label` want them: `app`, or `app=web`.
    func allowsLabels(_ labels: [String: String]) -> Bool {
        self["label"].allSatisfy { wanted in
            guard let equals = wanted.firstIndex(of: "=") else { return labels[wanted] != nil }
            return labels[String(wanted[..<equals])] == String(wanted[wanted.index(after: equals)...])
        }
    }

    /// Whether one of `texts` holds a match of one of `name`'s values, which are regular expressions.
    func allowsPattern(_ name: String, _ texts: [String]) -> Bool {
        patterns(name)?.matches(texts) ?? true
    }

    /// The values of `name`, which are regular expressions, made ready for many texts; nil if it is not filtered by.
    func patterns(_ name: String) -> Patterns? {
        guard let wanted = values[name], !wanted.isEmpty else { return nil }
        return Patterns(values: wanted.map { (text: $0, pattern: NamePattern("/\($0)/")) })
    }

    /// Regular expressions, one of which has to match.
    struct Patterns: Sendable {
        fileprivate var values: [(text: String, pattern: NamePattern)]

        /// Whether one of `texts` holds a match, or is an expression as it stands.
        func matches(_ texts: [String]) -> Bool {
            values.contains { value in texts.contains { $0 == value.text || value.pattern.matches($0) } }
        }
    }
}
