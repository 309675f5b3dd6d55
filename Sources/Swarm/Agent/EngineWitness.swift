internal import Logging

/// Whether an engine's entry is to be kept, by whether the engine answers.
///
/// - An engine that has answered and answers no more keeps its entry for as long as the entry lives without a heartbeat: the
///   heartbeat is the engine's. Managers see before that that it is unhealthy; an engine that is only restarted is no loss.
/// - One that has never answered has an entry all the same: an agent need not reach the address that others reach.
///
/// Pure: time is given, in any monotonic measure.
struct EngineWitness: Sendable {
    private let address: NodeAddress
    private let timeToLive: Duration
    private var answeredAt: Duration?
    private var isWarned = false

    init(address: NodeAddress, timeToLive: Duration) {
        self.address = address
        self.timeToLive = timeToLive
    }

    /// What is to become of the entry.
    enum Verdict: Sendable, Equatable {
        /// It is kept.
        case keep
        /// It is not renewed.
        case wait
        /// It is taken away.
        case remove
    }

    /// Whether the engine answered when it was asked last.
    private(set) var isAnswering = false

    /// Takes what came of asking: nil if it answered, else why it did not; `log` is told what is new.
    mutating func take(_ failure: String?, now: Duration, log: (Logger.Level, String) -> Void) -> Verdict {
        guard let failure else {
            if isWarned { log(.notice, "\(address): the engine answers") }
            isAnswering = true
            isWarned = false
            answeredAt = now
            return .keep
        }
        isAnswering = false
        defer { isWarned = true }
        guard let answeredAt else {
            if !isWarned { log(.warning, "\(failure): it is registered all the same: is --advertise right?") }
            return .keep
        }
        guard now - answeredAt >= timeToLive else {
            if !isWarned { log(.warning, "\(failure): it is not renewed") }
            return .wait
        }
        return .remove
    }
}
