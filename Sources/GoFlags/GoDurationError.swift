/// Why a text is no duration, in Go's words.
public enum GoDurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// It has not the form of one, or is longer than 2^63 nanoseconds, some 292 years.
    case invalid(String)
    /// A number without a unit.
    case missingUnit(String)
    /// A unit that is none.
    case unknownUnit(String, String)

    /// What Go's `time.ParseDuration` says.
    public var description: String {
        switch self {
        case .invalid(let text): "time: invalid duration \(text.goQuoted)"
        case .missingUnit(let text): "time: missing unit in duration \(text.goQuoted)"
        case .unknownUnit(let unit, let text): "time: unknown unit \(unit.goQuoted) in duration \(text.goQuoted)"
        }
    }
}
