/// The functions that a template can call besides the built-in ones, by name.
///
/// One of a built-in's name takes its place.
public struct FunctionTable: Sendable {
    private var functions: [String: Function] = [:]

    /// An empty table.
    public init() {}

    /// The function called `name`.
    public subscript(name: String) -> Function? {
        get { functions[name] }
        set { functions[name] = newValue }
    }

    /// Whether there is a function called `name`.
    public func contains(_ name: String) -> Bool { functions[name] != nil }

    /// The names of all functions, sorted.
    public var names: [String] { functions.keys.sorted() }

    /// Adds `function` under `name`.
    public mutating func register(_ name: String, _ function: Function) { functions[name] = function }

    /// Adds what a closure does under `name`, with the closure's types.
    @inlinable
    public mutating func register<each Input: TemplateParameter, Output: TemplateResult>(
        _ name: String, _ body: @escaping @Sendable (repeat each Input) throws -> Output
    ) {
        register(name, Function(body))
    }

    /// Adds all of `other`, whose functions take the place of those with the same names.
    public mutating func merge(_ other: FunctionTable) {
        functions.merge(other.functions) { _, new in new }
    }
}
