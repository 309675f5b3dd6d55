import Dispatch
import Glibc
import Renderer

/// The signals that `portico render` acts on or passes on to its child.
struct RenderSignals {
    /// The signals as they come.
    let stream: AsyncStream<ProcessSignal>
    private let continuation: AsyncStream<ProcessSignal>.Continuation
    /// Kept, for a source that nobody holds is no more.
    private let sources: [any DispatchSourceSignal]

    /// Signals that are the system's way of telling of a fault, of the terminal or of children; they keep their actions.
    private static let kept: Set<Int32> = [
        SIGABRT, SIGBUS, SIGCHLD, SIGFPE, SIGILL, SIGKILL, SIGPIPE, SIGPROF, SIGSEGV, SIGSTOP, SIGSYS, SIGTRAP, SIGTSTP,
        SIGTTIN, SIGTTOU, SIGURG, SIGCONT, SIGALRM, SIGIO, SIGXCPU, SIGXFSZ,
    ]

    /// Takes the signals over from their default actions, for the rest of the process's life.
    init(_ configuration: RenderConfiguration) {
        let (stream, continuation) = AsyncStream<ProcessSignal>.makeStream(bufferingPolicy: .bufferingNewest(64))
        var wanted = Set(ProcessSignal.known.map(\.number)).subtracting(Self.kept)
        for chosen in [configuration.killSignal, configuration.reloadSignal] {
            if let chosen, chosen.isCatchable { wanted.insert(chosen.number) }
        }
        var sources: [any DispatchSourceSignal] = []
        for number in wanted {
            guard let known = ProcessSignal.known.first(where: { $0.number == number }) else { continue }
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.yield(known) }
            source.resume()
            sources.append(source)
        }
        self.sources = sources
        self.stream = stream
        self.continuation = continuation
    }

    /// Ends the stream.
    func end() {
        continuation.finish()
    }
}
