extension JSONValue {
    /// This and another report of the same form in one: numbers are added, lists follow each other, and objects are joined
    /// member by member; of anything else this one's stays.
    mutating func add(_ other: JSONValue) {
        switch (self, other) {
        case (.null, _): self = other
        case (.number(let one), .number(let two)):
            guard let one = Int64(one), let two = Int64(two) else { return }
            let (sum, isOver) = one.addingReportingOverflow(two)
            self = .integer(isOver ? .max : sum)
        case (.array(var elements), .array(let more)):
            self = .null
            elements += more
            self = .array(elements)
        case (.object(var object), .object(let more)):
            self = .null
            for member in more.members {
                var value = object[member.name] ?? .null
                value.add(member.value)
                object[member.name] = value
            }
            self = .object(object)
        default: break
        }
    }
}

extension Sequence<JSONValue> {
    /// All of them as one; see ``JSONValue/add(_:)``.
    var summed: JSONValue {
        var sum = JSONValue.null
        for value in self { sum.add(value) }
        return sum
    }
}
