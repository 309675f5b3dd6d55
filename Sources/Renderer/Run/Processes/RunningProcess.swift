internal import CLinux
internal import Glibc
internal import Synchronization

/// A program that this one has started, as the leader of a process group of its own.
///
/// It must be waited for, once; signals reach it and all of its group, and none is sent once it has been waited for.
final class RunningProcess: Sendable {
    /// Where its output goes.
    enum Output: Sendable {
        /// To this process's.
        case shared
        /// Into these descriptors, which stay the caller's.
        case descriptors(output: Int32, errors: Int32)
    }

    /// Its number, and its group's.
    let id: Int32
    private let hasEnded = Mutex(false)

    /// Starts `arguments`, whose first is looked for along PATH.
    init(
        _ arguments: [String], environment: [String: String], output: Output = .shared, hasInput: Bool = false
    ) throws(ProcessFailure) {
        let words = Self.block(arguments)
        let variables = Self.block(environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
        var (out, err): (Int32, Int32) = (-1, -1)
        if case .descriptors(let output, let errors) = output { (out, err) = (output, errors) }
        guard let program = arguments.first, words.count == arguments.count else {
            throw ProcessFailure("\(arguments): an argument holds a NUL")
        }
        // Safety: the blocks outlive the call, and hold as many texts as it is told.
        let result = unsafe portico_spawn(
            words.texts, Int32(words.count), variables.texts, Int32(variables.count), out, err, hasInput ? 0 : 1, 1)
        guard result > 0 else {
            let reason = result == -ENOENT ? "no such program on PATH" : Self.text(ofError: -result)
            throw ProcessFailure("\(program): \(reason)")
        }
        id = result
    }

    /// Sends its whole group a signal.
    func signal(_ number: Int32) {
        hasEnded.withLock { if !$0 { _ = kill(-id, number) } }
    }

    /// Sends it alone a signal.
    func signalLeader(_ number: Int32) {
        hasEnded.withLock { if !$0 { _ = kill(id, number) } }
    }

    /// Blocks the calling thread until it has ended.
    func blockUntilEnd() -> ProcessEnding {
        var info = unsafe siginfo_t()
        // Looked at first and taken away only then, so that nobody signals a number that may be another's already.
        while unsafe waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) < 0, errno == EINTR { continue }
        return hasEnded.withLock { hasEnded in
            hasEnded = true
            var status: Int32 = 0
            while unsafe waitpid(id, &status, 0) < 0 {
                if errno != EINTR { return .exited(-1) }
            }
            return ProcessEnding(waitStatus: status)
        }
    }

    /// Waits until it has ended, on a thread of its own.
    func waitForEnd() async -> ProcessEnding {
        let ending = try? await BlockingThread.run { .success(self.blockUntilEnd()) }
        // Without a thread to wait on it is left to run.
        return ending ?? .exited(-1)
    }

    /// The system's words for an error.
    static func text(ofError code: Int32) -> String {
        // Safety: strerror's text is copied before anything else can change it.
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }

    private static func block(_ texts: [String]) -> (texts: [CChar], count: Int) {
        var block: [CChar] = []
        var count = 0
        for text in texts where !text.utf8.contains(0) {
            block += text.utf8.map { CChar(bitPattern: $0) }
            block.append(0)
            count += 1
        }
        return (block, count)
    }
}
