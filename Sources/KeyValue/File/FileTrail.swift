internal import FoundationEssentials

/// The way to a file through symbolic links: what has to be watched to notice that the path means another file.
///
/// A Kubernetes ConfigMap, for one, is `store.yaml -> ..data/store.yaml` with `..data -> ..2024_01`, and a change renames
/// another link over `..data`: nothing happens to `store.yaml` itself.
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
            let kind = FileOnDisk.signature(full)?.kind
            if kind == .typeSymbolicLink, let link = try? FileManager.default.destinationOfSymbolicLink(atPath: full) {
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
        path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }

    private static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }
}
