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
    /// Subjects of which there is one problem however it is worded.
    static let store = "store"
    static let configuration = "configuration"
    static let keeping = "state directory"
    private static let states: Set<String> = [store, configuration, keeping]

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
    /// Since when those stood that a former run knew of and that were not found again so far.
    private var former: [Identity: Int64] = [:]

    /// All that stand, in the order in which they are found.
    var problems: [StandingProblem] { order.compactMap { standing[$0] } }

    /// What a former run knew of: what is found again stands since then.
    mutating func restore(_ problems: [TableSnapshot.Problem]) {
        for problem in problems {
            former[Identity(subject: problem.subject, reason: problem.reason, source: problem.source)] = problem.since
        }
    }

    /// Takes `problems` for all that stand at `time`, in seconds since 1970.
    ///
    /// - Parameter isSettled: everything was heard: what a former run knew of and is not among them has been mended.
    mutating func update(_ problems: [DiscoveryProblem], time: Int64, isSettled: Bool = true) -> Change {
        defer { if isSettled { former = [:] } }
        if problems.isEmpty, standing.isEmpty { return Change() }
        var change = Change()
        var next: [Identity: StandingProblem] = [:]
        order.removeAll()
        for problem in problems {
            let identity = Self.identity(problem)
            guard next[identity] == nil else { continue }
            let old = standing[identity]
            if old == nil { change.appeared.append(problem) }
            next[identity] = StandingProblem(problem: problem, since: old?.since ?? former[identity] ?? time)
            order.append(identity)
        }
        change.gone = standing.filter { next[$0.key] == nil }.map(\.value.problem).sorted { $0.subject < $1.subject }
        standing = next
        return change
    }

    /// The standing problems in a form that outlives the process.
    static func kept(_ problems: [StandingProblem]) -> [TableSnapshot.Problem] {
        problems.prefix(keptMost).map { standing in
            let identity = identity(standing.problem)
            return TableSnapshot.Problem(
                subject: identity.subject, reason: identity.reason, source: identity.source, since: standing.since)
        }
    }

    /// As many are kept on disk: an operator reads no more.
    private static let keptMost = 1000

    /// A hold counts as one however many it still holds, an outage however the store words it.
    private static func identity(_ problem: DiscoveryProblem) -> Identity {
        let isState =
            problem.provenance == nil && (problem.subject.hasPrefix("held ") || states.contains(problem.subject))
        return Identity(
            subject: problem.subject, reason: isState ? "" : problem.reason, source: problem.provenance?.source ?? "")
    }
}
