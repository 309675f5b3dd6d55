import Foundation
import Glibc
import Synchronization

/// Pipes by descriptor: both ends are closed by whoever holds them.
enum Pipe {
    private static let making = Mutex(())

    static func make() throws -> (read: Int32, write: Int32) {
        try self.making.withLock { _ in
            var ends: [Int32] = [0, 0]
            guard unsafe pipe(&ends) == 0 else { throw Socket.failure("pipe") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return (ends[0], ends[1])
        }
    }

    /// Runs `body` while no pipe is without its close-on-exec mark, which a program started meanwhile would inherit.
    static func whileNoneIsHalfMade<Result>(_ body: () -> Result) -> Result {
        self.making.withLock { _ in body() }
    }

    /// What is there to read; nil at the end.
    static func read(_ descriptor: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count > 0 { return Array(buffer[..<count]) }
            if count == 0 || errno != EINTR { return nil }
        }
    }
}
