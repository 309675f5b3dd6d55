/// Statuses of HTTP as people write them: `200-399`, or `200,204,301-302`.
public struct StatusSet: Sendable, Hashable, Codable {
    /// Its ranges, each within 100 to 599, in the order in which they were written.
    public let ranges: [ClosedRange<UInt16>]

    /// 200 to 399: what an endpoint answers that can serve.
    public static let fine = StatusSet(ranges: [200...399])
    /// 500 to 599: what an endpoint answers that cannot.
    public static let errors = StatusSet(ranges: [500...599])

    private init(ranges: [ClosedRange<UInt16>]) {
        self.ranges = ranges
    }

    /// From `200-399` or `200,204`; nil if it is neither.
    public init?(_ text: String) {
        var ranges: [ClosedRange<UInt16>] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { end -> UInt16? in
                let word = end.filter { $0 != " " }
                guard word.utf8.count == 3, word.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
                return UInt16(word)
            }
            guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last,
                first >= 100, last <= 599
            else { return nil }
            ranges.append(first...last)
        }
        guard !ranges.isEmpty, ranges.count <= 16 else { return nil }
        self.ranges = ranges
    }

    /// Whether `status` is one of them.
    @inlinable
    public func contains(_ status: UInt16) -> Bool {
        for range in ranges where range.contains(status) { return true }
        return false
    }
}

extension StatusSet: CustomStringConvertible {
    /// As people write it.
    public var description: String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }
}
