/// Finds what a mistyped key was meant to be.
enum NearestKey {
    /// The one of `names` that is at most two edits away from `name`, and fewer than half of its length.
    static func find(_ name: String, among names: [String]) -> String? {
        // Longer ones are no slip of the finger.
        guard name.unicodeScalars.count <= 64 else { return nil }
        let typed = Array(name.lowercased().unicodeScalars)
        let ranked = names.map { (name: $0, distance: distance(typed, Array($0.unicodeScalars))) }
        let best = ranked.min { $0.distance < $1.distance }
        guard let best, best.distance <= 2, best.distance * 2 < max(typed.count, 3) else { return nil }
        return best.name
    }

    /// Insertions, deletions, replacements and swaps of neighbours that make `second` of `first`.
    private static func distance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
        var before: [Int] = []
        var above = Array(0...second.count)
        for (row, scalar) in first.enumerated() {
            var current = [row + 1]
            for (column, other) in second.enumerated() {
                var cost = min(above[column] + (scalar == other ? 0 : 1), above[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, scalar == second[column - 1], other == first[row - 1] {
                    cost = min(cost, before[column - 1] + 1)
                }
                current.append(cost)
            }
            (before, above) = (above, current)
        }
        return above[second.count]
    }
}
