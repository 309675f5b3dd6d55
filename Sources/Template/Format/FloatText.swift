/// The text of floats in the forms of Go's strconv.
enum FloatText {
    /// `value` in the form `format` (one of `e E f g G b x X`), with `precision` digits or, when negative, as many as are
    /// needed to read it back; `isSingle` for a float32.
    static func format(_ value: Double, _ format: UInt8, precision: Int, isSingle: Bool = false) -> [UInt8] {
        if value.isNaN { return Array("NaN".utf8) }
        if value.isInfinite { return Array((value < 0 ? "-Inf" : "+Inf").utf8) }
        switch format {
        case 0x62: return binary(value, isSingle: isSingle)
        case 0x78, 0x58: return hexadecimal(value, format, precision: precision, isSingle: isSingle)
        default: break
        }
        let isShortest = precision < 0
        var decimal: Decimal
        var precision = precision
        if isShortest {
            decimal = Decimal(shortest: isSingle ? Float(value.magnitude).description : value.magnitude.description)
            switch format {
            case 0x65, 0x45: precision = max(decimal.digits.count - 1, 0)
            case 0x66: precision = max(decimal.digits.count - decimal.point, 0)
            default: precision = decimal.digits.count
            }
        } else {
            decimal = Decimal(exactly: value.magnitude)
            switch format {
            case 0x65, 0x45: decimal.round(to: precision + 1)
            case 0x66: decimal.round(to: decimal.point + precision)
            default:
                precision = max(precision, 1)
                decimal.round(to: precision)
            }
        }
        var text: [UInt8] = value.sign == .minus ? [0x2D] : []
        switch format {
        case 0x65, 0x45: appendExponent(decimal, precision: precision, letter: format, to: &text)
        case 0x66: appendPlain(decimal, precision: precision, to: &text)
        default:
            appendGeneral(decimal, precision: precision, isShortest: isShortest, letter: format - 2, to: &text)
        }
        return text
    }

    /// %g: the exponent form for numbers that are small or have more digits before the point than shown.
    private static func appendGeneral(
        _ decimal: Decimal, precision: Int, isShortest: Bool, letter: UInt8, to text: inout [UInt8]
    ) {
        let count = decimal.digits.count
        var threshold = precision
        if threshold > count && count >= decimal.point { threshold = count }
        if isShortest { threshold = 6 }
        let exponent = decimal.point - 1
        if exponent < -4 || exponent >= threshold {
            appendExponent(decimal, precision: min(precision, count) - 1, letter: letter, to: &text)
        } else {
            appendPlain(decimal, precision: max(count - decimal.point, 0), to: &text)
        }
    }

    private static func appendExponent(
        _ decimal: Decimal, precision: Int, letter: UInt8, to text: inout [UInt8]
    ) {
        text.append(0x30 + decimal.digit(0))
        if precision > 0 {
            text.append(0x2E)
            for index in 1...precision { text.append(0x30 + decimal.digit(index)) }
        }
        let exponent = decimal.digits.isEmpty ? 0 : decimal.point - 1
        appendExponent(exponent, letter: letter, to: &text)
    }

    private static func appendExponent(_ exponent: Int, letter: UInt8, to text: inout [UInt8]) {
        text += [letter, exponent < 0 ? 0x2D : 0x2B]
        if abs(exponent) < 10 { text.append(0x30) }
        text += String(abs(exponent)).utf8
    }

    private static func appendPlain(_ decimal: Decimal, precision: Int, to text: inout [UInt8]) {
        if decimal.point > 0 {
            for index in 0..<decimal.point { text.append(0x30 + decimal.digit(index)) }
        } else {
            text.append(0x30)
        }
        guard precision > 0 else { return }
        text.append(0x2E)
        for index in 0..<precision { text.append(0x30 + decimal.digit(decimal.point + index)) }
    }

    /// The mantissa with its leading bit and the power of two of its last bit.
    private static func parts(_ value: Double, isSingle: Bool) -> (mantissa: UInt64, exponent: Int, bits: Int) {
        if isSingle {
            let value = Float(value)
            let fraction = UInt64(value.significandBitPattern)
            let biased = Int(value.exponentBitPattern)
            return biased == 0 ? (fraction, -149, 23) : (fraction | 1 << 23, biased - 150, 23)
        }
        let biased = Int(value.exponentBitPattern)
        let fraction = value.significandBitPattern
        return biased == 0 ? (fraction, -1074, 52) : (fraction | 1 << 52, biased - 1075, 52)
    }

    /// %b: the mantissa as an integer, and the power of two.
    private static func binary(_ value: Double, isSingle: Bool) -> [UInt8] {
        let (mantissa, exponent, _) = parts(value, isSingle: isSingle)
        let sign = value.sign == .minus ? "-" : ""
        return Array("\(sign)\(mantissa)p\(exponent >= 0 ? "+" : "")\(exponent)".utf8)
    }

    /// %x: the mantissa in hexadecimal digits, the first of which is 1, and the power of two.
    private static func hexadecimal(_ value: Double, _ format: UInt8, precision: Int, isSingle: Bool) -> [UInt8] {
        var (mantissa, exponent, bits) = parts(value, isSingle: isSingle)
        exponent += bits
        if mantissa == 0 { exponent = 0 }
        mantissa <<= UInt64(60 - bits)
        while mantissa != 0 && mantissa & 1 << 60 == 0 {
            mantissa <<= 1
            exponent -= 1
        }
        if precision >= 0 && precision < 15 {
            let shift = UInt64(precision * 4)
            let extra = (mantissa << shift) & (1 << 60 - 1)
            mantissa >>= 60 - shift
            if extra | (mantissa & 1) > 1 << 59 { mantissa += 1 }
            mantissa <<= 60 - shift
            if mantissa & 1 << 61 != 0 {
                mantissa >>= 1
                exponent += 1
            }
        }
        let isUpper = format == 0x58
        let digits = Array((isUpper ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        var text: [UInt8] = value.sign == .minus ? [0x2D] : []
        text += [0x30, format, 0x30 + UInt8((mantissa >> 60) & 1)]
        mantissa <<= 4
        if precision < 0 && mantissa != 0 {
            text.append(0x2E)
            while mantissa != 0 {
                text.append(digits[Int(mantissa >> 60)])
                mantissa <<= 4
            }
        } else if precision > 0 {
            text.append(0x2E)
            for _ in 0..<precision {
                text.append(digits[Int(mantissa >> 60)])
                mantissa <<= 4
            }
        }
        appendExponent(exponent, letter: isUpper ? 0x50 : 0x70, to: &text)
        return text
    }
}
