/// A key's value in a file.
struct FileValue: Equatable, Sendable {
    /// The value's octets.
    var octets: [UInt8]
    /// Whether it stands there as a map or a list, and not as text: it is written back the same way.
    var isDocument = false
}
