/// What the name of a function in a template stands for.
enum Callable: Sendable {
    case builtin(Builtin)
    case function(Function)
    /// The table that the template was parsed with had it, that of the execution has not.
    case undefined
}
