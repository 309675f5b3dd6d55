internal import Routing

/// The one of `names` that `name` was probably meant to be: at most two edits away, and fewer than half of its length.
public func nearestName(to name: String, among names: [String]) -> String? {
    var best: (name: String, distance: Int)?
    let scalars = Array(name.lowercased().unicodeScalars)
    guard scalars.count <= 64 else { return nil }
    for candidate in names {
        let distance = EditDistance.between(scalars, Array(candidate.lowercased().unicodeScalars))
        let isPlausible = distance <= 2 && distance * 2 < max(scalars.count, 3)
        if isPlausible, distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    return best?.name
}
