/// What arguments said.
public struct ParsedFlags<Options: Sendable>: Sendable {
    /// The options, with the values that were given.
    public var options: Options
    /// The arguments that are left over: those from the first that is no flag.
    public var arguments: [String] = []
    /// The names of the flags that were given, in their order, twice if they were given twice.
    public var given: [String] = []

    init(options: Options) {
        self.options = options
    }
}
