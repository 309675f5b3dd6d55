/// What a template may use before it is stopped with an error.
///
/// Templates come from people who may be wrong, and sometimes from people who mean harm: none may take the program with it.
public struct TemplateLimits: Sendable, Hashable {
    /// Octets of a template's text.
    public var sourceBytes = 16 << 20
    /// Parentheses within one another, those of templates that functions execute among them.
    ///
    /// Each takes some 4 KiB of the thread's stack in an optimised build, whence the small number.
    public var expressionDepth = 100
    /// Commands of one pipeline; Go's number.
    public var pipelineCommands = 100_000
    /// Templates that call one another; Go's number.
    public var templateDepth = 100_000
    /// Templates that functions execute within one another.
    ///
    /// Each takes as much of the stack as some parentheses.
    public var executionDepth = 20
    /// Octets of the output, and of any text that a function makes.
    public var outputBytes = GoFormat.byteLimit
    /// Octets of all texts that functions give on the way.
    public var totalBytes = 1 << 30
    /// Steps: actions, commands and rounds of loops.
    ///
    /// Some tens of millions are done in a second.
    public var steps = 100_000_000

    /// The defaults.
    public init() {}
}
