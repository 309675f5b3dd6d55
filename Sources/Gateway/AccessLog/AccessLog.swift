internal import Glibc
internal import Synchronization

/// The access log's writer: one thread that takes entries from every worker's ring, formats them and writes.
///
/// However slow the destination is, workers are never held up: their rings fill, and lines are dropped and counted.
final class AccessLog: Sendable {
    private let configuration: AccessLogConfiguration
    let signal: LogSignal
    let rings: [LogRing]
    /// What it has taken lately; nil: that is not kept.
    let recent: RecentRequests?
    private let fd: Atomic<Int32>
    private let lost = Atomic<UInt64>(0)
    private let wantsReopen = Atomic<Bool>(false)
    /// The writer has written all that there was.
    let hasEnded = Atomic<Bool>(false)

    init(
        configuration: AccessLogConfiguration, workers: Int, listeners: [String]
    ) throws(GatewayStartError) {
        guard let signal = LogSignal() else {
            throw GatewayStartError(description: "access_log: no descriptor left for its signal: raise ulimit -n")
        }
        self.configuration = configuration
        self.signal = signal
        recent =
            configuration.recentBytes > 0 ? RecentRequests(limit: configuration.recentBytes, listeners: listeners) : nil
        rings = (0..<workers).map { _ in
            LogRing(
                count: Limits.logRingBytes, signal: signal, sample: configuration.sample,
                slow: configuration.slow > 0 ? UInt64(configuration.slow) * 1_000_000 : .max)
        }
        guard let opened = Self.open(configuration.path) else {
            let reason = unsafe String(cString: strerror(errno))
            throw GatewayStartError(
                description: "access_log: \(configuration.path): cannot be opened: \(reason):"
                    + " name a file in a folder that the edge may write to, or stdout")
        }
        fd = Atomic(opened)
    }

    private static func open(_ path: String) -> Int32? {
        switch path {
        case "stdout": return 1
        case "stderr": return 2
        default:
            let fd = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
            return fd >= 0 ? fd : nil
        }
    }

    /// Asks the writer to open the file anew.
    func reopen() {
        wantsReopen.store(true, ordering: .releasing)
        signal.raise()
    }

    /// Lines that were dropped because the writer was behind, or that could not be written.
    var dropped: UInt64 { rings.reduce(lost.load(ordering: .relaxed)) { $0 + $1.dropped.load(ordering: .relaxed) } }

    /// The writer's loop: until the signal is stopped and the rings are empty.
    func run() {
        var formatter = LogFormatter(format: configuration.format)
        var entries: [UInt8] = []
        var lines: [UInt8] = []
        var isCutOff = false
        while true {
            let isLast = signal.isStopped
            if wantsReopen.exchange(false, ordering: .acquiringAndReleasing) { openAgain() }
            for ring in rings {
                entries.removeAll(keepingCapacity: true)
                ring.take(into: &entries)
                recent?.add(entries)
                formatter.append(entries, to: &lines)
            }
            if !lines.isEmpty {
                if isCutOff { lines.insert(10, at: 0) }
                isCutOff = !write(lines)
                lines.removeAll(keepingCapacity: true)
                continue
            }
            if isLast {
                hasEnded.store(true, ordering: .releasing)
                return
            }
            signal.wait { rings.contains { !$0.isEmpty } || wantsReopen.load(ordering: .acquiring) }
        }
    }

    private func openAgain() {
        let old = fd.load(ordering: .relaxed)
        guard old > 2, let fresh = Self.open(configuration.path) else { return }
        fd.store(fresh, ordering: .relaxed)
        _ = close(old)
    }

    /// Writes whole lines; what cannot be written is lost, and counted: a full disk or a closed pipe holds no request up.
    ///
    /// - Returns: false where a line was begun and not ended.
    private func write(_ bytes: [UInt8]) -> Bool {
        let fd = fd.load(ordering: .relaxed)
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { all in
                unsafe Glibc.write(fd, all.baseAddress.map { unsafe $0 + sent }, all.count - sent)
            }
            if count > 0 {
                sent += count
                continue
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                // Somebody has made standard output so that it does not wait: the writer may.
                var wish = pollfd(fd: fd, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&wish, 1, Limits.logPollMilliseconds)
                continue
            }
            lost.add(UInt64(bytes[sent...].count { $0 == 10 }), ordering: .relaxed)
            return sent == 0 || bytes[sent - 1] == 10
        }
        return true
    }
}
