/// Prints values as Go's fmt does, into one row of octets.
///
/// Nesting and size are bounded: past a limit nothing more is written and `isOverLimit` says so.
struct Printer {
    /// Levels of lists in lists that are printed; the deepest data that JSON brings has a tenth.
    static let depthMax = 200
    /// The address that every pointer has in print.
    ///
    /// Go's differ from run to run, which would make each rendering a change.
    static let address: UInt64 = 0xc0_0001_0000

    /// What has been printed.
    var buffer: [UInt8] = []
    /// Octets of `buffer` that are too many.
    var byteLimit: Int
    /// Whether something was left out.
    var isOverLimit = false
    /// The directive at hand.
    var flags = FormatFlags()
    /// Whether an error in the format is being shown, where values' own texts are not asked for.
    var isShowingError = false

    /// A printer that writes up to `byteLimit` octets.
    init(byteLimit: Int) { self.byteLimit = byteLimit }

    /// Go's Print: blanks between operands when neither is a string.
    mutating func printAll(_ values: some Collection<Value>) {
        var isFirst = true
        var previousIsString = false
        for value in values {
            let isString = value.octets != nil
            if !isFirst && !isString && !previousIsString { buffer.append(0x20) }
            printArgument(value, verb: Verb.v)
            isFirst = false
            previousIsString = isString
        }
    }

    /// Go's Println: blanks between all operands, and a line feed.
    mutating func printLine(_ values: some Collection<Value>) {
        var isFirst = true
        for value in values {
            if !isFirst { buffer.append(0x20) }
            printArgument(value, verb: Verb.v)
            isFirst = false
        }
        buffer.append(0x0A)
    }

    /// Whether there is still room; notes when there is not.
    mutating func hasRoom() -> Bool {
        if buffer.count > byteLimit { isOverLimit = true }
        return !isOverLimit
    }

    /// Writes `text`.
    mutating func write(_ text: String) { buffer += text.utf8 }

    /// Fills up to the width.
    mutating func writePadding(_ count: Int) {
        guard count > 0, hasRoom() else { return }
        buffer.append(contentsOf: repeatElement(flags.zero && !flags.minus ? 0x30 : 0x20, count: count))
    }

    /// Writes `octets`, filled up to the width on the left or the right.
    mutating func pad(_ octets: [UInt8]) {
        guard let width = flags.width, width > 0 else {
            buffer += octets
            return
        }
        let missing = width - Rune.count(octets)
        if !flags.minus { writePadding(missing) }
        buffer += octets
        if flags.minus { writePadding(missing) }
    }

    /// Writes what is already aligned in another way, filled up with blanks only.
    mutating func padWithBlanks(_ octets: [UInt8]) {
        let zero = flags.zero
        flags.zero = false
        pad(octets)
        flags.zero = zero
    }

    /// Shows that `verb` does not go with `value`: `%!d(string=hi)`.
    mutating func badVerb(_ verb: UInt32, _ value: Value) {
        isShowingError = true
        buffer += [0x25, 0x21]
        Rune.append(verb, to: &buffer)
        buffer.append(0x28)
        printTyped(value)
        buffer.append(0x29)
        isShowingError = false
    }

    /// Writes a value after its type: `string=hi`.
    mutating func printTyped(_ value: Value) {
        if case .null = value {
            write("<nil>")
        } else {
            write(value.typeName)
            buffer.append(0x3D)
            printArgument(value, verb: Verb.v)
        }
    }
}
