import Dispatch
import Glibc

extension EdgeCommand {
    /// The signals that an edge acts on, one after the other.
    struct SignalStream {
        /// A signal.
        enum Signal: Sendable, CaseIterable {
            /// SIGHUP: read the configuration anew.
            case reload
            /// SIGUSR1: open the logs anew.
            case reopenLogs
            /// SIGUSR2: have the program, started anew, take over.
            case takeOver
            /// SIGTERM or SIGINT: drain and stop.
            case stop

            var numbers: [Int32] {
                switch self {
                case .reload: [SIGHUP]
                case .reopenLogs: [SIGUSR1]
                case .takeOver: [SIGUSR2]
                case .stop: [SIGTERM, SIGINT]
                }
            }
        }

        /// The signals as they come.
        let signals: AsyncStream<Signal>
        /// Kept, for a source that nobody holds is no more.
        private let sources: [any DispatchSourceSignal]

        /// Takes the signals over from their default actions, for the rest of the process's life.
        init() {
            let (stream, continuation) = AsyncStream<Signal>.makeStream(bufferingPolicy: .bufferingNewest(16))
            var sources: [any DispatchSourceSignal] = []
            for event in Signal.allCases {
                for number in event.numbers {
                    signal(number, SIG_IGN)
                    let source = DispatchSource.makeSignalSource(signal: number)
                    source.setEventHandler { continuation.yield(event) }
                    source.resume()
                    sources.append(source)
                }
            }
            // A peer that has gone is an error of its socket, not an end of the process.
            signal(SIGPIPE, SIG_IGN)
            self.sources = sources
            signals = stream
        }
    }
}
