internal import Dispatch
internal import Glibc

/// What comes from a terminal, and from those who want the program on it to do something.
///
/// It takes over the keys and the signals that concern a terminal, for the rest of the process's life.
final class TerminalEvents {
    /// One event.
    enum Event: Sendable {
        /// Somebody types, or the terminal answers.
        case octets([UInt8])
        case resized
        /// The job is to be stopped (SIGTSTP).
        case suspended
        /// The job goes on (SIGCONT).
        case resumed
        /// ``Terminal/isEnded`` says so, too.
        case ended
    }

    private static let signals: [(Int32, Event)] = [
        (SIGWINCH, .resized), (SIGTSTP, .suspended), (SIGCONT, .resumed), (SIGTERM, .ended), (SIGINT, .ended),
        (SIGHUP, .ended), (SIGQUIT, .ended),
    ]

    private let sources: [any DispatchSourceProtocol]

    /// - Parameter tell: called on a thread of its own for each event.
    init(of terminal: Terminal, _ tell: @escaping @Sendable (Event) -> Void) {
        // A terminal that is gone is an error of its descriptor, not an end without putting things back.
        signal(SIGPIPE, SIG_IGN)
        var sources: [any DispatchSourceProtocol] = []
        for (number, event) in Self.signals {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler {
                if case .ended = event { terminal.end() }
                tell(event)
            }
            source.resume()
            sources.append(source)
        }
        let keys = DispatchSource.makeReadSource(fileDescriptor: terminal.descriptor)
        keys.setEventHandler {
            if let octets = terminal.read() { return tell(.octets(octets)) }
            guard terminal.isEnded else { return }
            keys.cancel()
            tell(.ended)
        }
        keys.resume()
        sources.append(keys)
        self.sources = sources
    }

    /// Nothing more is told.
    func end() { sources.forEach { $0.cancel() } }
}
