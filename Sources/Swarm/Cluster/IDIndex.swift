/// IDs by a name that in most cases one of them has.
struct IDIndex: Sendable {
    private var one: [String: String] = [:]
    private var others: [String: Set<String>] = [:]

    init() {}

    /// The IDs that have a name, in no order.
    subscript(name: String) -> [String] {
        guard let id = one[name] else { return [] }
        return others.isEmpty ? [id] : [id] + (others[name] ?? [])
    }

    /// How many have a name.
    func count(_ name: String) -> Int { one[name] == nil ? 0 : 1 + (others[name]?.count ?? 0) }

    /// Notes that `id` has a name.
    mutating func insert(_ id: String, _ name: String) {
        guard let first = one[name] else {
            one[name] = id
            return
        }
        if first != id { others[name, default: []].insert(id) }
    }

    /// Notes that `id` has a name no more.
    mutating func remove(_ id: String, _ name: String) {
        if one[name] == id {
            one[name] = others[name]?.popFirst()
        } else {
            others[name]?.remove(id)
        }
        if others[name]?.isEmpty == true { others[name] = nil }
    }
}
