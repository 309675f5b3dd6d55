import Routing
import Testing

@testable import Gateway

/// How checks make an endpoint up and down, without any of them being made.
@Suite struct HealthTallyTests {
    private let policy = {
        var policy = HealthPolicy()
        policy.healthy = 2
        policy.unhealthy = 3
        return policy
    }()

    /// What a tally counts as after each of `outcomes`: `+` passes, `-` fails.
    private func run(_ outcomes: String, from health: EndpointHealth) -> String {
        var tally = HealthTally(health)
        return outcomes.map { outcome in
            _ = tally.take(passed: outcome == "+", policy)
            return switch tally.health {
            case .unknown: "?"
            case .up: "u"
            case .down: "d"
            }
        }.joined()
    }

    @Test(arguments: [
        (EndpointHealth.unknown, "+", "u"),
        (.unknown, "---", "??d"),
        (.unknown, "--+", "??u"),
        (.up, "---", "uud"),
        (.up, "--+--+", "uuuuuu"),
        (.up, "--+---", "uuuuud"),
        (.down, "++", "du"),
        (.down, "+-+-", "dddd"),
        (.down, "+-++", "dddu"),
        (.up, "---++---", "uudduuud"),
    ])
    func risesAndFalls(from health: EndpointHealth, outcomes: String, expected: String) {
        let seen = run(outcomes, from: health)
        #expect(seen == expected)
    }

    @Test func tellsWhenItChangesAndWhenItMay() {
        var tally = HealthTally(.up)
        var seen: [String] = []
        for _ in 0..<4 {
            let hasChanged = tally.take(passed: false, policy)
            seen.append("\(hasChanged) \(tally.isInTransition)")
        }
        #expect(seen == ["false true", "false true", "true false", "false false"])
    }

    @Test func oneIsEnoughWhereThePolicySaysSo() {
        var quick = policy
        quick.healthy = 1
        quick.unhealthy = 1
        var tally = HealthTally(.up)
        let (falls, rises) = (tally.take(passed: false, quick), tally.take(passed: true, quick))
        #expect(falls && rises)
    }
}
