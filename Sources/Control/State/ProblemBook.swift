public import Discovery
internal import Routing

/// A problem with the time since which it stands.
public struct StandingProblem: Sendable, Equatable {
    /// The problem.
    public var problem: DiscoveryProblem
    /// Seconds since 1970 at which it appeared.
    public var since: Int64
}

/// The problems that stand now, so that each is told once when it appears and once when it goes.
struct ProblemBook: Sendable {
    /// What makes a problem the same one as before.
    private struct Identity: Hashable {
        let subject: String
        let reason: String
        let source: String
    }

    /// What changed.
    struct Change: Sendable {
        var appeared: [DiscoveryProblem] = []
        var gone: [DiscoveryProblem] = []
    }

    private var standing: [Identity: StandingProblem] = [:]
    private var order: [Identity] = []

    /// All that stand, in the order in which they are found.
    var problems: [StandingProblem] { order.compactMap { standing[$0] } }

    /// Takes `problems` for all that stand at `time`, in seconds since 1970.
    mutating func update(_ problems: [DiscoveryProblem], time: Int64) -> Change {
        if problems.isEmpty, standing.isEmpty { return Change() }
        var change = Change()
        var next: [Identity: StandingProblem] = [:]
        order.removeAll()
        for problem in problems {
            let identity = Self.identity(problem)
            guard next[identity] == nil else { continue }
            let old = standing[identity]
            if old == nil { change.appeared.append(problem) }
            next[identity] = StandingProblem(problem: problem, since: old?.since ?? time)
            order.append(identity)
        }
        change.gone = standing.filter { next[$0.key] == nil }.map(\.value.problem).sorted { $0.subject < $1.subject }
        standing = next
        return change
    }

    /// A hold counts as one however many it still holds, an outage however the store words it.
    private static func identity(_ problem: DiscoveryProblem) -> Identity {
        let isState = problem.provenance == nil && (problem.subject.hasPrefix("held ") || problem.subject == "store")
        return Identity(
            subject: problem.subject, reason: isState ? "" : problem.reason, source: problem.provenance?.source ?? "")
    }
}
