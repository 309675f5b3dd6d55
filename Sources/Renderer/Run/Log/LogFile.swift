internal import FoundationEssentials
internal import Glibc
internal import Synchronization

/// A log in a file that is begun anew when it is too large or too old: the old one goes on as `NAME-SECONDS.log`.
///
/// What cannot be written is lost: there is nobody to tell.
final class LogFile: Sendable {
    private struct State {
        var descriptor: Int32
        var octets: Int
        var began: ContinuousClock.Instant
    }

    private let settings: LogFileSettings
    private let path: String
    private let state: Mutex<State>

    /// Opens the file and goes on at its end.
    init(_ settings: LogFileSettings) throws(FileFailure) {
        self.settings = settings
        path = settings.path.hasSuffix("/") ? settings.path + "consul-template.log" : settings.path
        let file = DiskFile(path)
        try file.makeFolder()
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        state = Mutex(State(descriptor: try Self.open(path), octets: size, began: .now))
    }

    deinit {
        let descriptor = state.withLock { $0.descriptor }
        if descriptor >= 0 { close(descriptor) }
    }

    /// Writes a line.
    func write(_ line: String) {
        let octets = Array("\(line)\n".utf8)
        state.withLock { state in
            let isFull =
                settings.rotateOctets > 0 && state.octets > 0
                && state.octets + octets.count > settings.rotateOctets
            let isOld = settings.rotateInterval > .zero && .now - state.began >= settings.rotateInterval
            if isFull || isOld { rotate(&state) }
            // Safety: the array goes with its own count.
            let count = unsafe Glibc.write(state.descriptor, octets, octets.count)
            state.octets += max(0, count)
        }
    }

    private func rotate(_ state: inout State) {
        let name = DiskFile(path).name
        let stem = name.hasSuffix(".log") ? String(name.dropLast(4)) : name
        let suffix = name.hasSuffix(".log") ? ".log" : ""
        let old = DiskFile(path).sibling("\(stem)-\(Moment.now.seconds)\(suffix)")
        do throws(FileFailure) {
            try DiskFile(path).replace(old)
            let fresh = try Self.open(path)
            close(state.descriptor)
            state.descriptor = fresh
            state.octets = 0
        } catch {
            // The old file goes on, and it is tried again with the next interval.
            state.octets = 0
        }
        state.began = .now
        prune(stem, suffix)
    }

    private func prune(_ stem: String, _ suffix: String) {
        guard settings.rotateFiles != 0 else { return }
        let folder = DiskFile(path).folder
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let old = names.filter { name in
            name.hasPrefix("\(stem)-") && name.hasSuffix(suffix)
                && !name.dropFirst(stem.count + 1).dropLast(suffix.count).contains { !$0.isNumber }
        }.sorted()
        for name in old.dropLast(max(0, settings.rotateFiles)) { DiskFile(path).sibling(name).remove() }
    }

    private static func open(_ path: String) throws(FileFailure) -> Int32 {
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw FileFailure("open", path) }
        return descriptor
    }
}
