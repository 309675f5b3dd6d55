internal import Template

/// How much one function may make.
///
/// A few arguments can ask for more than any memory holds; what templates are for stays far below.
enum ResultLimit {
    /// Octets of a text.
    static let octets = 64 << 20
    /// Elements of a list.
    static let elements = 1_000_000
    /// Lists and maps within one another.
    static let depth = 500

    /// Throws when a text of `count` octets is too much.
    static func check(octets count: Int) throws(FunctionError) {
        if count > octets { throw FunctionError("the result would be longer than \(octets) octets") }
    }

    /// Throws when a text of `count` times `size` octets is too much.
    static func check(octets size: Int, times count: Int) throws(FunctionError) {
        let (product, overflows) = size.multipliedReportingOverflow(by: count)
        try check(octets: overflows ? .max : product)
    }

    /// Throws when a list of `count` elements is too much.
    static func check(elements count: Int) throws(FunctionError) {
        if count > elements { throw FunctionError("the result would have more than \(elements) elements") }
    }
}
