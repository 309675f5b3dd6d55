/// The last so many IDs of many.
struct RecentIDs: Sendable {
    private let limit: Int
    private var members: Set<String> = []
    private var order: [String] = []
    private var next = 0

    /// Remembers up to `limit`, 1 or more.
    init(limit: Int) {
        self.limit = max(1, limit)
    }

    /// Whether `id` is among them.
    func contains(_ id: String) -> Bool { members.contains(id) }

    /// Adds an ID; the oldest gives way where there is no room.
    mutating func insert(_ id: String) {
        guard members.insert(id).inserted else { return }
        if order.count < limit {
            order.append(id)
        } else {
            members.remove(order[next])
            order[next] = id
        }
        next = (next + 1) % limit
    }
}
