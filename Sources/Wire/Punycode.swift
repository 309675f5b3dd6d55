/// The encoding of Unicode labels in ASCII (RFC 3492).
enum Punycode {
    private static let base = 36
    private static let minimumThreshold = 1
    private static let maximumThreshold = 26
    private static let skew = 38
    private static let damp = 700
    private static let initialBias = 72
    private static let initialScalar = 0x80

    /// The encoded form of `label` without its `xn--`, or nil if its numbers overflow.
    static func encode(_ label: [Unicode.Scalar]) -> String? {
        var output = [UInt8]()
        for scalar in label where scalar.isASCII { output.append(UInt8(scalar.value)) }
        let basicCount = output.count
        var handled = basicCount
        if basicCount > 0 { output.append(0x2D) }
        var scalarValue = initialScalar
        var delta = 0
        var bias = initialBias
        while handled < label.count {
            // The smallest scalar not encoded yet comes next (§6.3).
            var next = Int.max
            for scalar in label where Int(scalar.value) >= scalarValue { next = min(next, Int(scalar.value)) }
            let (step, overflowed) = (next - scalarValue).multipliedReportingOverflow(by: handled + 1)
            let (sum, carried) = delta.addingReportingOverflow(step)
            if overflowed || carried { return nil }
            delta = sum
            scalarValue = next
            for scalar in label {
                if scalar.value < UInt32(scalarValue) { delta += 1 }
                guard scalar.value == UInt32(scalarValue) else { continue }
                append(delta, bias: bias, to: &output)
                bias = adapt(delta, count: handled + 1, isFirst: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta += 1
            scalarValue += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Writes `delta` as a generalised variable-length integer (§3.3).
    private static func append(_ delta: Int, bias: Int, to output: inout [UInt8]) {
        var rest = delta
        var position = base
        while true {
            let threshold = max(minimumThreshold, min(maximumThreshold, position - bias))
            if rest < threshold { break }
            output.append(digit(threshold + (rest - threshold) % (base - threshold)))
            rest = (rest - threshold) / (base - threshold)
            position += base
        }
        output.append(digit(rest))
    }

    /// `a` to `z` for 0 to 25, `0` to `9` for 26 to 35.
    private static func digit(_ value: Int) -> UInt8 {
        value < 26 ? 0x61 + UInt8(value) : 0x30 + UInt8(value - 26)
    }

    /// The bias for the next number (§6.1).
    private static func adapt(_ delta: Int, count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / damp : delta / 2
        delta += delta / count
        var bias = 0
        while delta > (base - minimumThreshold) * maximumThreshold / 2 {
            delta /= base - minimumThreshold
            bias += base
        }
        return bias + (base - minimumThreshold + 1) * delta / (delta + skew)
    }
}
