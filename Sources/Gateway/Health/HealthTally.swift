internal import Routing

/// What an endpoint counts as by its checks: up after so many that pass, down after so many that fail.
struct HealthTally: Sendable, Equatable {
    private(set) var health: EndpointHealth
    /// Checks in a row that speak against ``health``.
    private(set) var against: UInt16 = 0

    init(_ health: EndpointHealth) {
        self.health = health
    }

    /// Whether the last check spoke against what the endpoint counts as.
    var isInTransition: Bool { against > 0 }

    /// Takes one check's outcome; true if the endpoint counts as something else from now on.
    ///
    /// The first that passes makes up what was unknown, for that was in already.
    mutating func take(passed: Bool, _ policy: HealthPolicy) -> Bool {
        let speaksAgainst =
            switch health {
            case .up: !passed
            case .down: passed
            case .unknown: true
            }
        guard speaksAgainst else {
            against = 0
            return false
        }
        against = against == .max ? against : against + 1
        let needed = !passed ? policy.unhealthy : health == .unknown ? 1 : policy.healthy
        guard against >= max(1, needed) else { return false }
        health = passed ? .up : .down
        against = 0
        return true
    }
}
