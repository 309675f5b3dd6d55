internal import CLinux
internal import FoundationEssentials
internal import Glibc

// Safety: what is unsafe here are system calls that are given a path, or an array together with its own count, for the
// length of the call.

/// A file on disk: reading it whole, and the steps of replacing it.
struct DiskFile: Sendable, Hashable {
    /// What the system knows of a file besides its octets.
    struct Standing: Sendable, Equatable {
        var mode: UInt32
        var user: UInt32
        var group: UInt32
        var isRegular: Bool
    }

    /// More than this is no file of ours.
    private static let octetsMax = 256 << 20

    /// Its path.
    let path: String

    init(_ path: String) {
        self.path = path
    }

    /// The folder that it is in.
    var folder: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Its name in there.
    var name: String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// Its path from the root, for programs that have ideas of their own about where they are.
    var absolutePath: String {
        path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }

    /// A file beside it.
    func sibling(_ name: String) -> DiskFile {
        DiskFile(folder == "/" ? "/\(name)" : path.contains("/") ? "\(folder)/\(name)" : name)
    }

    /// What the system knows of it, or of what a link leads to; nil if it is not there.
    func standing() throws(FileFailure) -> Standing? {
        var facts = portico_file_facts()
        guard unsafe portico_read_file_facts(path, &facts) == 0 else {
            if errno == ENOENT { return nil }
            throw FileFailure("stat", path)
        }
        return Standing(mode: facts.mode, user: facts.user, group: facts.group, isRegular: facts.is_regular != 0)
    }

    /// Its octets, nil if it is not there.
    func read() throws(FileFailure) -> [UInt8]? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw FileFailure("open", path)
        }
        defer { close(file) }
        var octets: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let size = chunk.count
            let count = unsafe Glibc.read(file, &chunk, size)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFailure("read", path) }
            guard count > 0 else { return octets }
            octets += chunk[..<count]
            guard octets.count <= Self.octetsMax else {
                throw FileFailure("\(path): larger than \(Self.octetsMax) octets: it is no file of ours")
            }
        }
    }

    /// Makes it with these octets, on the disk before this returns; one that is there already is taken away first.
    func create(_ octets: [UInt8], mode: UInt32, owner: (user: UInt32, group: UInt32)? = nil) throws(FileFailure) {
        _ = unsafe unlink(path)
        // Nobody may look into it before its owner and mode are right.
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw FileFailure("create", path) }
        do throws(FileFailure) {
            try Self.write(octets, to: file, path)
            if let owner, fchown(file, owner.user, owner.group) != 0 {
                throw FileFailure(
                    "chown to \(owner.user):\(owner.group)", path,
                    hint: "run as root, or name a user and group of yours")
            }
            guard fchmod(file, mode_t(mode)) == 0 else { throw FileFailure("chmod", path) }
            guard fsync(file) == 0 else { throw FileFailure("fsync", path) }
        } catch {
            close(file)
            remove()
            throw error
        }
        // Some file systems tell of a full disk only here.
        guard close(file) == 0 else {
            let failure = FileFailure("close", path)
            remove()
            throw failure
        }
    }

    /// Gives it these octets and keeps the file that it is; `old` comes back if that fails.
    func overwrite(_ octets: [UInt8], old: [UInt8]) throws(FileFailure) {
        let file = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { throw FileFailure("open", path) }
        defer { close(file) }
        do throws(FileFailure) {
            // What does not fit fails here, before anything is lost.
            let size = off_t(octets.count)
            if octets.count > old.count {
                let code = posix_fallocate(file, 0, size)
                if code != 0, code != EOPNOTSUPP, code != EINVAL {
                    errno = code
                    throw FileFailure("allocate", path)
                }
            }
            try Self.write(octets, to: file, path)
            guard ftruncate(file, size) == 0 else { throw FileFailure("truncate", path) }
            guard fsync(file) == 0 else { throw FileFailure("fsync", path) }
        } catch {
            if lseek(file, 0, SEEK_SET) == 0, (try? Self.write(old, to: file, path)) != nil {
                _ = ftruncate(file, off_t(old.count))
                fsync(file)
            }
            throw error
        }
    }

    /// Takes the place of `other`, on the disk before this returns.
    func replace(_ other: DiskFile) throws(FileFailure) {
        guard unsafe rename(path, other.path) == 0 else {
            let isMount = errno == EBUSY || errno == EXDEV
            throw FileFailure(
                "rename", other.path, hint: isMount ? "is it mounted by itself? then say in_place = true" : nil)
        }
        let directory = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return }
        fsync(directory)
        close(directory)
    }

    /// Becomes another name of `other`.
    func link(to other: DiskFile) throws(FileFailure) {
        remove()
        guard unsafe Glibc.link(other.path, path) == 0 else { throw FileFailure("link", path) }
    }

    /// Takes it away, if it is there.
    func remove() {
        let code = errno
        _ = unsafe unlink(path)
        errno = code
    }

    /// Makes the folder that it is in, and those above.
    func makeFolder(mode: UInt32 = 0o755) throws(FileFailure) {
        try Self.makeFolder(folder, mode)
    }

    private static func makeFolder(_ path: String, _ mode: UInt32) throws(FileFailure) {
        if unsafe mkdir(path, mode_t(mode)) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw FileFailure("mkdir", path)
        }
        try makeFolder(String(path[..<slash]), mode)
        guard unsafe mkdir(path, mode_t(mode)) == 0 || errno == EEXIST else { throw FileFailure("mkdir", path) }
    }

    private static func write(_ octets: [UInt8], to file: Int32, _ path: String) throws(FileFailure) {
        var written = 0
        while written < octets.count {
            let piece = written == 0 ? octets : Array(octets[written...])
            let count = unsafe Glibc.write(file, piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileFailure("write", path) }
            written += count
        }
    }
}
