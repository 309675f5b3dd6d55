/// How an engine stands in the cluster.
public enum EngineCondition: String, Sendable {
    /// It is known by its address, and nobody has spoken with it yet, or it is not what it should be.
    case pending = "Pending"
    /// It answers.
    case healthy = "Healthy"
    /// It has failed to answer as often as it may.
    case unhealthy = "Unhealthy"
    /// It has left the discovery, and is spoken with no more.
    case disconnected = "Disconnected"
    /// An operator has it drained: it answers, and gets no container.
    case maintenance = "Maintenance"
}

/// An engine's condition, and what changes it: pure, without a clock or a connection.
///
/// ```
///  pending ──validated──> healthy <──succeeded── unhealthy
///                         healthy ──failures───> unhealthy
///  any ──left──> disconnected            healthy <──operator──> maintenance
/// ```
struct EngineStanding: Sendable, Equatable {
    /// What the rest of the cluster is to know of.
    enum Change: Sendable, Equatable {
        /// It was spoken with for the first time.
        case connected
        /// It is not to be counted on any more.
        case disconnected
        /// It is back.
        case reconnected
    }

    /// How it stands.
    private(set) var condition = EngineCondition.pending
    /// Failed calls in a row, of those that failed for want of a connection or an answer.
    private(set) var failures = 0
    /// What was wrong last; empty when nothing is.
    private(set) var error = ""
    /// Failures after which it counts as unhealthy, 1 or more.
    let failuresMax: Int
    /// It gets no new container, whatever its health.
    private(set) var isDrained = false

    init(failuresMax: Int) {
        self.failuresMax = max(1, failuresMax)
    }

    /// What schedulers go by: 0 where it gets no container, and less for each failure in a row.
    var health: Int {
        guard condition == .healthy, failures < failuresMax else { return 0 }
        return 100 - failures * 100 / failuresMax
    }

    /// Whether it answers: what is asked of its containers is asked of it.
    var isAnswering: Bool { condition == .healthy || condition == .maintenance }

    /// It is an engine, and is known now.
    mutating func validated() -> Change? {
        guard condition == .pending else { return nil }
        condition = isDrained ? .maintenance : .healthy
        failures = 0
        error = ""
        return .connected
    }

    /// It cannot be taken in, for this reason.
    mutating func refused(_ reason: String) {
        error = reason
    }

    /// A call failed for want of a connection or of an answer in time.
    mutating func failed(_ reason: String) -> Change? {
        failures += 1
        error = reason
        guard isAnswering, failures >= failuresMax else { return nil }
        condition = .unhealthy
        return .disconnected
    }

    /// A ping was answered: of one that was not counted on that says nothing yet.
    mutating func answered() {
        failures = 0
        if isAnswering { error = "" }
    }

    /// It answers and is known again.
    mutating func succeeded() -> Change? {
        failures = 0
        guard condition != .pending else { return nil }
        error = ""
        guard condition == .unhealthy else { return nil }
        condition = isDrained ? .maintenance : .healthy
        return .reconnected
    }

    /// Another engine answers at its address: it is to be made out anew.
    mutating func changedIdentity() -> Change? {
        let wasAnswering = isAnswering
        condition = .pending
        error = "another engine is at this address now"
        return wasAnswering ? .disconnected : nil
    }

    /// It is not among those that are discovered any more.
    mutating func left() -> Change? {
        let wasAnswering = isAnswering
        condition = .disconnected
        return wasAnswering ? .disconnected : nil
    }

    /// An operator takes it out of the scheduling, or back in.
    mutating func drain(_ isDrained: Bool) {
        self.isDrained = isDrained
        if isAnswering { condition = isDrained ? .maintenance : .healthy }
    }
}
