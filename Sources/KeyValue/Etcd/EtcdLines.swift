/// The messages of a stream, one a line, as they come.
struct EtcdLines {
    private var unfinished: [UInt8] = []
    private let octetsMax: Int

    /// No line yet.
    init(octetsMax: Int) {
        self.octetsMax = octetsMax
    }

    /// Takes what came.
    ///
    /// - Returns: the lines that are whole now; nil if one is larger than what is read.
    mutating func take(_ chunk: some Collection<UInt8>) -> [[UInt8]]? {
        var lines: [[UInt8]] = []
        var rest = chunk[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            unfinished += rest[..<end]
            lines.append(unfinished)
            unfinished = []
            rest = rest[rest.index(after: end)...]
        }
        guard unfinished.count + rest.count <= octetsMax else { return nil }
        unfinished += rest
        return lines
    }

    /// What came after the last line: an error that ends a stream has no end of line.
    var rest: [UInt8] { unfinished }
}
