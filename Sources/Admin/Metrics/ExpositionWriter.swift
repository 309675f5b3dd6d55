/// Writes Prometheus's text format, version 0.0.4, octet by octet.
struct ExpositionWriter {
    /// Labels in the form in which they stand between braces.
    struct Labels: Sendable {
        fileprivate var octets: [UInt8] = []

        /// No labels.
        static let none = Labels()

        /// Names and values, in their order.
        init(_ pairs: (name: String, value: String)...) {
            for (name, value) in pairs {
                if !octets.isEmpty { octets.append(UInt8(ascii: ",")) }
                ExpositionWriter.write(name, value.utf8, to: &octets)
            }
        }
    }

    /// What has been written.
    private(set) var octets: [UInt8] = []
    private var name: [UInt8] = []

    /// A writer that expects to write so many octets.
    init(capacity: Int) {
        octets.reserveCapacity(capacity)
    }

    /// Writes `name="value"`.
    static func write(_ name: String, _ value: some Collection<UInt8>, to octets: inout [UInt8]) {
        octets.append(contentsOf: name.utf8)
        octets.append(contentsOf: "=\"".utf8)
        for octet in value {
            switch octet {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""):
                octets.append(UInt8(ascii: "\\"))
                octets.append(octet)
            case UInt8(ascii: "\n"): octets.append(contentsOf: "\\n".utf8)
            default: octets.append(octet)
            }
        }
        octets.append(UInt8(ascii: "\""))
    }

    /// Begins a family; its samples follow.
    mutating func begin(_ family: MetricFamily) {
        name = Array(family.name.utf8)
        append("# HELP \(family.name) \(family.help)\n# TYPE \(family.name) \(family.kind.rawValue)\n")
    }

    /// A family of one sample.
    mutating func single(_ family: MetricFamily, _ value: some BinaryInteger) {
        begin(family)
        sample(.none, value)
    }

    /// A family of one sample.
    mutating func single(_ family: MetricFamily, seconds: Double) {
        begin(family)
        head(.none)
        append("\(seconds)\n")
    }

    /// A family of one sample.
    mutating func single(_ family: MetricFamily, nanoseconds: UInt64) {
        begin(family)
        head(.none)
        append(seconds: nanoseconds)
        octets.append(UInt8(ascii: "\n"))
    }

    /// A sample of the family that was begun.
    mutating func sample(_ labels: Labels, _ value: some BinaryInteger) {
        head(labels)
        append(decimal: UInt64(clamping: value))
        octets.append(UInt8(ascii: "\n"))
    }

    // MARK: Many at once

    /// Samples of the family that was begun, one for each of `labels` of which `value` gives any.
    ///
    /// - Parameter more: a label that all of them have besides.
    mutating func samples(of labels: LabelTexts, with more: Labels = .none, _ value: (Int) -> UInt64?) {
        let (begin, end) = (name + [UInt8(ascii: "{")], Self.tail(more))
        for index in 0..<labels.count {
            guard let value = value(index) else { continue }
            octets.append(contentsOf: begin)
            octets.append(contentsOf: labels.octets[labels[index]])
            octets.append(contentsOf: end)
            append(decimal: value)
            octets.append(UInt8(ascii: "\n"))
        }
    }

    /// A family of one sample for each of `labels` of which `value` gives any.
    mutating func family(_ family: MetricFamily, of labels: LabelTexts, _ value: (Int) -> UInt64?) {
        begin(family)
        samples(of: labels, value)
    }

    /// The samples of summaries without quantiles: for each of `labels` how long and how many.
    mutating func summaries(of labels: LabelTexts, _ value: (Int) -> (nanoseconds: UInt64, count: UInt64)) {
        let (sum, count) = (name + "_sum{".utf8, name + "_count{".utf8)
        let end = Self.tail(.none)
        for index in 0..<labels.count {
            let (nanoseconds, number) = value(index)
            octets.append(contentsOf: sum)
            octets.append(contentsOf: labels.octets[labels[index]])
            octets.append(contentsOf: end)
            append(seconds: nanoseconds)
            octets.append(UInt8(ascii: "\n"))
            octets.append(contentsOf: count)
            octets.append(contentsOf: labels.octets[labels[index]])
            octets.append(contentsOf: end)
            append(decimal: number)
            octets.append(UInt8(ascii: "\n"))
        }
    }

    // MARK: Histograms

    /// The samples of a histogram: counts by `bounds`, of which the last is without one.
    ///
    /// - Parameters:
    ///   - bounds: `le="0.5"} ` and so on, as ``bound(nanoseconds:)`` makes them, the last of them `+Inf`.
    ///   - counts: of each range by itself.
    mutating func histogram(_ labels: Labels, bounds: [[UInt8]], counts: [UInt64], nanoseconds: UInt64) {
        histogram(labels.octets[...], bounds: bounds, counts: counts, nanoseconds: nanoseconds)
    }

    /// The samples of a histogram, as above.
    mutating func histogram(
        _ labels: ArraySlice<UInt8>, bounds: [[UInt8]], counts: [UInt64], nanoseconds: UInt64
    ) {
        var begin = name + "_bucket{".utf8 + labels
        if !labels.isEmpty { begin.append(UInt8(ascii: ",")) }
        var total: UInt64 = 0
        for (index, count) in counts.enumerated() {
            total &+= count
            octets.append(contentsOf: begin)
            octets.append(contentsOf: bounds[index])
            append(decimal: total)
            octets.append(UInt8(ascii: "\n"))
        }
        head(labels, suffix: "_sum")
        append(seconds: nanoseconds)
        octets.append(UInt8(ascii: "\n"))
        head(labels, suffix: "_count")
        append(decimal: total)
        octets.append(UInt8(ascii: "\n"))
    }

    /// What stands behind a bucket's other labels.
    static func bound(nanoseconds: UInt64?) -> [UInt8] {
        var writer = ExpositionWriter(capacity: 24)
        writer.append("le=\"")
        if let nanoseconds { writer.append(seconds: nanoseconds) } else { writer.append("+Inf") }
        writer.append("\"} ")
        return writer.octets
    }

    // MARK: Parts of a line

    private mutating func head(_ labels: Labels) { head(labels.octets[...], suffix: "") }

    private mutating func head(_ labels: ArraySlice<UInt8>, suffix: String) {
        octets.append(contentsOf: name)
        append(suffix)
        if !labels.isEmpty {
            octets.append(UInt8(ascii: "{"))
            octets.append(contentsOf: labels)
            octets.append(UInt8(ascii: "}"))
        }
        octets.append(UInt8(ascii: " "))
    }

    private static func tail(_ more: Labels) -> [UInt8] {
        (more.octets.isEmpty ? [] : [UInt8(ascii: ",")] + more.octets) + "} ".utf8
    }

    private mutating func append(_ text: String) { octets.append(contentsOf: text.utf8) }

    private mutating func append(decimal value: UInt64, digits least: Int = 1) {
        var (rest, digits, begin) = (value, InlineArray<20, UInt8>(repeating: UInt8(ascii: "0")), 20)
        while rest > 0 || begin > 20 - least {
            begin -= 1
            digits[begin] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        for index in begin..<20 { octets.append(digits[index]) }
    }

    /// Nanoseconds as seconds, without zeros at the end.
    private mutating func append(seconds nanoseconds: UInt64) {
        append(decimal: nanoseconds / 1_000_000_000)
        var (fraction, digits) = (nanoseconds % 1_000_000_000, 9)
        guard fraction > 0 else { return }
        while fraction % 10 == 0 {
            fraction /= 10
            digits -= 1
        }
        octets.append(UInt8(ascii: "."))
        append(decimal: fraction, digits: digits)
    }
}
