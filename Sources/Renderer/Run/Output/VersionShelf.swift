internal import FoundationEssentials

/// What is kept of one destination beside its file: the last good versions, and whether its command is owed.
///
/// A folder of its own in the state folder, for this user alone: `destination` with the path, numbered versions, and `owed`
/// from before a new text takes its place until its command has succeeded, so that no crash and no restart loses a command.
struct VersionShelf: Sendable {
    let folder: String
    private let destination: String
    private let kept: Int

    /// The shelf of the file at `path` in `stateFolder`, which keeps `kept` versions.
    init(of path: String, in stateFolder: String, keeping kept: Int) {
        destination = DiskFile(path).absolutePath
        self.kept = kept
        // FNV-1a: two files of one name are told apart, and that is all that is asked of it.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for octet in destination.utf8 { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01b3 }
        let hex = String(hash, radix: 16)
        folder = "\(stateFolder)/\(DiskFile(path).name)-\(String(repeating: "0", count: 16 - hex.count))\(hex)"
    }

    private var owed: DiskFile { DiskFile("\(folder)/owed") }

    /// Whether the command has not succeeded since the file was last written.
    var isOwed: Bool { ((try? owed.standing()) ?? nil) != nil }

    /// Notes that the command has to run, before the file is written.
    func markOwed() throws(FileFailure) {
        guard !isOwed else { return }
        try prepare()
        try owed.create([], mode: 0o600)
    }

    /// Notes that the command has run.
    func clearOwed() {
        owed.remove()
    }

    /// The versions' numbers, the oldest first.
    var numbers: [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { $0.hasPrefix("version-") ? Int($0.dropFirst("version-".count)) : nil }.sorted()
    }

    /// The octets of a version, nil if it cannot be read.
    func version(_ number: Int) -> [UInt8]? { (try? file(number).read()) ?? nil }

    /// The newest version that is not `octets`.
    func newest(unlike octets: [UInt8]?) -> (number: Int, octets: [UInt8])? {
        for number in numbers.reversed() {
            if let version = version(number), version != octets { return (number, version) }
        }
        return nil
    }

    /// Keeps a version that has shown itself good.
    func keep(_ octets: [UInt8]) throws(FileFailure) {
        guard kept > 0 else { return }
        let numbers = numbers
        if let last = numbers.last, version(last) == octets { return }
        try prepare()
        let next = (numbers.last ?? 0) + 1
        // Never half a version: it gets its name when it is whole.
        let fresh = DiskFile("\(folder)/.version")
        try fresh.create(octets, mode: 0o600)
        try fresh.replace(file(next))
        for number in numbers.dropLast(kept - 1) { file(number).remove() }
    }

    private func file(_ number: Int) -> DiskFile { DiskFile("\(folder)/version-\(number)") }

    private func prepare() throws(FileFailure) {
        let path = DiskFile("\(folder)/destination")
        if try path.standing() != nil { return }
        try path.makeFolder(mode: 0o700)
        try path.create(Array("\(destination)\n".utf8), mode: 0o600)
    }
}
