extension Printer {
    /// Widths, precisions and argument numbers beyond this are refused, as Go does.
    private static let numberMax = 1_000_000

    /// Go's Printf.
    mutating func printFormatted(_ format: [UInt8], _ values: [Value]) {
        var directives = Directives(format: format, values: values)
        while directives.index < format.count {
            directives.isGoodIndex = true
            let start = directives.index
            while directives.index < format.count && format[directives.index] != 0x25 { directives.index += 1 }
            buffer += format[start..<directives.index]
            guard directives.index < format.count, hasRoom() else { break }
            directives.index += 1
            flags = FormatFlags()
            if !printDirective(&directives) { break }
        }
        flags = FormatFlags()
        if !directives.isReordered && directives.argument < values.count {
            printExtra(values[directives.argument...])
        }
    }

    /// Where a format and its operands are read.
    private struct Directives {
        let format: [UInt8]
        let values: [Value]
        var index = 0
        var argument = 0
        /// Whether any operand was named by its number: then what is left over is not complained about.
        var isReordered = false
        var isGoodIndex = true
        /// Whether what was read last was the number of an operand.
        var isAfterIndex = false

        init(format: [UInt8], values: [Value]) {
            self.format = format
            self.values = values
        }

        var next: UInt8? { index < format.count ? format[index] : nil }

        /// Reads decimal digits up to `end`; nil when there are none or they say too much.
        mutating func number(upTo end: Int) -> Int? {
            var number = 0
            var isNumber = false
            while index < end, case let octet = format[index], octet >= 0x30, octet <= 0x39 {
                if number > Printer.numberMax {
                    index = end
                    return nil
                }
                number = number * 10 + Int(octet - 0x30)
                isNumber = true
                index += 1
            }
            return isNumber ? number : nil
        }

        /// Reads `[n]`, the number of the next operand.
        mutating func readIndex() {
            isAfterIndex = false
            guard next == 0x5B else { return }
            isReordered = true
            let start = index
            guard format.count - start >= 3,
                let close = format[(start + 1)...].firstIndex(of: 0x5D)
            else {
                isGoodIndex = false
                index = start + 1
                return
            }
            index = start + 1
            let number = self.number(upTo: close)
            let isWhole = index == close
            index = close + 1
            guard let number, isWhole else {
                isGoodIndex = false
                return
            }
            isAfterIndex = true
            if number >= 1 && number <= values.count { argument = number - 1 } else { isGoodIndex = false }
        }

        /// Takes an integer operand, for `*`.
        mutating func takeInteger() -> Int? {
            guard argument < values.count else { return nil }
            defer { argument += 1 }
            guard case .integer(let integer) = values[argument].core, let number = integer.exact else { return nil }
            return abs(number) > Printer.numberMax ? nil : number
        }
    }

    /// Prints one directive, whose `%` was read.
    ///
    /// False when the format ended within it.
    private mutating func printDirective(_ directives: inout Directives) -> Bool {
        readFlags(&directives)
        directives.readIndex()
        readWidth(&directives)
        readPrecision(&directives)
        if !directives.isAfterIndex { directives.readIndex() }
        guard directives.index < directives.format.count else {
            write("%!(NOVERB)")
            return false
        }
        let (verb, size) = Rune.decode(directives.format, at: directives.index)
        directives.index += size
        if verb == 0x25 {
            buffer.append(0x25)
        } else if !directives.isGoodIndex {
            writeProblem(verb, "(BADINDEX)")
        } else if directives.argument >= directives.values.count {
            writeProblem(verb, "(MISSING)")
        } else {
            if verb == Verb.v { flags.turnToValueForms() }
            printArgument(directives.values[directives.argument], verb: verb)
            directives.argument += 1
        }
        return true
    }

    private mutating func readFlags(_ directives: inout Directives) {
        while let octet = directives.next {
            switch octet {
            case 0x23: flags.sharp = true
            case 0x30: flags.zero = true
            case 0x2B: flags.plus = true
            case 0x2D: flags.minus = true
            case 0x20: flags.space = true
            default: return
            }
            directives.index += 1
        }
    }

    private mutating func readWidth(_ directives: inout Directives) {
        if directives.next == 0x2A {
            directives.index += 1
            flags.width = directives.takeInteger()
            if flags.width == nil { write("%!(BADWIDTH)") }
            if let width = flags.width, width < 0 {
                flags.width = -width
                flags.minus = true
                flags.zero = false
            }
            directives.isAfterIndex = false
        } else {
            flags.width = directives.number(upTo: directives.format.count)
            if directives.isAfterIndex && flags.width != nil { directives.isGoodIndex = false }
        }
    }

    private mutating func readPrecision(_ directives: inout Directives) {
        guard directives.index + 1 < directives.format.count, directives.next == 0x2E else { return }
        directives.index += 1
        if directives.isAfterIndex { directives.isGoodIndex = false }
        directives.readIndex()
        if directives.next == 0x2A {
            directives.index += 1
            flags.precision = directives.takeInteger()
            if let precision = flags.precision, precision < 0 { flags.precision = nil }
            if flags.precision == nil { write("%!(BADPREC)") }
            directives.isAfterIndex = false
        } else {
            flags.precision = directives.number(upTo: directives.format.count) ?? 0
        }
    }

    private mutating func writeProblem(_ verb: UInt32, _ problem: String) {
        buffer += [0x25, 0x21]
        Rune.append(verb, to: &buffer)
        write(problem)
    }

    private mutating func printExtra(_ values: ArraySlice<Value>) {
        write("%!(EXTRA ")
        for (index, value) in values.enumerated() {
            if index > 0 { write(", ") }
            printTyped(value)
        }
        buffer.append(0x29)
    }
}
