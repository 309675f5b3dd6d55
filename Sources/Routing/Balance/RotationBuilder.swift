/// Makes the sequences by which weighted round-robin goes: each endpoint as often as it weighs, evenly spread.
struct RotationBuilder {
    /// Entries in a sequence at most, unless there are more endpoints: beyond it weights are scaled down, so the
    /// shares are right to 1/4096.
    ///
    /// It bounds memory and compile time whatever the weights are.
    static let limit = 4_096

    /// All sequences, one behind the other.
    private(set) var sequences: [Int32] = []
    /// Services mostly share a few patterns of weights: each is computed once.
    private var known: [[Int32]: (start: Int32, count: Int32)] = [:]

    /// Where the sequence for `endpoints` is; a count of 0 if all weigh the same.
    mutating func sequence(for endpoints: ArraySlice<EndpointRecord>) -> (start: Int32, count: Int32) {
        guard let first = endpoints.first, endpoints.contains(where: { $0.weight != first.weight }) else {
            return (0, 0)
        }
        let weights = Self.reduced(endpoints.map(\.weight))
        if let range = known[weights] { return range }
        let start = Int32(sequences.count)
        sequences += Self.spread(weights)
        let range = (start: start, count: Int32(sequences.count) - start)
        known[weights] = range
        return range
    }

    /// `weights` over their greatest common divisor, scaled down if the sum passes the limit.
    ///
    /// None becomes 0.
    static func reduced(_ weights: [Int32]) -> [Int32] {
        let divisor = weights.reduce(0, greatestCommonDivisor)
        guard divisor > 0 else { return weights }
        let total = weights.reduce(0) { $0 + Int($1 / divisor) }
        if total <= limit { return weights.map { $0 / divisor } }
        return weights.map { max(1, Int32(Int($0 / divisor) * limit / total)) }
    }

    private static func greatestCommonDivisor(_ first: Int32, _ second: Int32) -> Int32 {
        var (first, second) = (first, second)
        while second != 0 { (first, second) = (second, first % second) }
        return first
    }

    /// Indices of `weights`, each as often as it weighs, in the order in which their turns fall due.
    ///
    /// An endpoint of weight w has a turn every w-th part of the rotation. The first endpoint's turns come early in those
    /// parts and the last one's late, so that two light ones do not fall due at once and leave a heavy one a long run.
    static func spread(_ weights: [Int32]) -> [Int32] {
        struct Turn {
            var due: Double
            var index: Int32
        }
        var turns: [Turn] = []
        turns.reserveCapacity(weights.reduce(0) { $0 + Int($1) })
        for (index, weight) in weights.enumerated() {
            let phase = (Double(index) + 0.5) / Double(weights.count)
            for turn in 0..<weight {
                turns.append(Turn(due: (Double(turn) + phase) / Double(weight), index: Int32(index)))
            }
        }
        turns.sort { ($0.due, $0.index) < ($1.due, $1.index) }
        return turns.map(\.index)
    }
}
