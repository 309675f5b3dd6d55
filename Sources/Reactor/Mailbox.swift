internal import CLinux
internal import Glibc
internal import Synchronization

/// Messages to a worker from any other thread: a list under a lock that is held for a push or a swap, and an eventfd that
/// wakes the worker's epoll.
public final class Mailbox<Message: Sendable>: Sendable {
    /// What the worker's poller watches.
    public let fd: Int32
    private let messages = Mutex<[Message]>([])

    /// A mailbox; nil when the process has no descriptor left.
    public init?() {
        fd = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard fd >= 0 else { return nil }
    }

    deinit {
        _ = close(fd)
    }

    /// Adds `message` and wakes the worker.
    public func post(_ message: Message) {
        messages.withLock { $0.append(message) }
        var one: UInt64 = 1
        _ = unsafe write(fd, &one, 8)
    }

    /// All messages since the last call, oldest first; for the worker, when its poller names the mailbox.
    public func collect() -> [Message] {
        var count: UInt64 = 0
        _ = unsafe read(fd, &count, 8)
        return messages.withLock { list in
            let all = list
            list = []
            return all
        }
    }
}
