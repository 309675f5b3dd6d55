internal import CLinux
internal import FoundationEssentials
internal import Glibc

// Safety: paths and buffers are passed to system calls that use them only while they run, with their true sizes.

/// Reads a file whole and replaces it in one step.
package enum FileOnDisk {
    /// What tells one state of a file from another without reading it.
    struct Signature: Equatable {
        /// Regular file, link, folder.
        var kind: FileAttributeType?
        var device: Int?
        var node: UInt64?
        var size: UInt64?
        var changed: Date?
        var mode: Int?
        /// How many names it has.
        var linkCount: Int?
    }

    /// The largest file that is read.
    static let byteCountMax = 64 * 1024 * 1024

    /// The signature of what is at `path` now, the link itself if it is one; nil if there is nothing.
    static func signature(_ path: String) -> Signature? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
        func number(_ key: FileAttributeKey) -> UInt64? {
            if let value = attributes[key] as? UInt64 { return value }
            if let value = attributes[key] as? UInt { return UInt64(value) }
            return (attributes[key] as? Int).flatMap { UInt64(exactly: $0) }
        }
        return Signature(
            kind: attributes[.type] as? FileAttributeType,
            device: number(.deviceIdentifier).map(Int.init(truncatingIfNeeded:)),
            node: number(.systemFileNumber), size: number(.size), changed: attributes[.modificationDate] as? Date,
            mode: number(.posixPermissions).map(Int.init(truncatingIfNeeded:)),
            linkCount: number(.referenceCount).map(Int.init(truncatingIfNeeded:)))
    }

    /// Whether a name was linked or renamed into place whole, and not just created to be written to.
    static func isComplete(_ path: String) -> Bool {
        guard let now = signature(path), now.kind == .typeRegular else { return true }
        return (now.linkCount ?? 1) > 1
    }

    /// The file's octets; nil if there is no file.
    ///
    /// If it is being written to, it is read again, a few times.
    package static func read(_ path: String) throws(KeyValueError) -> [UInt8]? {
        var octets: [UInt8]?
        for _ in 0..<5 {
            let target = FileTrail(path).target
            let before = signature(target)
            guard before?.kind == nil || before?.kind == .typeRegular else {
                throw KeyValueError(.invalid, "store: file:\(path): not a regular file: the path of one")
            }
            octets = try readOnce(target)
            if signature(FileTrail(path).target) == before { break }
        }
        return octets
    }

    private static func readOnce(_ path: String) throws(KeyValueError) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure("not readable", path)
        }
        defer { close(descriptor) }
        var octets: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let size = piece.count
            let count = unsafe Glibc.read(descriptor, &piece, size)
            if count == 0 { return octets }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw failure("not readable", path)
            }
            octets += piece[..<count]
            guard octets.count <= byteCountMax else {
                throw KeyValueError(.invalid, "store: file:\(path): larger than \(byteCountMax) octets: a smaller file")
            }
        }
    }

    /// Puts `octets` in place of the file at `path` (which is no link), so that a reader sees the old or the new one.
    ///
    /// Once it returns, the new one survives a power cut. The file's permissions stay.
    static func replace(_ path: String, with octets: [UInt8]) throws(KeyValueError) {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        let name = path[slash...].dropFirst()
        let temporary = "\(folder)/.\(name).portico-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        let mode = signature(path)?.mode.map { mode_t($0 & 0o7777) } ?? 0o644
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure("not writable", path) }
        var isDone = false
        defer {
            close(descriptor)
            if !isDone { unsafe unlink(temporary) }
        }
        var written = 0
        while written < octets.count {
            let count = unsafe Glibc.write(descriptor, Array(octets[written...]), octets.count - written)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("not writable", path) }
            written += count
        }
        guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0, unsafe rename(temporary, path) == 0 else {
            throw failure("not writable", path)
        }
        isDone = true
        let directory = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return }
        fsync(directory)
        close(directory)
    }

    /// Runs `body` while no other process of ours changes a file in `folder`.
    static func locked<Result>(
        _ folder: String, _ body: () throws(KeyValueError) -> Result
    ) async throws(KeyValueError) -> Result {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("not writable", folder) }
        defer { close(descriptor) }
        // Others hold it for milliseconds; waiting in the system call would hold up a thread that is not ours.
        for _ in 0..<500 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return try body() }
            guard errno == EWOULDBLOCK || errno == EINTR else { throw failure("not writable", folder) }
            do {
                try await Task.sleep(for: .milliseconds(10))
            } catch {
                throw KeyValueError(.unavailable, "store: file:\(folder): cancelled")
            }
        }
        throw KeyValueError(.unavailable, "store: file:\(folder): locked by another writer for 5 s: end that one")
    }

    private static func failure(_ problem: String, _ path: String) -> KeyValueError {
        let code = errno
        let kind: KeyValueError.Kind = code == EACCES || code == EPERM || code == EROFS ? .denied : .unavailable
        let text = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        return KeyValueError(kind, "store: file:\(path): \(problem): \(text)")
    }
}
