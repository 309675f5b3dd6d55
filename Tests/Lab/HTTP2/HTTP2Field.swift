/// A field of a head, pseudo or not, as it is written.
public struct HTTP2Field: Sendable, Equatable, CustomStringConvertible {
    /// The name; nothing here makes it lower case.
    public var name: String
    /// The value.
    public var value: String

    /// A field.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// The field on one line.
    public var description: String { "\(self.name): \(self.value)" }
}

extension [HTTP2Field] {
    /// The value of the first field called `name`.
    public subscript(name: String) -> String? { self.first { $0.name == name }?.value }

    /// The fields of a request, pseudo fields first.
    public static func request(
        _ method: String = "GET", _ path: String = "/", host: String, scheme: String = "http", _ more: HTTP2Field...
    ) -> [HTTP2Field] {
        [
            HTTP2Field(":method", method), HTTP2Field(":scheme", scheme), HTTP2Field(":path", path),
            HTTP2Field(":authority", host),
        ] + more
    }
}
