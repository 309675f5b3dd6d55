/// One flag of a set.
struct Flag<Options: Sendable>: Sendable {
    /// What usage calls the value, and whether one is needed.
    enum Kind: String, Sendable {
        case boolean = ""
        case string
        case integer = "int"
        case unsigned = "uint"
        case number = "float"
        case duration
        case size
        case value
    }

    var name: String
    var usage: String
    var kind: Kind
    /// The default as usage shows it; empty for the kind's zero, which it does not show.
    var defaultText: String
    /// Takes a value.
    var set: @Sendable (inout Options, String) throws(FlagValueError) -> Void
}
