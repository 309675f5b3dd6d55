/// A Go structure type: its fields by name and order, and the methods of its values and of pointers to them.
public final class StructType: Sendable {
    /// One field.
    public struct Field: Sendable {
        /// The name; one that does not begin with a capital letter is hidden from templates, but printed.
        public let name: String
        /// The declared type.
        public let type: GoType
        /// The name's octets.
        let octets: [UInt8]

        /// A field `name` of `type`.
        public init(_ name: String, _ type: GoType) {
            self.name = name
            self.type = type
            octets = Array(name.utf8)
        }

        /// Whether templates may read the field.
        var isExported: Bool { name.unicodeScalars.first?.properties.generalCategory == .uppercaseLetter }
    }

    /// The name with its package, as `%T` prints it.
    public let name: String
    /// The fields in order.
    public let fields: [Field]
    /// What templates can call.
    public let methods: MethodTable
    /// Go's `String` or `Error` method on values, which printing asks for the text.
    public let text: (@Sendable (Value) -> [UInt8])?

    private let indices: [[UInt8]: Int]

    /// A structure called `name`; of two fields with one name the first is found.
    public init(
        _ name: String, fields: [Field], methods: [Method] = [], text: (@Sendable (Value) -> [UInt8])? = nil
    ) {
        self.name = name
        self.fields = fields
        self.methods = MethodTable(methods)
        self.text = text
        indices = Dictionary(fields.enumerated().map { ($1.octets, $0) }) { first, _ in first }
    }

    /// Where the field `name` is in `fields`.
    func index(of name: [UInt8]) -> Int? { indices[name] }
}

extension StructType: Hashable {
    /// Types are told apart by who they are, as in Go.
    public static func == (left: StructType, right: StructType) -> Bool { left === right }

    /// Hashes the identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
