/// A value of a configuration with its place: the same tree whether HCL, JSON or YAML was read.
struct ConfigurationNode: Sendable, Equatable {
    /// What a node holds.
    enum Content: Sendable, Equatable {
        /// JSON's and YAML's `null`: as if the key were not there.
        case null
        /// A text; in YAML an unquoted word too.
        case text(String)
        /// A number as it was written: `0600` and `384` are different perms to the eye.
        case number(String)
        case boolean(Bool)
        case list([ConfigurationNode])
        /// Keys and values in their order; a key that is there several times is a block that was repeated.
        case object([ConfigurationField])
    }

    var content: Content
    var place: SourcePlace

    init(_ content: Content, at place: SourcePlace) {
        self.content = content
        self.place = place
    }

    /// The fields of an object, nil of anything else.
    var fields: [ConfigurationField]? {
        guard case .object(let fields) = content else { return nil }
        return fields
    }

    /// The value of a field that an object has once.
    subscript(name: String) -> ConfigurationNode? {
        fields?.last { $0.name == name }?.value
    }
}

/// A key and its value.
struct ConfigurationField: Sendable, Equatable {
    var name: String
    /// Where the key stands.
    var place: SourcePlace
    var value: ConfigurationNode
}

extension ConfigurationNode: CustomStringConvertible {
    /// What stands here, for messages.
    var description: String {
        switch content {
        case .null: "null"
        case .text(let text): text.count > 60 ? "\"\(text.prefix(60))...\"" : "\"\(text)\""
        case .number(let text): text
        case .boolean(let value): "\(value)"
        case .list: "a list"
        case .object: "a block"
        }
    }
}
