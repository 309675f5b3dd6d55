/// A JSON document that can be changed here and there and is written again as it was elsewhere.
///
/// What engines and clients say to each other passes through the manager, which knows only some of it. Members keep their
/// order, and numbers the text that they came in, so that nothing is lost that nobody here understands.
enum JSONValue: Sendable, Hashable {
    case null
    case boolean(Bool)
    /// As it was written: `1e400` and 20 digits are kept.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    /// A whole number.
    static func integer(_ value: some BinaryInteger) -> JSONValue { .number(String(value)) }

    /// An array of texts.
    static func strings(_ texts: some Sequence<String>) -> JSONValue { .array(texts.map { .string($0) }) }

    /// An object of texts, in the order of their names.
    static func strings(_ texts: [String: String]) -> JSONValue {
        .object(JSONObject(texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }

    /// The text, if it is one.
    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The whole number, if it is one and fits.
    var integer: Int64? {
        if case .number(let text) = self { Int64(text) } else { nil }
    }

    /// The truth value, if it is one.
    var boolean: Bool? {
        if case .boolean(let value) = self { value } else { nil }
    }

    /// The elements, if it is an array; null counts as an empty one, as engines mean it.
    var elements: [JSONValue]? {
        switch self {
        case .array(let elements): elements
        case .null: []
        default: nil
        }
    }

    /// Those elements that are texts.
    var texts: [String] { (elements ?? []).compactMap(\.text) }

    /// The members, if it is an object.
    var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The member of this name; null where this is no object or has none.
    ///
    /// To set one makes an object of what is none.
    subscript(name: String) -> JSONValue {
        get { object?[name] ?? .null }
        set {
            var object = self.object ?? JSONObject()
            self = .null
            object[name] = newValue
            self = .object(object)
        }
    }
}
