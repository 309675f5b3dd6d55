import Gateway

extension EdgeCommand {
    /// What a running edge acts on, one after the other, wherever it comes from.
    final class EventStream: Sendable {
        /// Something that happened.
        enum Event: Sendable {
            case signal(SignalStream.Signal)
            /// At the place where successors find this process.
            case handover(HandoverPost.Event)
            /// The new process of this number has ended, and how.
            case successorEnded(Int32, String)
            /// It has had its time to be ready.
            case successorIsLate(Int32)
        }

        /// The events as they come.
        let events: AsyncStream<Event>
        private let continuation: AsyncStream<Event>.Continuation

        init() {
            (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(64))
        }

        /// Adds an event.
        func tell(_ event: Event) { continuation.yield(event) }

        /// Passes on what `signals` says until the task is cancelled.
        func follow(_ signals: SignalStream) async {
            for await signal in signals.signals { tell(.signal(signal)) }
        }
    }
}
