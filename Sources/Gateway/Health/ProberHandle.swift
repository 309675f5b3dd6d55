internal import Reactor
internal import Synchronization

/// What the prober is told.
enum ProberMessage: Sendable {
    /// A new table is in force: this is to be checked of it.
    case install(ProbePlan)
    /// An endpoint has left for answering badly.
    case ejected(Ejection)
    /// The gateway has ended.
    case stop
}

/// What other threads have of the prober: its mailbox, and where it tells what becomes of endpoints.
final class ProberHandle: Sendable {
    let mailbox: Mailbox<ProberMessage>
    /// What became of endpoints; those that nobody takes are dropped, the oldest first.
    let events: AsyncStream<EndpointEvent>
    private let teller: AsyncStream<EndpointEvent>.Continuation
    /// Checks under way, at the end of a turn.
    let underWay = Atomic<Int>(0)

    /// Nil when the process has no descriptor left.
    init?() {
        guard let mailbox = Mailbox<ProberMessage>() else { return nil }
        self.mailbox = mailbox
        (events, teller) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Limits.endpointEvents))
    }

    func post(_ message: ProberMessage) { mailbox.post(message) }

    func tell(_ event: EndpointEvent) { teller.yield(event) }

    /// Nothing more will come.
    func finish() { teller.finish() }
}
