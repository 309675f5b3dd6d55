internal import Glibc
internal import Synchronization

// Safety: C structures are values of this file, handed to system calls that fill or read them while the call runs; buffers are
// passed with their true sizes.

/// The terminal that the program was started from: raw while it is held, and afterwards as it was, however the program ends.
final class Terminal: Sendable {
    /// What is to be put back.
    private struct Held: Sendable {
        var descriptor: Int32
        var attributes: termios
    }

    private static let held = Mutex<Held?>(nil)
    private static let restoresAtExit: Void = {
        _ = atexit { Terminal.restore() }
    }()
    /// Alternate screen, no cursor, no wrapping at the edge, pastes between marks; then whether it can hold pictures back.
    private static let beginning = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[?2004h\u{1B}[?2026$p"
    private static let ending = "\u{1B}[?2026l\u{1B}[?2004l\u{1B}[?7h\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l"
    /// How long a terminal that takes nothing is waited for, in milliseconds.
    private static let patience: Int32 = 1000

    let descriptor: Int32
    private let ended = Atomic(false)

    /// Whether the program is to end: by a signal, or because the terminal is gone.
    var isEnded: Bool { ended.load(ordering: .relaxed) }

    /// Whether somebody can read and type at this process's standard input and output.
    static var isThere: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

    /// Opens the terminal of standard output.
    init() throws(AdminFailure) {
        // Opened anew, so that not to wait for it is our own affair and not that of all who share standard output.
        let flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC
        var descriptor: Int32 = -1
        if let name = unsafe ttyname(STDOUT_FILENO) { descriptor = unsafe open(name, flags) }
        if descriptor < 0 { descriptor = unsafe open("/dev/tty", flags) }
        guard descriptor >= 0 else {
            throw AdminFailure(description: "the terminal cannot be opened: --once prints one table without it")
        }
        self.descriptor = descriptor
        _ = Self.restoresAtExit
    }

    /// The program is to end.
    func end() { ended.store(true, ordering: .relaxed) }

    /// What was typed; nil: nothing now, or the terminal is gone.
    func read() -> [UInt8]? {
        var piece = [UInt8](repeating: 0, count: 4096)
        let count = unsafe Glibc.read(descriptor, &piece, 4096)
        if count > 0 { return Array(piece[..<count]) }
        if count == 0 || ![EINTR, EAGAIN].contains(errno) { end() }
        return nil
    }

    /// Rows and columns now.
    var size: ScreenSize {
        var window = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_row > 0, window.ws_col > 0 else {
            return ScreenSize()
        }
        return ScreenSize(rows: Int(window.ws_row), columns: Int(window.ws_col))
    }

    // MARK: Raw and back

    /// Makes the terminal raw and shows a screen of our own; what was there comes back with ``leave()``.
    func enter() {
        Self.held.withLock { held in
            var attributes = termios()
            guard unsafe tcgetattr(descriptor, &attributes) == 0 else { return }
            if held == nil { held = Held(descriptor: descriptor, attributes: attributes) }
            unsafe cfmakeraw(&attributes)
            _ = unsafe tcsetattr(descriptor, TCSANOW, &attributes)
        }
        Self.write(Self.beginning, to: descriptor)
    }

    /// Puts the terminal back as it was.
    func leave() { Self.restore() }

    private static func restore() {
        held.withLock { held in
            guard var former = held else { return }
            held = nil
            write(ending, to: former.descriptor)
            _ = unsafe tcsetattr(former.descriptor, TCSANOW, &former.attributes)
            // What was typed or answered for us is not the shell's.
            tcflush(former.descriptor, TCIFLUSH)
        }
    }

    /// Asks the shell's job to stop, as Ctrl-Z does where a terminal is not raw.
    func askToSuspend() { kill(0, SIGTSTP) }

    /// Stops the process with the terminal put back, by the rules of the system: nobody stops who could not be woken.
    func suspend() {
        leave()
        var (former, standard) = (sigaction(), sigaction())
        var (set, mask) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGTSTP)
        _ = unsafe sigaction(SIGTSTP, &standard, &former)
        _ = unsafe pthread_sigmask(SIG_UNBLOCK, &set, &mask)
        raise(SIGTSTP)
        _ = unsafe pthread_sigmask(SIG_SETMASK, &mask, nil)
        _ = unsafe sigaction(SIGTSTP, &former, nil)
        enter()
    }

    // MARK: Writing

    /// Writes all of it, without a thread that waits.
    ///
    /// - Returns: false if the terminal took nothing for a second: what it shows is not known then.
    func write(_ octets: [UInt8]) async -> Bool {
        var rest = octets[...]
        var waited: Int32 = 0
        while !rest.isEmpty, waited < Self.patience, !isEnded {
            let count = unsafe Glibc.write(descriptor, Array(rest), rest.count)
            if count > 0 {
                rest = rest.dropFirst(count)
                waited = 0
                continue
            }
            guard errno == EAGAIN || errno == EINTR else {
                end()
                return false
            }
            waited += 5
            // Cancelled: what is left is written without a pause.
            try? await Task.sleep(for: .milliseconds(5))
        }
        return rest.isEmpty
    }

    /// Writes a few octets, waiting for the terminal for a second at the most.
    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe Glibc.write(descriptor, Array(rest), rest.count)
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard unsafe poll(&wanted, 1, patience) > 0 else { return }
            } else if errno != EINTR {
                return
            }
        }
    }
}
