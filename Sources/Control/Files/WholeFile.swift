internal import Glibc

// Safety: what is unsafe here are system calls that are given a path, or an array together with its own count, for the
// length of the call.

/// A file that is replaced as a whole: whoever reads it, after whatever crash, finds the old octets or the new ones.
struct WholeFile: Sendable {
    /// Why the file could not be read or written.
    struct Failure: Error, Sendable, CustomStringConvertible {
        let description: String
    }

    /// Its directory, made when it is first written.
    let directory: String
    /// Its name in there.
    let name: String

    init(directory: String, name: String) {
        self.directory = directory
        self.name = name
    }

    /// The file at `path`.
    init(path: String) {
        let slash = path.lastIndex(of: "/")
        directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// Its path.
    var path: String { directory == "/" ? "/\(name)" : "\(directory)/\(name)" }

    /// Who may do what with it, of the file that links lead to; nil if it is not there.
    var mode: UInt32? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return UInt32(status.st_mode) & 0o7777
    }

    /// More than this is no file of ours.
    static let maximumCount = 256 << 20

    /// Its octets, nil if it is not there.
    func read() throws(Failure) -> [UInt8]? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("open", path)
        }
        defer { close(file) }
        var octets: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe Glibc.read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", path) }
            guard count > 0 else { return octets }
            octets += chunk[..<count]
            guard octets.count <= Self.maximumCount else {
                throw Failure(description: "\(path): larger than \(Self.maximumCount) octets: it is no file of ours")
            }
        }
    }

    /// Replaces its octets: a new file, synced, renamed over the old one, and the directory synced.
    ///
    /// - Parameter mode: who may do what with it.
    func write(_ octets: [UInt8], mode: UInt32 = 0o644) throws(Failure) {
        if unsafe mkdir(directory, 0o755) != 0, errno != EEXIST { throw failure("mkdir", directory) }
        // Another edge may be writing it too: one that takes over begins before the former has ended.
        let temporary = "\(path).\(getpid()).new"
        let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard file >= 0 else { throw failure("create", temporary) }
        do throws(Failure) {
            try write(octets, to: file, path: temporary)
            guard fsync(file) == 0 else { throw failure("fsync", temporary) }
        } catch {
            close(file)
            _ = unsafe unlink(temporary)
            throw error
        }
        close(file)
        guard unsafe rename(temporary, path) == 0 else { throw failure("rename", temporary) }
        let folder = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    private func write(_ octets: [UInt8], to file: Int32, path: String) throws(Failure) {
        var rest = octets
        while !rest.isEmpty {
            let count = unsafe Glibc.write(file, rest, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path) }
            rest = Array(rest.dropFirst(count))
        }
    }

    private func failure(_ call: String, _ path: String) -> Failure {
        let code = errno
        return Failure(description: "\(path): \(call): \(unsafe String(cString: strerror(code)))")
    }
}
