/// The digits of a positive finite number and where its point is: a fraction times ten to the power of `point`.
struct Decimal {
    /// The digits, 0 to 9, without zeros at the end.
    var digits: [UInt8]
    /// How many digits stand before the point; may be negative or beyond the digits.
    var point: Int

    /// The fewest digits that read back as the number that `text` describes: Swift's text of a float has them.
    init(shortest text: String) {
        digits = []
        point = 0
        var sawPoint = false
        var exponent = 0
        var octets = text.utf8[...]
        while let octet = octets.popFirst() {
            switch octet {
            case 0x30...0x39:
                if digits.isEmpty && octet == 0x30 {
                    if sawPoint { point -= 1 }
                    continue
                }
                digits.append(octet - 0x30)
                if !sawPoint { point += 1 }
            case 0x2E: sawPoint = true
            case 0x65: exponent = Int(String(decoding: octets, as: UTF8.self)) ?? 0
            default: continue
            }
            if octet == 0x65 { break }
        }
        point += exponent
        trim()
    }

    /// All digits of `value`, which is finite and not negative.
    init(exactly value: Double) {
        digits = []
        point = 0
        guard value != 0 else { return }
        let fraction = value.significandBitPattern
        let mantissa = value.isNormal ? fraction | 1 << 52 : fraction
        let exponent = (value.isNormal ? Int(value.exponentBitPattern) : 1) - 1075
        // Little-endian limbs of nine digits. A negative power of two is one of five, with the point moved.
        var limbs: [UInt32] = []
        var rest = mantissa
        while rest > 0 {
            limbs.append(UInt32(rest % 1_000_000_000))
            rest /= 1_000_000_000
        }
        let (base, step): (UInt64, Int) = exponent >= 0 ? (2, 28) : (5, 12)
        var left = abs(exponent)
        while left > 0 {
            let power = min(left, step)
            var factor: UInt64 = 1
            for _ in 0..<power { factor *= base }
            Self.multiply(&limbs, by: factor)
            left -= power
        }
        for (index, limb) in limbs.reversed().enumerated() {
            var text: [UInt8] = []
            var limb = limb
            for _ in 0..<9 {
                text.append(UInt8(limb % 10))
                limb /= 10
            }
            digits += index == 0 ? text.reversed().drop { $0 == 0 } : text.reversed()[...]
        }
        point = digits.count + min(exponent, 0)
        trim()
    }

    private static func multiply(_ limbs: inout [UInt32], by factor: UInt64) {
        var carry: UInt64 = 0
        for index in limbs.indices {
            let product = UInt64(limbs[index]) * factor + carry
            limbs[index] = UInt32(product % 1_000_000_000)
            carry = product / 1_000_000_000
        }
        while carry > 0 {
            limbs.append(UInt32(carry % 1_000_000_000))
            carry /= 1_000_000_000
        }
    }

    private mutating func trim() {
        while digits.last == 0 { digits.removeLast() }
        if digits.isEmpty { point = 0 }
    }

    /// Keeps the first `count` digits, rounded to the nearest, and half to even.
    mutating func round(to count: Int) {
        guard count < digits.count else { return }
        guard count >= 0 else {
            digits = []
            point = 0
            return
        }
        let isHalf = digits[count] == 5 && count + 1 == digits.count
        let roundsUp = isHalf ? count > 0 && digits[count - 1] % 2 == 1 : digits[count] >= 5
        digits.removeSubrange(count...)
        guard roundsUp else { return trim() }
        while let last = digits.last {
            if last < 9 {
                digits[digits.count - 1] = last + 1
                return
            }
            digits.removeLast()
        }
        digits = [1]
        point += 1
    }

    /// The digit at `index`; zero beyond the last.
    func digit(_ index: Int) -> UInt8 { index >= 0 && index < digits.count ? digits[index] : 0 }
}
