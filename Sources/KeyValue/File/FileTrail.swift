internal import CLinux
internal import Glibc

/// The way to a file through symbolic links: what has to be watched to notice that the path means another file.
///
/// A Kubernetes ConfigMap, for one, is `store.yaml -> ..data/store.yaml` with `..data -> ..2024_01`, and a change renames
/// another link over `..data`: nothing happens to `store.yaml` itself.
// Safety: paths and buffers are passed to system calls that use them only while they run.
struct FileTrail: Equatable {
    /// A name in a folder whose change may change what the path means.
    struct Point: Hashable {
        /// The folder, without symbolic links.
        var folder: String
        /// The name in it.
        var name: String
    }

    /// The points: links on the way, then the file itself or the first part that is not there.
    private(set) var points: [Point] = []
    /// The file behind all links, or the path of what is missing.
    private(set) var target = "/"

    /// Links are followed this often, as the kernel does (ELOOP beyond).
    private static let linkCountMax = 40

    /// Follows `path` as it is now.
    init(_ path: String) {
        var pending = Array(Self.absolute(path).split(separator: "/").map(String.init).reversed())
        var folder = "/"
        var linkCount = 0
        while let name = pending.popLast() {
            if name == "." { continue }
            if name == ".." {
                folder = Self.parent(folder)
                continue
            }
            let full = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
            target = full
            let kind = Self.kind(full)
            if kind == S_IFLNK, let link = Self.link(full) {
                points.append(Point(folder: folder, name: name))
                linkCount += 1
                guard linkCount <= Self.linkCountMax else { return }
                if link.hasPrefix("/") { folder = "/" }
                pending += link.split(separator: "/").map(String.init).reversed()
            } else if kind == nil || pending.isEmpty {
                points.append(Point(folder: folder, name: name))
                // What is missing is made where the path says, with all that was to follow.
                target = ([full] + pending.reversed()).joined(separator: "/")
                return
            } else {
                folder = full
            }
        }
    }

    /// The folder that holds the file behind all links.
    var folder: String { Self.parent(target) }

    private static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.count
        guard unsafe getcwd(&buffer, count) != nil else { return "/\(path)" }
        return "\(text(buffer, upTo: buffer.firstIndex(of: 0) ?? 0))/\(path)"
    }

    private static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    private static func kind(_ path: String) -> mode_t? {
        var info = stat()
        return unsafe lstat(path, &info) == 0 ? info.st_mode & S_IFMT : nil
    }

    private static func link(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let size = buffer.count
        let count = unsafe readlink(path, &buffer, size)
        return count > 0 ? text(buffer, upTo: count) : nil
    }

    private static func text(_ buffer: [CChar], upTo count: Int) -> String {
        String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
