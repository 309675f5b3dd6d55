import Foundation

/// A JSON value, read for tests, or written by them.
public enum JSONDocument: Sendable, Equatable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([JSONDocument])
    case object([String: JSONDocument])

    /// Reads `octets`.
    public init(_ octets: [UInt8]) throws {
        self.init(try JSONSerialization.jsonObject(with: Data(octets), options: .fragmentsAllowed))
    }

    private init(_ value: Any) {
        switch value {
        case let number as NSNumber where Self.isBoolean(number): self = .boolean(number.boolValue)
        case let number as NSNumber: self = .number(number.doubleValue)
        case let string as String: self = .string(string)
        case let array as [Any]: self = .array(array.map { JSONDocument($0) })
        case let object as [String: Any]: self = .object(object.mapValues { JSONDocument($0) })
        default: self = .null
        }
    }

    /// Foundation has one class for both.
    private static func isBoolean(_ number: NSNumber) -> Bool {
        unsafe String(cString: number.objCType) == "c"
    }

    /// A member, null if it is not there.
    public subscript(name: String) -> JSONDocument {
        if case .object(let members) = self { members[name] ?? .null } else { .null }
    }

    /// An element, null if it is not there.
    public subscript(index: Int) -> JSONDocument {
        if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { .null }
    }

    /// The elements of an array.
    public var elements: [JSONDocument] { if case .array(let elements) = self { elements } else { [] } }

    /// The members of an object.
    public var members: [String: JSONDocument] { if case .object(let members) = self { members } else { [:] } }

    /// A string, nil if it is none.
    public var text: String? { if case .string(let text) = self { text } else { nil } }

    /// A number, nil if it is none.
    public var number: Double? { if case .number(let number) = self { number } else { nil } }

    /// Whether it is `true`.
    public var isTrue: Bool { self == .boolean(true) }

    /// The value as octets.
    public var octets: [UInt8] {
        get throws {
            Array(try JSONSerialization.data(withJSONObject: self.foundation, options: .fragmentsAllowed))
        }
    }

    private var foundation: Any {
        switch self {
        case .null: NSNull()
        case .boolean(let value): value
        // As JSON has one kind of numbers, and who reads them asks for whole ones at times.
        case .number(let value): Int(exactly: value).map { $0 as Any } ?? value
        case .string(let value): value
        case .array(let elements): elements.map(\.foundation)
        case .object(let members): members.mapValues(\.foundation)
        }
    }
}

extension JSONDocument: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// A whole number.
    public init(integerLiteral value: Int) { self = .number(Double(value)) }
    /// A list.
    public init(arrayLiteral elements: JSONDocument...) { self = .array(elements) }
    /// An object; of two members of one name the latter stands.
    public init(dictionaryLiteral elements: (String, JSONDocument)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
}
