internal import FoundationEssentials

/// Finds and reads the files that configuration paths lead to.
struct ConfigurationFiles {
    /// What is wrong with files, each at its place.
    private(set) var errors: [ConfigurationError] = []
    /// What the readable ones hold, in their order.
    private(set) var documents: [ConfigurationNode] = []
    private var count = 0

    /// Reads each of `paths`: a file, or a folder whose files are read in the order of their names, and its folders' in theirs.
    ///
    /// In a folder symbolic links to files are read, those to folders are not followed, and names that begin with `..` are
    /// left out: a volume of Kubernetes keeps its real files there, and links to each of them beside.
    init(_ paths: [String]) {
        for path in paths {
            let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
            var isFolder = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                fail(path, "it is not there: a file or folder with the configuration is")
                continue
            }
            if isFolder { walk(path, depth: 1) } else { read(path) }
        }
    }

    private mutating func fail(_ path: String, _ message: String) {
        errors.append(ConfigurationError(SourcePlace(source: path), message))
    }

    private mutating func walk(_ folder: String, depth: Int) {
        guard depth <= ConfigurationLimits.directoryDepth else {
            fail(folder, "nested too deeply: at most \(ConfigurationLimits.directoryDepth) folders are read")
            return
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            fail(folder, "it cannot be listed: let this user read and enter it")
            return
        }
        let ordered = names.filter { !$0.hasPrefix("..") }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for name in ordered {
            let path = folder == "/" ? "/" + name : folder + "/" + name
            let type = Self.attributes(path)?[.type] as? FileAttributeType
            switch type {
            case .typeDirectory: walk(path, depth: depth + 1)
            case .typeSymbolicLink:
                var isFolder = false
                let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
                if !isThere { fail(path, "the link leads nowhere") } else if !isFolder { read(path) }
            default: read(path)
            }
            guard count <= ConfigurationLimits.files else { return }
        }
    }

    private static func attributes(_ path: String) -> [FileAttributeKey: Any]? {
        try? FileManager.default.attributesOfItem(atPath: path)
    }

    private mutating func read(_ path: String) {
        count += 1
        guard count <= ConfigurationLimits.files else {
            fail(path, "too many files: at most \(ConfigurationLimits.files) are read")
            return
        }
        // What a link leads to counts; a pipe or a device would be read without end.
        let target =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
            ? URL(filePath: path).resolvingSymlinksInPath().path : path
        let attributes = Self.attributes(target)
        guard attributes?[.type] as? FileAttributeType == .typeRegular else {
            fail(path, "it is no regular file")
            return
        }
        if let size = attributes?[.size] as? UInt64, size > UInt64(ConfigurationLimits.fileOctets) {
            fail(path, "too large: at most \(ConfigurationLimits.fileOctets) octets are read")
            return
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            fail(path, "it cannot be read: let this user read it")
            return
        }
        do throws(ConfigurationError) {
            documents.append(try ConfigurationSyntax.parse(Array(data), source: path))
        } catch {
            errors.append(error)
        }
    }
}
