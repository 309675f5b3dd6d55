/// The one of `names` that `name` was probably meant to be: at most two edits away, and fewer than half of its length.
public func nearestName(to name: String, among names: [String]) -> String? {
    var best: (name: String, distance: Int)?
    let scalars = Array(name.lowercased().unicodeScalars)
    guard scalars.count <= 64 else { return nil }
    for candidate in names {
        let distance = editDistance(scalars, Array(candidate.lowercased().unicodeScalars))
        let isPlausible = distance <= 2 && distance * 2 < max(scalars.count, 3)
        if isPlausible, distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    return best?.name
}

/// Insertions, deletions, replacements and swaps of neighbours that make `second` of `first`.
private func editDistance(_ first: [Unicode.Scalar], _ second: [Unicode.Scalar]) -> Int {
    var rows = [Array(0...second.count)]
    for (i, scalar) in first.enumerated() {
        var row = [i + 1]
        for (j, other) in second.enumerated() {
            var cost = min(rows[i][j] + (scalar == other ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, scalar == second[j - 1], other == first[i - 1] {
                cost = min(cost, rows[i - 1][j - 1] + 1)
            }
            row.append(cost)
        }
        rows.append(row)
    }
    return rows[first.count][second.count]
}
