internal import CLinux
internal import Glibc
internal import Synchronization

/// The program started anew beside this process, to take over from it.
public final class SuccessorProcess: Sendable {
    /// Its number.
    public let id: Int32
    private let hasEnded = Mutex(false)

    /// Starts it with this process's output, in its group, so that what ends this one by its group ends both.
    ///
    /// - Parameters:
    ///   - arguments: the program's path, or its name along PATH, and what it is told.
    ///   - environment: all of its environment.
    ///   - onEnd: told once how it has ended, on a thread of its own.
    public init(
        _ arguments: [String], environment: [String: String],
        onEnd: @escaping @Sendable (_ id: Int32, _ how: String) -> Void
    ) throws(HandoverError) {
        let words = Self.block(arguments)
        let variables = Self.block(environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
        // Safety: the blocks outlive the call, and hold as many texts as it is told.
        let result = unsafe portico_spawn(
            words, Int32(arguments.count), variables, Int32(environment.count), -1, -1, 0, 0)
        guard result > 0 else {
            throw HandoverError(
                description:
                    "\(arguments.first ?? ""): it cannot be started: \(unsafe String(cString: strerror(-result)))")
        }
        id = result
        let isWatched = ThreadBody.spawn("successor") { [self] in onEnd(id, waitForEnd()) }
        guard isWatched else {
            end()
            throw HandoverError(description: "no thread can be made to wait for the new process")
        }
    }

    /// Has it end.
    public func end() {
        hasEnded.withLock { if !$0 { _ = kill(id, SIGTERM) } }
    }

    private func waitForEnd() -> String {
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0 {
            if errno != EINTR { return "has ended" }
        }
        hasEnded.withLock { $0 = true }
        return status & 0x7f == 0
            ? "has ended with status \(status >> 8 & 0xff)" : "was ended by signal \(status & 0x7f)"
    }

    static func block(_ texts: [String]) -> [CChar] {
        texts.flatMap { $0.utf8.map { CChar(bitPattern: $0) } + [0] } + [0]
    }

    /// The program that this process would be if it were started now: what `name`, its first argument, leads to, or else
    /// the file that it was started from, or that has taken that one's place.
    public static func program(_ name: String) -> String {
        if name.contains("/") {
            if unsafe access(name, X_OK) == 0 { return name }
        } else if !name.isEmpty, path(of: name) {
            return name
        }
        var room = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink("/proc/self/exe", &room, room.count)
        let link = String(decoding: room.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let gone = " (deleted)"
        return link.hasSuffix(gone) ? String(link.dropLast(gone.count)) : link
    }

    private static func path(of name: String) -> Bool {
        guard let folders = unsafe getenv("PATH").map({ unsafe String(cString: $0) }) else { return false }
        return folders.split(separator: ":").contains { unsafe access("\($0)/\(name)", X_OK) == 0 }
    }
}
