internal import Routing

/// What the counters of slots stood at when they were given to whom they are of now: whoever is new begins at nothing.
struct SlotBaselines {
    /// What a slot's last owner left.
    struct Baseline {
        /// Who has it now.
        var owner: String
        var counters: TrafficCounters
        /// Nil where nothing was counted.
        var durations: DurationHistogram?
    }

    /// By the slots of endpoints.
    var endpoints: [Int: Baseline] = [:]
    /// By the slots of routes and services.
    var statistics: [Int: Baseline] = [:]

    /// The owners' names of routes and services, which may be called alike.
    static func route(_ name: String) -> String { "route \(name)" }
    static func service(_ name: String) -> String { "service \(name)" }
}
