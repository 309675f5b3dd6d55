/// The answers that templates see: what the sources said last, but for answers that look like a store gone wrong.
///
/// Held are, as ``AnswerGuard`` says: an answer that comes back empty after the store was away or with its index gone
/// backwards, and one that has lost too large a share at once. Ordinary removals act at once, down to the last entry. A hold
/// ends when the answer is whole again or its time is over; then it is believed.
///
/// Pure: time is given, in any monotonic measure.
struct AnswerBook: Sendable {
    /// What has become of an answer.
    enum Verdict: Sendable, Equatable {
        /// It is what templates see from now on.
        case accepted
        /// It is what they see already.
        case known
        /// It is not believed yet, for this reason.
        case held(String)
    }

    private struct Hold {
        var answer: Answer
        var until: Duration
    }

    /// What templates see.
    private(set) var answers: [Dependency: Answer] = [:]
    private var holds: [Dependency: Hold] = [:]

    init() {}

    /// Takes up what a source says.
    mutating func take(
        _ answer: Answer, to dependency: Dependency, isSuspect: Bool, guards: AnswerGuard, now: Duration
    ) -> Verdict {
        guard let known = answers[dependency] else {
            answers[dependency] = answer
            return .accepted
        }
        if known == answer {
            holds[dependency] = nil
            return .known
        }
        if guards.isEnabled, let reason = Self.suspicion(answer, after: known, isSuspect, guards) {
            let until = holds[dependency]?.until ?? now + guards.hold
            if until > now {
                let isNew = holds[dependency] == nil
                holds[dependency] = Hold(answer: answer, until: until)
                return isNew ? .held(reason) : .known
            }
        }
        holds[dependency] = nil
        answers[dependency] = answer
        return .accepted
    }

    /// Answers whose time of being held is over: they are believed now.
    mutating func release(now: Duration) -> [Dependency] {
        let due = holds.filter { $0.value.until <= now }
        for (dependency, hold) in due {
            answers[dependency] = hold.answer
            holds[dependency] = nil
        }
        return Array(due.keys)
    }

    /// When the next hold ends.
    var nextRelease: Duration? { holds.values.map(\.until).min() }

    /// How many answers are held.
    var heldCount: Int { holds.count }

    /// Forgets an answer.
    mutating func forget(_ dependency: Dependency) {
        answers[dependency] = nil
        holds[dependency] = nil
    }

    /// Why an answer is not to be believed at once; nil if it is.
    private static func suspicion(
        _ answer: Answer, after known: Answer, _ isSuspect: Bool, _ guards: AnswerGuard
    ) -> String? {
        let (before, after) = (known.count, answer.count)
        guard after < before else { return nil }
        if after == 0, isSuspect, guards.holdsEmpty { return "it came back empty after the store was away" }
        let isMass = Double(before - after) > guards.maximumDrop * Double(before)
        guard before >= guards.minimumEntries, isMass else { return nil }
        return "\(before - after) of \(before) are gone at once"
    }
}

extension Answer {
    /// How many entries it has; 0 or 1 for what is one thing.
    var count: Int {
        switch self {
        case .value(let octets): octets == nil ? 0 : 1
        case .pairs(let pairs): pairs.count
        case .services(let services): services.count
        case .catalog(let services): services.count
        case .nodes(let nodes): nodes.count
        case .node(let node): node?.node == nil ? 0 : 1
        case .names(let names): names.count
        case .secret(let data): data == nil ? 0 : 1
        }
    }
}
