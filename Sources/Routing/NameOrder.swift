/// The order of routes: by the octets of their names.
enum NameOrder {
    /// Indices of `descriptions` in that order; equal names in the order in which they are described.
    static func sorted(_ descriptions: [RouteDescription]) -> [Int] {
        // Mostly they come sorted, which this sees in one pass.
        let indices = Array(descriptions.indices)
        if indices.dropFirst().allSatisfy({ isBefore(descriptions[$0 - 1].name, descriptions[$0].name) }) {
            return indices
        }
        return indices.sorted {
            let (one, two) = (descriptions[$0].name, descriptions[$1].name)
            return one == two ? $0 < $1 : isBefore(one, two)
        }
    }

    private static func isBefore(_ one: String, _ two: String) -> Bool {
        one.utf8.lexicographicallyPrecedes(two.utf8)
    }
}
