extension Printer {
    /// Prints an integer under one of the verbs for integers.
    mutating func printInteger(_ bits: UInt64, _ isSigned: Bool, verb: UInt32, _ value: Value) {
        switch verb {
        case Verb.v:
            if flags.sharpValue && !isSigned {
                formatAddress(bits, hasPrefix: true)
            } else {
                formatInteger(bits, base: 10, isSigned: isSigned, verb: verb)
            }
        case Verb.d: formatInteger(bits, base: 10, isSigned: isSigned, verb: verb)
        case Verb.b: formatInteger(bits, base: 2, isSigned: isSigned, verb: verb)
        case Verb.o, Verb.bigO: formatInteger(bits, base: 8, isSigned: isSigned, verb: verb)
        case Verb.x, Verb.bigX: formatInteger(bits, base: 16, isSigned: isSigned, verb: verb)
        case Verb.c:
            var character: [UInt8] = []
            Rune.append(bits > UInt64(Rune.last) ? Rune.replacement : UInt32(bits), to: &character)
            pad(character)
        case Verb.q:
            pad(Quoting.quote(rune: bits > UInt64(Rune.last) ? Rune.replacement : UInt32(bits), asASCII: flags.plus))
        case Verb.bigU: formatCodePoint(bits)
        default: badVerb(verb, value)
        }
    }

    /// Writes an integer in `base`, with sign, prefix and leading zeros as the flags say.
    mutating func formatInteger(_ bits: UInt64, base: UInt64, isSigned: Bool, verb: UInt32) {
        let isNegative = isSigned && Int64(bitPattern: bits) < 0
        var magnitude = isNegative ? 0 &- bits : bits
        if flags.width == nil && flags.precision == nil && base == 10 && !flags.plus && !flags.space {
            return buffer.appendDecimal(magnitude, isNegative: isNegative)
        }
        var digitCount = 0
        if let precision = flags.precision {
            digitCount = precision
            if precision == 0 && magnitude == 0 {
                let zero = flags.zero
                flags.zero = false
                writePadding(flags.width ?? 0)
                flags.zero = zero
                return
            }
        } else if flags.zero, !flags.minus, let width = flags.width {
            digitCount = isNegative || flags.plus || flags.space ? width - 1 : width
        }
        let digits = Array((verb == Verb.bigX ? "0123456789ABCDEFX" : "0123456789abcdefx").utf8)
        // Backwards, as the digits come.
        var text: [UInt8] = []
        repeat {
            text.append(digits[Int(magnitude % base)])
            magnitude /= base
        } while magnitude > 0
        if digitCount > text.count {
            guard hasRoom() else { return }
            text.append(contentsOf: repeatElement(0x30, count: digitCount - text.count))
        }
        if flags.sharp {
            switch base {
            case 2: text += [0x62, 0x30]
            case 8: if text.last != 0x30 { text.append(0x30) }
            case 16: text += [digits[16], 0x30]
            default: break
            }
        }
        if verb == Verb.bigO { text += [0x6F, 0x30] }
        if isNegative {
            text.append(0x2D)
        } else if flags.plus {
            text.append(0x2B)
        } else if flags.space {
            text.append(0x20)
        }
        padWithBlanks(text.reversed())
    }

    private mutating func formatCodePoint(_ bits: UInt64) {
        var text = Array(String(bits, radix: 16, uppercase: true).utf8)
        let digitCount = max(4, flags.precision ?? 4)
        if digitCount > text.count {
            guard hasRoom() else { return }
            text = Array(repeatElement(0x30, count: digitCount - text.count)) + text
        }
        text = [0x55, 0x2B] + text
        if flags.sharp, bits <= UInt64(Rune.last), Rune.isPrintable(UInt32(bits)) {
            text += [0x20, 0x27]
            Rune.append(UInt32(bits), to: &text)
            text.append(0x27)
        }
        padWithBlanks(text)
    }

