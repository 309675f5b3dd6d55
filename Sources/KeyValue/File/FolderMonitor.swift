internal import FoundationEssentials
internal import Synchronization

/// Waits for a change in a folder, in folders that belong to it, or of a link on the way to it: for whoever reads more from
/// there than one file.
///
/// What belongs to it is known only once it was read, so a round is: ``arm(_:)``, read, and again if reading has found other
/// folders; then ``waitForChange()``. For one task at a time.
public final class FolderMonitor: Sendable {
    /// Without inotify a change is noticed in this time: there may be thousands of files to compare.
    private static let checkMilliseconds: Int32 = 10_000

    private struct State {
        var folders: [String] = []
        var watching: FileMonitor.Watching?
    }

    /// Shared with the monitor's closures.
    private final class Box: Sendable {
        let state = Mutex(State())
    }

    private let box = Box()
    private let monitor: FileMonitor

    /// A monitor of the folder at `path`, which need not exist yet.
    ///
    /// Throws ``KeyValueError/Kind/unavailable`` if the system has no inotify instance left.
    public init(_ path: String) throws(KeyValueError) {
        monitor = try FileMonitor(
            path, checkMilliseconds: Self.checkMilliseconds,
            scope: { [box] in
                var scope = FileMonitor.Scope(trailOf: path)
                scope.folders = Set(box.state.withLock { $0.folders })
                return scope
            },
            signature: { [box] in Self.signature(of: [path] + box.state.withLock { $0.folders }) })
    }

    /// Begins to watch `folders`, before anything is read: what happens in them after this returns is noticed.
    public func arm(_ folders: [String]) {
        box.state.withLock { $0.folders = folders }
        let watching = monitor.arm()
        box.state.withLock { $0.watching = watching }
    }

    /// Waits until something may have changed since ``arm(_:)``; false if the task was cancelled.
    public func waitForChange() async -> Bool {
        let armed = box.state.withLock { $0.watching }
        let watching = armed ?? monitor.arm()
        return await monitor.waitForChange(watching)
    }

    /// Ends the wait that is under way, or the next, as if something had changed.
    public func wake() { monitor.endWait() }

    /// The signatures of all that is in `folders`, links and what they lead to.
    private static func signature(of folders: [String]) -> [FileOnDisk.Signature?] {
        var signatures: [FileOnDisk.Signature?] = []
        for folder in folders {
            signatures.append(FileOnDisk.signature(folder))
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            for name in names.sorted() { signatures.append(FileOnDisk.signature("\(folder)/\(name)")) }
        }
        return signatures
    }
}
