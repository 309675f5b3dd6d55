/// Go's fmt package for values: what templates' `print`, `println` and `printf` do.
public enum GoFormat {
    /// Octets that a text may have unless the caller says otherwise: what a rendered file may have by default.
    public static let byteLimit = 64 << 20

    /// The text of `value` as `%v` has it.
    public static func text(of value: Value) -> [UInt8] {
        if case .string(let octets) = value { return octets }
        return text(of: [value])
    }

    /// Go's Sprint: blanks between operands when neither is a string.
    public static func text(of values: [Value]) -> [UInt8] {
        var printer = Printer(byteLimit: byteLimit)
        printer.printAll(values)
        return printer.buffer
    }

    /// Go's Sprintln: blanks between all operands, and a line feed.
    public static func line(of values: [Value]) -> [UInt8] {
        var printer = Printer(byteLimit: byteLimit)
        printer.printLine(values)
        return printer.buffer
    }

    /// Go's Sprintf.
    ///
    /// What does not go together shows in the text, as in `%!d(string=hi)`.
    public static func format(_ format: [UInt8], _ values: [Value]) -> [UInt8] {
        var printer = Printer(byteLimit: byteLimit)
        printer.printFormatted(format, values)
        return printer.buffer
    }

    /// Go's Sprintf.
    public static func format(_ format: String, _ values: Value...) -> String {
        String(decoding: self.format(Array(format.utf8), values), as: UTF8.self)
    }

    /// Go's strconv.Quote: `octets` between double quotes, with escapes for what does not print.
    public static func quote(_ octets: [UInt8]) -> [UInt8] { Quoting.quote(octets) }

    /// Go's strconv.Quote.
    public static func quote(_ text: String) -> String {
        String(decoding: Quoting.quote(Array(text.utf8)), as: UTF8.self)
    }

    /// Go's strconv.FormatFloat: `form` is one of `e E f g G b x X`, a negative precision means as many digits as needed.
    public static func text(of float: Double, form: Unicode.Scalar = "g", precision: Int = -1) -> String {
        String(decoding: FloatText.format(float, UInt8(ascii: form), precision: precision), as: UTF8.self)
    }
}
