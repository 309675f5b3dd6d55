internal import Glibc

// Safety: what is unsafe here are system calls that are given a path, or an array together with its own count, for the
// length of the call, and memory of the C library's that is copied before it is given back.

/// What is read of the disk for ``CertificateFolder``, and written for ``DevelopmentFolder``.
enum FileAccess {
    /// A file's octets and who else may read them.
    struct File {
        var octets: [UInt8]
        var isReadableByAll: Bool
    }

    /// Names in a folder, in order, without `.` and `..`.
    static func names(of folder: String) throws(CertificateError) -> [String] {
        guard let stream = unsafe opendir(folder) else {
            throw failure("this folder cannot be read", folder, .certificate)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Whether `path` is a folder, or a link to one.
    static func isFolder(_ path: String) -> Bool {
        var facts = stat()
        return unsafe stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }

    /// The folder that holds what `path` is in the end, all links followed; nil if there is no such file.
    static func realFolder(of path: String) -> String? {
        guard let real = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(real) }
        let text = unsafe String(cString: real)
        guard let slash = text.lastIndex(of: "/"), slash != text.startIndex else { return "/" }
        return String(text[..<slash])
    }

    /// Reads a file.
    static func read(_ path: String, _ part: CertificateError.Part) throws(CertificateError) -> File {
        // A pipe that nobody writes to must not hold anybody up.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw failure("it cannot be read", path, part) }
        defer { close(file) }
        var facts = stat()
        guard unsafe fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw CertificateError(part, "it is no file", "a PEM file, or a link to one").at(path)
        }
        guard facts.st_size <= PEMBlock.maximumCount else {
            throw CertificateError(part, "\(facts.st_size) octets are more than any chain has").at(path)
        }
        var octets = [UInt8](repeating: 0, count: Int(facts.st_size))
        var count = 0
        while count < octets.count {
            let step = unsafe octets.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(file, buffer.baseAddress.map { unsafe $0 + count }, buffer.count - count)
            }
            if step < 0, errno == EINTR { continue }
            guard step >= 0 else { throw failure("it cannot be read", path, part) }
            guard step > 0 else { break }
            count += step
        }
        octets.removeLast(octets.count - count)
        return File(octets: octets, isReadableByAll: facts.st_mode & S_IROTH != 0)
    }

    /// Whether there is something at `path`, be it a link that leads nowhere.
    static func exists(_ path: String) -> Bool {
        var facts = stat()
        return unsafe lstat(path, &facts) == 0
    }

    /// Replaces a file as a whole, and makes the folder that it is in; `isPrivate` for its owner alone.
    static func write(_ octets: [UInt8], to path: String, isPrivate: Bool) throws(CertificateError) {
        let part: CertificateError.Part = isPrivate ? .key : .certificate
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[..<$0]) } ?? "."
        try makeFolder(folder.isEmpty ? "/" : folder)
        // A name that no scan looks at.
        let temporary = "\(folder)/.\(slash.map { String(path[path.index(after: $0)...]) } ?? path).new"
        _ = unsafe unlink(temporary)
        let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isPrivate ? 0o600 : 0o644)
        guard file >= 0 else { throw failure("it cannot be written", temporary, part) }
        defer { close(file) }
        var rest = octets[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = failure("it cannot be written", temporary, part)
                _ = unsafe unlink(temporary)
                throw error
            }
            rest = rest.dropFirst(count)
        }
        guard unsafe rename(temporary, path) == 0 else {
            let error = failure("it cannot be written", path, part)
            _ = unsafe unlink(temporary)
            throw error
        }
    }

    private static func makeFolder(_ path: String) throws(CertificateError) {
        guard !isFolder(path) else { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try makeFolder(String(path[..<slash])) }
        guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw failure("this folder cannot be made", path, .certificate)
        }
    }

    private static func failure(_ what: String, _ path: String, _ part: CertificateError.Part) -> CertificateError {
        let code = errno
        let remedy =
            switch code {
            case ENOENT: "make it, or name another"
            case EACCES: "let the edge's user read it"
            default: ""
            }
        return CertificateError(part, "\(what): \(unsafe String(cString: strerror(code)))", remedy).at(path)
    }
}
