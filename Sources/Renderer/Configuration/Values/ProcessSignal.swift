internal import Discovery
internal import Glibc

/// A signal that processes are sent.
public struct ProcessSignal: Sendable, Hashable, CustomStringConvertible {
    /// `SIGHUP`.
    public let name: String
    /// Its number on this system.
    public let number: Int32

    /// The signals that consul-template knows.
    ///
    /// SIGCHLD and SIGURG are left out, as they are there.
    public static let known: [ProcessSignal] = [
        ProcessSignal(name: "SIGABRT", number: SIGABRT), ProcessSignal(name: "SIGALRM", number: SIGALRM),
        ProcessSignal(name: "SIGBUS", number: SIGBUS), ProcessSignal(name: "SIGCONT", number: SIGCONT),
        ProcessSignal(name: "SIGFPE", number: SIGFPE), ProcessSignal(name: "SIGHUP", number: SIGHUP),
        ProcessSignal(name: "SIGILL", number: SIGILL), ProcessSignal(name: "SIGINT", number: SIGINT),
        ProcessSignal(name: "SIGIO", number: SIGIO), ProcessSignal(name: "SIGIOT", number: SIGABRT),
        ProcessSignal(name: "SIGKILL", number: SIGKILL), ProcessSignal(name: "SIGPIPE", number: SIGPIPE),
        ProcessSignal(name: "SIGPROF", number: SIGPROF), ProcessSignal(name: "SIGQUIT", number: SIGQUIT),
        ProcessSignal(name: "SIGSEGV", number: SIGSEGV), ProcessSignal(name: "SIGSTOP", number: SIGSTOP),
        ProcessSignal(name: "SIGSYS", number: SIGSYS), ProcessSignal(name: "SIGTERM", number: SIGTERM),
        ProcessSignal(name: "SIGTRAP", number: SIGTRAP), ProcessSignal(name: "SIGTSTP", number: SIGTSTP),
        ProcessSignal(name: "SIGTTIN", number: SIGTTIN), ProcessSignal(name: "SIGTTOU", number: SIGTTOU),
        ProcessSignal(name: "SIGUSR1", number: SIGUSR1), ProcessSignal(name: "SIGUSR2", number: SIGUSR2),
        ProcessSignal(name: "SIGWINCH", number: SIGWINCH), ProcessSignal(name: "SIGXCPU", number: SIGXCPU),
        ProcessSignal(name: "SIGXFSZ", number: SIGXFSZ),
    ]

    /// What ends a process at once, and cannot be caught.
    public static let kill = ProcessSignal(name: "SIGKILL", number: SIGKILL)
    /// What Ctrl-C sends.
    public static let interrupt = ProcessSignal(name: "SIGINT", number: SIGINT)
    /// What asks for the configuration to be read again.
    public static let hangUp = ProcessSignal(name: "SIGHUP", number: SIGHUP)
    /// What asks a process to end.
    public static let terminate = ProcessSignal(name: "SIGTERM", number: SIGTERM)

    private init(name: String, number: Int32) {
        self.name = name
        self.number = number
    }

    /// The signal called `text`, with or without `SIG`, in either case; nil if there is none.
    public init?(_ text: String) {
        let name = text.uppercased()
        guard let known = Self.known.first(where: { $0.name == name || $0.name == "SIG" + name }) else { return nil }
        self = known
    }

    /// Whether `text` says that there is to be no signal.
    public static func isNone(_ text: String) -> Bool {
        text.isEmpty || ["SIGNULL", "NULL"].contains(text.uppercased())
    }

    /// Why `text` is no signal.
    static func refusal(of text: String) -> String {
        let names = known.map(\.name)
        let nearest = nearestName(to: text, among: names)
        let hint = nearest.map { "did you mean \($0)?" } ?? "known are \(names.joined(separator: ", "))"
        return "\"\(text)\" is no signal: \(hint)"
    }

    /// Whether a process can catch it.
    public var isCatchable: Bool { number != SIGKILL && number != SIGSTOP }

    /// Its name.
    public var description: String { name }
}
