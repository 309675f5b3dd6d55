/// A user or group, by name or by number.
public enum FileOwner: Sendable, Hashable {
    /// By its name.
    case name(String)
    /// By its number.
    case number(UInt32)

    /// From a name, or from digits.
    public init(_ text: String) {
        self = UInt32(text).map { .number($0) } ?? .name(text)
    }
}
