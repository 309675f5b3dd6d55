/// The making of a ``CertificateTable``: which entries serve which name.
struct TableBuild {
    private(set) var sets: [CertificateSet] = []
    /// Names as they stand in the index, with the number of their set.
    private(set) var names: [(name: String, value: Int32)] = []
    private(set) var fallbackSet: Int32 = -1
    private let entries: [CertificateTable.Entry]
    private let now: Int64
    /// Sets by the numbers of their entries.
    private var known: [[Int]: Int32] = [:]

    init(_ entries: [CertificateTable.Entry], fallback: CertificateTable.Fallback, now: Int64) {
        self.entries = entries.sorted { $0.name < $1.name }
        self.now = now
        var candidates: [String: [Int]] = [:]
        for (number, entry) in self.entries.enumerated() {
            for name in entry.credential.facts.names { candidates[name, default: []].append(number) }
        }
        var chosen: [String: [Int]] = candidates.mapValues { choose($0) }
        for name in chosen.keys where !name.hasPrefix("*.") {
            guard let numbers = chosen[name], !numbers.contains(where: isValid), let dot = name.firstIndex(of: ".")
            else { continue }
            if let wildcard = chosen["*" + name[dot...]], wildcard.contains(where: isValid) { chosen[name] = wildcard }
        }
        for (name, numbers) in chosen.sorted(by: { $0.key < $1.key }) {
            names.append((CertificateTable.indexed(name), set(of: numbers)))
        }
        guard let number = fallbackEntry(fallback) else { return }
        // Its companions of other kinds, where it is what its own first name is served with.
        let companions = self.entries[number].credential.facts.names.first.flatMap { chosen[$0] } ?? []
        fallbackSet = set(of: companions.contains(number) ? companions : [number])
    }

    private func isValid(_ number: Int) -> Bool { entries[number].credential.facts.isValid(at: now) }

    private func fallbackEntry(_ fallback: CertificateTable.Fallback) -> Int? {
        switch fallback {
        case .first: entries.firstIndex { $0.name == "default" } ?? entries.indices.first
        case .named(let name): entries.firstIndex { $0.name == name }
        case .refuse: nil
        }
    }

    /// Of the certificates for one name, the best of each kind of key.
    private func choose(_ numbers: [Int]) -> [Int] {
        let best = KeyKind.Family.allCases.compactMap { family in
            numbers.filter { entries[$0].credential.facts.keyKind.family == family }.min { isBetter($0, than: $1) }
        }
        // One kind that is out of its time is not offered beside another that is not: the client might take it.
        let valid = best.filter(isValid)
        return valid.isEmpty ? best : valid
    }

    private func isBetter(_ one: Int, than other: Int) -> Bool {
        if isValid(one) != isValid(other) { return isValid(one) }
        let (end, otherEnd) = (entries[one].credential.facts.notAfter, entries[other].credential.facts.notAfter)
        if end != otherEnd { return end > otherEnd }
        return entries[one].name < entries[other].name
    }

    private mutating func set(of numbers: [Int]) -> Int32 {
        if let number = known[numbers] { return number }
        let number = Int32(sets.count)
        sets.append(CertificateSet(numbers.map { entries[$0] }))
        known[numbers] = number
        return number
    }
}
