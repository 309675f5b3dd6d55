internal import CLinux
internal import Glibc
internal import NIOPosix

/// Waits for a file to mean something else: written and closed, renamed over, removed, or a link on the way changed.
///
/// Told by inotify on the folders of ``FileTrail``, not on the file: a rename over it would go unseen otherwise. A file
/// that is only just created or being written is not reported before its writer closes it. Every two seconds the file's
/// signature is compared as well, for file systems without inotify (NFS) and for writers that never close.
///
/// The waiting is done on a thread of its own, never on one of Swift's.
// Safety: descriptors are owned by this object and closed once; buffers are passed with their true sizes.
final class FileMonitor: Sendable {
    private static let mask = UInt32(
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF
            | IN_ONLYDIR)
    private static let checkMilliseconds: Int32 = 2000

    private let path: String
    private let events: Int32
    private let wake: Int32
    private let thread = NIOThreadPool(numberOfThreads: 1)

    /// What a round of waiting goes by.
    struct Watching: Sendable {
        fileprivate var folders: [Int32: String] = [:]
        fileprivate var trail: Set<String> = []
        fileprivate var seen: FileOnDisk.Signature?
    }

    /// A monitor of `path`.
    ///
    /// Throws ``KeyValueError/Kind/unavailable`` if the system has no inotify instance left.
    init(_ path: String) throws(KeyValueError) {
        self.path = path
        events = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        wake = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard events >= 0, wake >= 0 else {
            throw KeyValueError(
                .unavailable, "store: file:\(path): inotify: error \(errno): raise fs.inotify.max_user_instances")
        }
        thread.start()
    }

    deinit {
        if events >= 0 { close(events) }
        if wake >= 0 { close(wake) }
        let thread = thread
        Task { try? await thread.shutdownGracefully() }
    }

    /// Begins to watch, before the file is read: what happens after this returns is noticed.
    func arm() -> Watching {
        var watching = Watching()
        // A folder may be made between the look and the watch: look again until nothing new is found.
        for _ in 0..<8 {
            let trail = FileTrail(path)
            watching.trail = []
            for point in trail.points {
                watching.trail.insert("\(point.folder)/\(point.name)")
                let number = unsafe inotify_add_watch(events, point.folder, Self.mask)
                if number >= 0 { watching.folders[number] = point.folder }
            }
            if FileTrail(path) == trail { break }
        }
        watching.seen = FileOnDisk.signature(FileTrail(path).target)
        return watching
    }

    /// Waits until the file may have changed since ``arm()``; false if the task was cancelled.
    func waitForChange(_ watching: Watching) async -> Bool {
        await withTaskCancellationHandler {
            let hasHappened = (try? await thread.runIfActive { self.block(watching) }) != nil
            return hasHappened && !Task.isCancelled
        } onCancel: {
            var one: UInt64 = 1
            _ = unsafe write(wake, &one, 8)
        }
    }

    /// Blocks this monitor's thread until something relevant happens.
    private func block(_ watching: Watching) {
        var previous = watching.seen
        while true {
            var waits = [
                pollfd(fd: events, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
            ]
            let count = unsafe poll(&waits, nfds_t(waits.count), Self.checkMilliseconds)
            if count < 0, errno != EINTR { return }
            if waits[1].revents != 0 { return }
            if waits[0].revents != 0, hasNews(watching) { return }
            guard count == 0 else { continue }
            // Unlike before, and no longer changing.
            let now = FileOnDisk.signature(FileTrail(path).target)
            if now != watching.seen, now == previous { return }
            previous = now
        }
    }

    /// Reads all events there are; whether one of them touches the file's trail.
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
        guard let folder = watching.folders[number] else { return false }
        let full = "\(folder)/\(name)"
        guard watching.trail.contains(full) else { return false }
        return mask & UInt32(IN_CREATE) == 0 || FileOnDisk.isComplete(full)
    }

    private static func word(_ octets: ArraySlice<UInt8>, _ offset: Int) -> UInt32 {
        var word: UInt32 = 0
        for place in (0..<4).reversed() { word = word << 8 | UInt32(octets[octets.startIndex + offset + place]) }
        return word
    }
}
