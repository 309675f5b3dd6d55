/// Field lines to set and to remove.
public struct HeaderEdits: Sendable, Equatable, Codable {
    /// Name and value of each field that replaces what was sent.
    public var set: [NameValue] = []
    /// Names that are removed.
    public var remove: [String] = []
    /// No edits.
    public init() {}
    /// Whether there is nothing to do.
    public var isEmpty: Bool { self.set.isEmpty && self.remove.isEmpty }
}

/// A name with its value, in the order of the document that it came from.
public struct NameValue: Sendable, Hashable, Codable {
    /// The name.
    public var name: String
    /// The value.
    public var value: String
    /// `name: value`.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
