/// The functions that every template has.
enum Builtin: String {
    case and, call, html, index, slice, js, len, not, or, print, printf, println, urlquery
    case eq, ne, lt, le, gt, ge

    /// How many arguments it takes.
    var arity: (least: Int, isVariadic: Bool) {
        switch self {
        case .and, .or, .call, .index, .slice, .printf, .eq: (1, true)
        case .html, .js, .urlquery, .print, .println: (0, true)
        case .len, .not: (1, false)
        case .ne, .lt, .le, .gt, .ge: (2, false)
        }
    }

    /// The type of the parameter at `index`.
    func parameter(_ index: Int) -> GoType {
        switch self {
        case .html, .js, .urlquery, .print, .println: .any
        case .printf: index == 0 ? .string : .any
        default: .operand
        }
    }
}
