internal import CLinux
internal import Glibc
internal import NIOPosix

// Safety: descriptors are owned by the monitor and closed once; buffers are passed with their true sizes.

/// Waits for something on disk to change: a file to mean something else, or anything in some folders.
///
/// Told by inotify on folders, not on files: a rename over a file would go unseen otherwise. A file that is only just created
/// or being written is not reported before its writer closes it. Every now and then a signature is compared as well, for file
/// systems without inotify (NFS) and for writers that never close.
///
/// The waiting is done on a thread of its own, never on one of Swift's.
public final class FileMonitor: Sendable {
    private static let mask = UInt32(
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF
            | IN_ONLYDIR)

    /// What is looked at.
    struct Scope: Sendable, Equatable {
        /// Names in folders whose change counts.
        var points: Set<FileTrail.Point> = []
        /// Folders in which every change counts.
        var folders: Set<String> = []

        /// What may change what `path` means.
        init(trailOf path: String) { points = Set(FileTrail(path).points) }
    }

    private let events: Int32
    private let wake: Int32
    private let checkMilliseconds: Int32
    private let scope: @Sendable () -> Scope
    private let signature: @Sendable () -> [FileOnDisk.Signature?]
    private let thread = NIOThreadPool(numberOfThreads: 1)

    /// What a round of waiting goes by.
    public struct Watching: Sendable {
        /// By inotify's numbers; one folder may be known by several paths.
        fileprivate var folders: [Int32: Set<String>] = [:]
        fileprivate var scope: Scope
        fileprivate var seen: [FileOnDisk.Signature?] = []
    }

    /// A monitor of the file at `path`: written and closed, renamed over, removed, or a link on the way changed.
    ///
    /// Throws ``KeyValueError/Kind/unavailable`` if the system has no inotify instance left.
    public convenience init(_ path: String) throws(KeyValueError) {
        try self.init(
            "store: file:\(path)", checkMilliseconds: 2_000, scope: { Scope(trailOf: path) },
            signature: { [FileOnDisk.signature(FileTrail(path).target)] })
    }

    /// A monitor of what `scope` says at the beginning of each round, and of what `signature` compares every
    /// `checkMilliseconds`; `name` is for errors.
    init(
        _ name: String, checkMilliseconds: Int32, scope: @escaping @Sendable () -> Scope,
        signature: @escaping @Sendable () -> [FileOnDisk.Signature?]
    ) throws(KeyValueError) {
        self.checkMilliseconds = checkMilliseconds
        self.scope = scope
        self.signature = signature
        events = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        wake = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard events >= 0, wake >= 0 else {
            throw KeyValueError(
                .unavailable, "\(name): inotify: error \(errno): raise fs.inotify.max_user_instances")
        }
        thread.start()
    }

    deinit {
        if events >= 0 { close(events) }
        if wake >= 0 { close(wake) }
        let thread = thread
        Task { try? await thread.shutdownGracefully() }
    }

    /// Begins to watch, before anything is read: what happens after this returns is noticed.
    public func arm() -> Watching {
        var watching = Watching(scope: scope())
        // A folder may be made between the look and the watch: look again until nothing new is found.
        for _ in 0..<8 {
            for folder in watching.scope.folders.union(watching.scope.points.map(\.folder)) {
                let number = unsafe inotify_add_watch(events, folder, Self.mask)
                if number >= 0 { watching.folders[number, default: []].insert(folder) }
            }
            let now = scope()
            if now == watching.scope { break }
            watching.scope = now
        }
        watching.seen = signature()
        return watching
    }

    /// Waits until something may have changed since ``arm()``; false if the task was cancelled.
    public func waitForChange(_ watching: Watching) async -> Bool {
        await withTaskCancellationHandler {
            let hasHappened = (try? await thread.runIfActive { self.block(watching) }) != nil
            return hasHappened && !Task.isCancelled
        } onCancel: {
            endWait()
        }
    }

    /// Ends the wait that is under way, or the next: for whoever has a reason of his own to look again.
    func endWait() {
        var one: UInt64 = 1
        _ = unsafe write(wake, &one, 8)
    }

    /// Blocks this monitor's thread until something relevant happens.
    private func block(_ watching: Watching) {
        var previous = watching.seen
        while true {
            var waits = [
                pollfd(fd: events, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
            ]
            let count = unsafe poll(&waits, nfds_t(waits.count), checkMilliseconds)
            if count < 0, errno != EINTR { return }
            if waits[1].revents != 0 {
                var count: UInt64 = 0
                _ = unsafe read(wake, &count, 8)
                return
            }
            if waits[0].revents != 0, hasNews(watching) { return }
            guard count == 0 else { continue }
            // Unlike before, and no longer changing.
            let now = signature()
            if now != watching.seen, now == previous { return }
            previous = now
        }
    }

    /// Reads all events there are; whether one of them touches what is looked at.
    private func hasNews(_ watching: Watching) -> Bool {
        var isRelevant = false
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let size = buffer.count
            let count = unsafe read(events, &buffer, size)
            guard count > 0 else { return isRelevant }
            var rest = buffer[..<count]
            while rest.count >= 16 {
                let number = Int32(bitPattern: Self.word(rest, 0))
                let mask = Self.word(rest, 4)
                let length = Int(Self.word(rest, 12))
                guard rest.count >= 16 + length else { break }
                let name = rest.dropFirst(16).prefix(length).prefix { $0 != 0 }
                isRelevant = isRelevant || touches(number, mask, String(decoding: name, as: UTF8.self), watching)
                rest = rest.dropFirst(16 + length)
            }
        }
    }

    private func touches(_ number: Int32, _ mask: UInt32, _ name: String, _ watching: Watching) -> Bool {
        // Without a name it is the folder itself, or the queue ran over.
        guard !name.isEmpty else { return mask & UInt32(IN_IGNORED) == 0 || watching.folders[number] != nil }
        let scope = watching.scope
        let folder = watching.folders[number]?.first {
            scope.folders.contains($0) || scope.points.contains(FileTrail.Point(folder: $0, name: name))
        }
        guard let folder else { return false }
        return mask & UInt32(IN_CREATE) == 0 || FileOnDisk.isComplete("\(folder)/\(name)")
    }

    private static func word(_ octets: ArraySlice<UInt8>, _ offset: Int) -> UInt32 {
        var word: UInt32 = 0
        for place in (0..<4).reversed() { word = word << 8 | UInt32(octets[octets.startIndex + offset + place]) }
        return word
    }
}
