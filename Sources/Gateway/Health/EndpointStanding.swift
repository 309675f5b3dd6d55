public import Routing
internal import Synchronization

/// How an endpoint stands with its checks and with the requests that it got.
public struct EndpointStanding: Sendable, Equatable {
    /// What its checks say.
    public var health = EndpointHealth.unknown
    /// It is out for answering badly.
    public var isEjected = false
    /// Requests and sessions that are there now.
    public var inFlight = 0
    /// Checks that have passed and failed.
    public var checksPassed: UInt64 = 0
    /// See `checksPassed`.
    public var checksFailed: UInt64 = 0
    /// Times that it was out for answering badly, and times that too many others were out for it to leave too.
    public var ejections: UInt64 = 0
    /// See `ejections`.
    public var ejectionsHeld: UInt64 = 0
    /// Why it failed its last check or was ejected last; empty if it never was.
    public var trouble = ""

    /// An endpoint that nothing is known of.
    public init() {}

    /// How `state` stands now.
    init(_ state: EndpointState) {
        health = EndpointHealth(rawValue: state.health.load(ordering: .relaxed)) ?? .unknown
        isEjected = state.isEjected.load(ordering: .relaxed)
        inFlight = state.inFlight.load(ordering: .relaxed)
        checksPassed = state.checksPassed.load(ordering: .relaxed)
        checksFailed = state.checksFailed.load(ordering: .relaxed)
        ejections = state.ejections.load(ordering: .relaxed)
        ejectionsHeld = state.ejectionsHeld.load(ordering: .relaxed)
        trouble = state.trouble.withLock { $0 }
    }
}
