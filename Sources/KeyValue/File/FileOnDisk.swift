internal import CLinux
internal import Glibc

/// Reads a file whole and replaces it in one step.
// Safety: paths and buffers are passed to system calls that use them only while they run, with their true sizes.
enum FileOnDisk {
    /// What tells one state of a file from another without reading it.
    struct Signature: Equatable {
        var device: UInt64
        var node: UInt64
        var size: Int64
        var changed: Int64
        var mode: UInt32

        fileprivate init(_ info: stat) {
            device = UInt64(info.st_dev)
            node = UInt64(info.st_ino)
            size = Int64(info.st_size)
            changed = Int64(info.st_ctim.tv_sec) * 1_000_000_000 + Int64(info.st_ctim.tv_nsec)
            mode = info.st_mode
        }
    }

    /// The largest file that is read.
    static let byteCountMax = 64 * 1024 * 1024

    /// The signature of what is at `path` now; nil if there is nothing.
    static func signature(_ path: String) -> Signature? {
        var info = stat()
        return unsafe stat(path, &info) == 0 ? Signature(info) : nil
    }

    /// Whether a name was linked or renamed into place whole, and not just created to be written to.
    static func isComplete(_ path: String) -> Bool {
        var info = stat()
        guard unsafe lstat(path, &info) == 0 else { return true }
        return info.st_mode & S_IFMT != S_IFREG || info.st_nlink > 1
    }

    /// The file's octets; nil if there is no file.
    ///
    /// If it is being written to, it is read again, a few times.
    static func read(_ path: String) throws(KeyValueError) -> [UInt8]? {
        for attempt in 0..<5 {
            guard let (octets, isSettled) = try readOnce(path) else { return nil }
            if isSettled || attempt == 4 { return octets }
        }
        return nil
    }

    private static func readOnce(_ path: String) throws(KeyValueError) -> (octets: [UInt8], isSettled: Bool)? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure("not readable", path)
        }
        defer { close(descriptor) }
        var before = stat()
        guard unsafe fstat(descriptor, &before) == 0 else { throw failure("not readable", path) }
        guard before.st_mode & S_IFMT == S_IFREG else {
            throw KeyValueError(.invalid, "store: file:\(path): not a regular file: a YAML or JSON file")
        }
        var octets: [UInt8] = []
        octets.reserveCapacity(min(Int(before.st_size), byteCountMax) + 1)
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let size = piece.count
            let count = unsafe Glibc.read(descriptor, &piece, size)
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw failure("not readable", path)
            }
            octets += piece[..<count]
            guard octets.count <= byteCountMax else {
                throw KeyValueError(.invalid, "store: file:\(path): larger than \(byteCountMax) octets: a smaller file")
            }
        }
        var after = stat()
        guard unsafe fstat(descriptor, &after) == 0 else { throw failure("not readable", path) }
        return (octets, Signature(before) == Signature(after) && octets.count == after.st_size)
    }

    /// Puts `octets` in place of the file at `path` (which is no link), so that a reader sees the old or the new one.
    ///
    /// Once it returns, the new one survives a power cut. The file's permissions stay.
    static func replace(_ path: String, with octets: [UInt8]) throws(KeyValueError) {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        let name = path[slash...].dropFirst()
        let temporary = "\(folder)/.\(name).portico-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        let mode = signature(path).map { mode_t($0.mode & 0o7777) } ?? 0o644
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
