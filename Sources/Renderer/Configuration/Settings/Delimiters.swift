/// What stands around the actions of a template.
public struct Delimiters: Sendable, Hashable {
    /// Before an action.
    public var left = "{{"
    /// Behind it.
    public var right = "}}"

    /// `{{` and `}}`.
    public init() {}
}
