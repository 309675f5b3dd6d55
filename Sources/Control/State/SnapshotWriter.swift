internal import Logging
internal import Synchronization

/// Writes snapshots off the controller's path: the newest only, and no more than one a second.
final class SnapshotWriter: Sendable {
    private let file: WholeFile
    private let logger: Logger
    private let clock: ControlClock
    /// Told when writing begins to fail, with why, and when it succeeds again.
    private let onFault: @Sendable (String?) -> Void
    private let pending = Mutex<(@Sendable () -> TableSnapshot)?>(nil)
    /// Whether the last writing failed; held while one writes.
    private let writing = Mutex(false)
    private let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation
    /// The least time between two writes.
    static let interval: Duration = .seconds(1)

    init(
        file: WholeFile, clock: ControlClock, logger: Logger, onFault: @escaping @Sendable (String?) -> Void = { _ in }
    ) {
        self.onFault = onFault
        self.file = file
        self.clock = clock
        self.logger = logger
        (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Has `snapshot` written soon, unless a newer one comes before.
    func submit(_ snapshot: @escaping @Sendable () -> TableSnapshot) {
        pending.withLock { $0 = snapshot }
        ring.yield()
    }

    /// Writes until the task is cancelled, then what is still to be written.
    func run() async {
        for await _ in bell {
            writeNow()
            do { try await clock.sleep(clock.now() + Self.interval) } catch { break }
        }
        writeNow()
    }

    /// Writes what is still to be written, and returns when it is on disk.
    func writeNow() {
        writing.withLock { writePending(&$0) }
    }

    private func writePending(_ hasFailed: inout Bool) {
        guard let snapshot = pending.withLock({ $0.take() }) else { return }
        do {
            try file.write(snapshot().encoded())
            if hasFailed {
                logger.info("the last good table is kept on disk again: \(file.path)")
                onFault(nil)
            }
            hasFailed = false
        } catch {
            // Told once, not every second.
            if !hasFailed {
                logger.warning(
                    "the last good table cannot be kept: \(error): a restart while the store is away would begin empty")
                onFault("\(error)")
            }
            hasFailed = true
        }
    }
}
