import FoundationEssentials

/// A JSON value that a client sent; members are found as Go finds them, whatever the case of their letters.
enum APIJSONValue: Decodable, Sendable {
    case null
    case boolean(Bool)
    case unsigned(UInt64)
    case number(Double)
    case string(String)
    case array([APIJSONValue])
    case object([String: APIJSONValue])

    /// Reads whatever comes.
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let string = try? container.decode(String.self) {
            self = .string(string)
        } else if let members = try? container.decode([String: APIJSONValue].self) {
            self = .object(Dictionary(members.map { ($0.key.lowercased(), $0.value) }) { first, _ in first })
        } else if let elements = try? container.decode([APIJSONValue].self) {
            self = .array(elements)
        } else if let boolean = try? container.decode(Bool.self) {
            self = .boolean(boolean)
        } else if let unsigned = try? container.decode(UInt64.self) {
            self = .unsigned(unsigned)
        } else {
            self = .number(try container.decode(Double.self))
        }
    }

    /// The value of `octets`, nil if they are no JSON.
    static func parse(_ octets: [UInt8]) -> APIJSONValue? {
        try? JSONDecoder().decode(APIJSONValue.self, from: Data(octets))
    }

    /// The member `name` (in lower case); nil if there is none, or it is null, or this is no object.
    subscript(name: String) -> APIJSONValue? {
        guard case .object(let members) = self, let member = members[name] else { return nil }
        if case .null = member { return nil }
        return member
    }

    /// What Go calls such a value in its messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .boolean: "bool"
        case .unsigned, .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