    /// Prints a float under one of the verbs for floats.
    mutating func printFloat(_ float: Double, isSingle: Bool, verb: UInt32, _ value: Value) {
        switch verb {
        case Verb.v: formatFloat(float, isSingle: isSingle, form: UInt8(Verb.g), precision: -1)
        case Verb.b, Verb.g, Verb.bigG, Verb.x, Verb.bigX:
            formatFloat(float, isSingle: isSingle, form: UInt8(verb), precision: -1)
        case Verb.f, Verb.e, Verb.bigE: formatFloat(float, isSingle: isSingle, form: UInt8(verb), precision: 6)
        case Verb.bigF: formatFloat(float, isSingle: isSingle, form: UInt8(Verb.f), precision: 6)
        default: badVerb(verb, value)
        }
    }

    /// Prints a complex number as (real+imaginaryi).
    mutating func printComplex(_ complex: Complex, verb: UInt32, _ value: Value) {
        let floats = [
            Verb.v, Verb.b, Verb.g, Verb.bigG, Verb.x, Verb.bigX, Verb.f, Verb.bigF, Verb.e, Verb.bigE,
        ]
        guard floats.contains(verb) else { return badVerb(verb, value) }
        let plus = flags.plus
        buffer.append(0x28)
        printFloat(complex.real, isSingle: false, verb: verb, value)
        flags.plus = true
        printFloat(complex.imaginary, isSingle: false, verb: verb, value)
        buffer += [0x69, 0x29]
        flags.plus = plus
    }

    /// Writes a float with sign, point and zeros as the flags say.
    mutating func formatFloat(_ float: Double, isSingle: Bool, form: UInt8, precision: Int) {
        let precision = flags.precision ?? precision
        guard precision < byteLimit else {
            isOverLimit = true
            return
        }
        var text = FloatText.format(float, form, precision: precision, isSingle: isSingle)
        if text[0] != 0x2D && text[0] != 0x2B { text.insert(0x2B, at: 0) }
        if flags.space && text[0] == 0x2B && !flags.plus { text[0] = 0x20 }
        if !float.isFinite {
            if float.isNaN && !flags.space && !flags.plus { text.removeFirst() }
            return padWithBlanks(text)
        }
        if flags.sharp && form != UInt8(Verb.b) { text = Self.withPoint(text, form: form, precision: precision) }
        guard flags.plus || text[0] != 0x2B else { return pad(Array(text.dropFirst())) }
        if flags.zero, !flags.minus, let width = flags.width, width > text.count {
            buffer.append(text[0])
            writePadding(width - text.count)
            buffer += text.dropFirst()
            return
        }
        pad(text)
    }

    /// `text` with a point, and the zeros at the end that the general form leaves out.
    private static func withPoint(_ text: [UInt8], form: UInt8, precision: Int) -> [UInt8] {
        let isHexadecimal = form == UInt8(Verb.x) || form == UInt8(Verb.bigX)
        var missing = 0
        if [Verb.g, Verb.bigG, Verb.x].contains(UInt32(form)) { missing = precision == -1 ? 6 : precision }
        var number: [UInt8] = []
        var tail: [UInt8] = []
        var sawPoint = false
        var sawDigit = false
        for (index, octet) in text.enumerated() where index > 0 {
            let isExponent = octet == 0x70 || octet == 0x50 || (!isHexadecimal && (octet == 0x65 || octet == 0x45))
            if isExponent {
                tail = Array(text[index...])
                break
            }
            number.append(octet)
            if octet == 0x2E {
                sawPoint = true
            } else {
                if octet != 0x30 { sawDigit = true }
                if sawDigit { missing -= 1 }
            }
        }
        if !sawPoint {
            if number == [0x30] { missing -= 1 }
            number.append(0x2E)
        }
        if missing > 0 { number.append(contentsOf: repeatElement(0x30, count: missing)) }
        return text.prefix(1) + number + tail
    }
}

extension [UInt8] {
    /// Appends a number in decimal digits.
    mutating func appendDecimal(_ magnitude: UInt64, isNegative: Bool) {
        if isNegative { append(0x2D) }
        if magnitude < 10 { return append(0x30 + UInt8(truncatingIfNeeded: magnitude)) }
        let start = count
        var rest = magnitude
        while rest > 0 {
            append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        self[start...].reverse()
    }
}
