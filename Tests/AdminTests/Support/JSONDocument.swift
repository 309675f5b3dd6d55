import Foundation
import Lab

/// A JSON value, read for tests.
enum JSONDocument: Sendable, Equatable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([JSONDocument])
    case object([String: JSONDocument])

    /// Reads `octets`.
    init(_ octets: [UInt8]) throws {
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
    subscript(name: String) -> JSONDocument {
        if case .object(let members) = self { members[name] ?? .null } else { .null }
    }

    /// An element, null if it is not there.
    subscript(index: Int) -> JSONDocument {
        if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { .null }
    }

    /// The elements of an array.
    var elements: [JSONDocument] { if case .array(let elements) = self { elements } else { [] } }

    /// The members of an object.
    var members: [String: JSONDocument] { if case .object(let members) = self { members } else { [:] } }

    var text: String? { if case .string(let text) = self { text } else { nil } }

    var number: Double? { if case .number(let number) = self { number } else { nil } }
}
