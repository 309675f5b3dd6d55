internal import CLinux
internal import Glibc
internal import Synchronization

/// Wakes the log's writer: a worker makes the system call only when the writer sleeps.
final class LogSignal: Sendable {
    private let fd: Int32
    private let sleeping = Atomic<Bool>(false)
    private let stopped = Atomic<Bool>(false)

    init?() {
        fd = eventfd(0, Int32(EFD_CLOEXEC))
        guard fd >= 0 else { return nil }
    }

    deinit {
        _ = close(fd)
    }

    /// Says that there is something; for any thread.
    func raise() {
        // The entry must be seen by a writer that is about to sleep, or its going to sleep be seen here.
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        guard sleeping.load(ordering: .relaxed), sleeping.exchange(false, ordering: .acquiringAndReleasing) else {
            return
        }
        var one: UInt64 = 1
        _ = unsafe write(fd, &one, 8)
    }

    /// Says that nothing more will come.
    func stop() {
        stopped.store(true, ordering: .releasing)
        sleeping.store(true, ordering: .releasing)
        raise()
    }

    var isStopped: Bool { stopped.load(ordering: .acquiring) }

    /// Sleeps until something is raised, unless `hasWork` says that it is there already; then gathers for a while.
    func wait(_ hasWork: () -> Bool) {
        sleeping.store(true, ordering: .sequentiallyConsistent)
        if hasWork() || isStopped {
            sleeping.store(false, ordering: .releasing)
            return
        }
        var count: UInt64 = 0
        _ = unsafe read(fd, &count, 8)
        guard !isStopped else { return }
        var pause = timespec(tv_sec: 0, tv_nsec: Int(Limits.logGatherNanoseconds))
        _ = unsafe nanosleep(&pause, nil)
    }
}
