/// Writes Prometheus's text format, version 0.0.4, octet by octet.
struct ExpositionWriter {
    /// Labels in the form in which they stand between braces, made once and written often.
    struct Labels: Sendable {
        fileprivate var octets: [UInt8]

        /// No labels.
        static let none = Labels(octets: [])

        /// Names and values, in their order.
        init(_ pairs: (name: String, value: String)...) {
            octets = []
            for (name, value) in pairs { add(name, value) }
        }

        private init(octets: [UInt8]) { self.octets = octets }

        /// These, and one more.
        func with(_ name: String, _ value: String) -> Labels {
            var more = self
            more.add(name, value)
            return more
        }

        private mutating func add(_ name: String, _ value: String) {
            if !octets.isEmpty { octets.append(UInt8(ascii: ",")) }
            octets.append(contentsOf: name.utf8)
            octets.append(contentsOf: "=\"".utf8)
            for octet in value.utf8 {
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
    }

    /// What has been written.
    private(set) var octets: [UInt8] = []
    private var name: [UInt8] = []

    /// A writer that expects to write so many octets.
    init(capacity: Int) {
        octets.reserveCapacity(capacity)
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
        sample(.none, seconds)
    }

    /// A sample of the family that was begun.
    mutating func sample(_ labels: Labels, _ value: some BinaryInteger) {
        head(labels)
        append(decimal: UInt64(clamping: value))
        octets.append(UInt8(ascii: "\n"))
    }

    /// A sample of the family that was begun.
    mutating func sample(_ labels: Labels, _ value: Double) {
        head(labels)
        append("\(value)\n")
    }

    /// The samples of a histogram: counts by `bounds`, of which the last is without one.
    ///
    /// - Parameters:
    ///   - bounds: ` le="0.5"} ` and so on, as ``bound(_:)`` makes them, the last of them `+Inf`.
    ///   - counts: of each range by itself.
    mutating func histogram(_ labels: Labels, bounds: [[UInt8]], counts: [UInt64], sum: Double) {
        var total: UInt64 = 0
        for (index, count) in counts.enumerated() {
            total &+= count
            octets.append(contentsOf: name)
            append("_bucket{")
            octets.append(contentsOf: labels.octets)
            if !labels.octets.isEmpty { octets.append(UInt8(ascii: ",")) }
            octets.append(contentsOf: bounds[index])
            append(decimal: total)
            octets.append(UInt8(ascii: "\n"))
        }
        head(labels, suffix: "_sum")
        append("\(sum)\n")
        head(labels, suffix: "_count")
        append(decimal: total)
        octets.append(UInt8(ascii: "\n"))
    }

    /// What stands behind a bucket's other labels.
    static func bound(_ seconds: Double?) -> [UInt8] {
        Array("le=\"\(seconds.map { "\($0)" } ?? "+Inf")\"} ".utf8)
    }

    private mutating func head(_ labels: Labels, suffix: StaticString = "") {
        octets.append(contentsOf: name)
        if suffix.utf8CodeUnitCount > 0 { append(suffix.description) }
        if !labels.octets.isEmpty {
            octets.append(UInt8(ascii: "{"))
            octets.append(contentsOf: labels.octets)
            octets.append(UInt8(ascii: "}"))
        }
        octets.append(UInt8(ascii: " "))
    }

    private mutating func append(_ text: String) { octets.append(contentsOf: text.utf8) }

    private mutating func append(decimal value: UInt64) {
        guard value >= 10 else { return octets.append(UInt8(ascii: "0") + UInt8(value)) }
        var divisor: UInt64 = 10
        while value / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            octets.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}
