/// The cluster's last events, so that clients may ask for what has been.
struct EventRing: Sendable {
    /// Events that are kept.
    let capacity: Int
    private var events: [ClusterEvent] = []
    private var next = 0

    /// A ring that keeps up to `capacity` events, 1 or more.
    init(capacity: Int = 1_024) {
        self.capacity = max(1, capacity)
    }

    /// Adds an event; the oldest gives way where there is no room.
    mutating func add(_ event: ClusterEvent) {
        if events.count < capacity {
            events.append(event)
        } else {
            events[next] = event
        }
        next = (next + 1) % capacity
    }

    /// Those that `query` asks for, by their times: engines' clocks differ, and their events come as they come.
    func events(_ query: EventQuery) -> [ClusterEvent] {
        guard query.since != nil else { return [] }
        return events.filter(query.allows).sorted { $0.time < $1.time }
    }
}
