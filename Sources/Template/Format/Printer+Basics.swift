extension Printer {
    /// Prints a string under one of the verbs for strings.
    mutating func printString(_ octets: [UInt8], verb: UInt32, _ value: Value) {
        switch verb {
        case Verb.v: flags.sharpValue ? formatQuoted(octets) : formatString(octets)
        case Verb.s: formatString(octets)
        case Verb.x: formatHexadecimal(octets, isUpper: false)
        case Verb.bigX: formatHexadecimal(octets, isUpper: true)
        case Verb.q: formatQuoted(octets)
        default: badVerb(verb, value)
        }
    }

    /// Prints a slice of octets: as text for the verbs for strings, else as a list of numbers.
    mutating func printBytes(_ octets: [UInt8], verb: UInt32, typeName: String, _ value: Value, depth: Int) {
        switch verb {
        case Verb.s: formatString(octets)
        case Verb.x: formatHexadecimal(octets, isUpper: false)
        case Verb.bigX: formatHexadecimal(octets, isUpper: true)
        case Verb.q: formatQuoted(octets)
        default:
            let isGoSyntax = flags.sharpValue && (verb == Verb.v || verb == Verb.d)
            if isGoSyntax || flags.sharpValue { write(typeName) }
            buffer.append(flags.sharpValue ? 0x7B : 0x5B)
            for (index, octet) in octets.enumerated() {
                if index > 0 {
                    if flags.sharpValue { buffer.append(0x2C) }
                    buffer.append(0x20)
                }
                let number = Value.integer(Integer(bits: UInt64(octet), kind: .uint8))
                printInteger(UInt64(octet), false, verb: verb, number)
                guard hasRoom() else { return }
            }
            buffer.append(flags.sharpValue ? 0x7D : 0x5D)
        }
    }

    /// Writes text, cut at the precision and filled up to the width.
    mutating func formatString(_ octets: [UInt8]) { pad(truncate(octets)) }

    private func truncate(_ octets: [UInt8]) -> [UInt8] {
        guard let precision = flags.precision else { return octets }
        var count = 0
        var index = 0
        while index < octets.count {
            if count == precision { return Array(octets[..<index]) }
            index += Rune.decode(octets, at: index).width
            count += 1
        }
        return octets
    }

    /// Writes text between quotes.
    mutating func formatQuoted(_ octets: [UInt8]) {
        let octets = truncate(octets)
        if flags.sharp && Quoting.canBackquote(octets) {
            pad([0x60] + octets + [0x60])
        } else {
            pad(Quoting.quote(octets, asASCII: flags.plus))
        }
    }

    /// Writes octets as pairs of hexadecimal digits.
    mutating func formatHexadecimal(_ octets: [UInt8], isUpper: Bool) {
        let digits = Array((isUpper ? "0123456789ABCDEFX" : "0123456789abcdefx").utf8)
        let count = min(octets.count, flags.precision ?? octets.count)
        var width = 2 * count
        guard width > 0 else { return writePadding(flags.width ?? 0) }
        if flags.space {
            if flags.sharp { width *= 2 }
            width += count - 1
        } else if flags.sharp {
            width += 2
        }
        let missing = (flags.width ?? 0) - width
        if !flags.minus { writePadding(missing) }
        for index in 0..<count {
            if flags.space && index > 0 { buffer.append(0x20) }
            if flags.sharp && (flags.space || index == 0) { buffer += [0x30, digits[16]] }
            buffer.append(digits[Int(octets[index] >> 4)])
            buffer.append(digits[Int(octets[index] & 0xF)])
        }
        if flags.minus { writePadding(missing) }
    }

    /// Writes an address, which is one for all, or nil.
    mutating func formatPointer(_ value: Value, verb: UInt32) {
        let address: UInt64
        switch value {
        case .nilPointer: address = 0
        case .list(let list): address = list.isNil ? 0 : Self.address
        case .map(let map): address = map.isNil ? 0 : Self.address
        case .pointer, .channel, .function, .bytes: address = Self.address
        default: return badVerb(verb, value)
        }
        switch verb {
        case Verb.v where flags.sharpValue:
            write("(")
            write(value.typeName)
            write(")(")
            if address == 0 { write("nil") } else { formatAddress(address, hasPrefix: true) }
            write(")")
        case Verb.v where address == 0: pad(Array("<nil>".utf8))
        case Verb.v, Verb.p: formatAddress(address, hasPrefix: !flags.sharp)
        case Verb.b, Verb.o, Verb.d, Verb.x, Verb.bigX: printInteger(address, false, verb: verb, value)
        default: badVerb(verb, value)
        }
    }

    /// Writes a number in hexadecimal digits, with 0x before it or not whatever the flags say.
    mutating func formatAddress(_ address: UInt64, hasPrefix: Bool) {
        let sharp = flags.sharp
        flags.sharp = hasPrefix
        formatInteger(address, base: 16, isSigned: false, verb: Verb.v)
        flags.sharp = sharp
    }
}
