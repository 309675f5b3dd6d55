/// Whether a container moves to another node when its own is lost.
public enum ReschedulePolicy: String, Sendable {
    /// It stays where it was, and is listed as on a host that is down.
    case off
    /// It is created anew elsewhere.
    case onNodeFailure = "on-node-failure"

    /// What a container's policies say: none is ``off``.
    ///
    /// - Throws: if there is more than one, or one that is not known.
    public init(_ policies: [String]) throws(PlacementError) {
        guard policies.count <= 1 else { throw PlacementError("too many reschedule policies") }
        guard let text = policies.first else {
            self = .off
            return
        }
        guard let policy = ReschedulePolicy(rawValue: text) else {
            throw PlacementError("invalid reschedule policy: \(text)")
        }
        self = policy
    }
}
