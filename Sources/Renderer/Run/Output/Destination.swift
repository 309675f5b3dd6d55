internal import Glibc

/// The file that a template makes: what it holds, and how a new text takes its place.
///
/// A new text is whole and on the disk beside the file, with its owner and mode, before anything of the file is touched; then
/// one rename puts it there. Whatever fails on the way leaves the file as it was.
struct Destination: Sendable {
    /// What the file holds and is.
    struct State: Sendable {
        var octets: [UInt8]
        var standing: DiskFile.Standing
    }

    /// A new text that is ready to take its place.
    struct Staged: Sendable {
        let file: DiskFile
        let octets: [UInt8]
    }

    let file: DiskFile
    private let settings: TemplateSettings
    /// Where a new text waits when the file is overwritten and its folder takes no other.
    private let shelter: String

    /// The destination of `settings`; nil if it has none.
    init?(_ settings: TemplateSettings, shelter: String) {
        guard let path = settings.destination, !path.isEmpty else { return nil }
        file = DiskFile(path)
        self.settings = settings
        self.shelter = shelter
    }

    /// What is there, nil for nothing.
    func state() throws(FileFailure) -> State? {
        guard let standing = try file.standing() else { return nil }
        guard standing.isRegular else { throw FileFailure("\(file.path): it is no regular file") }
        guard let octets = try file.read() else { return nil }
        return State(octets: octets, standing: standing)
    }

    /// Whether `octets` and the owner that is asked for are what `state` has.
    func isCurrent(_ octets: [UInt8], _ state: State?) throws(FileFailure) -> Bool {
        guard let state, state.octets == octets else { return false }
        let owner = try owner(over: state.standing)
        return owner.user == state.standing.user && owner.group == state.standing.group
    }

    /// Writes `octets` beside the file.
    func stage(_ octets: [UInt8], over state: State?) throws(FileFailure) -> Staged {
        if try DiskFile(file.folder).standing() == nil {
            guard settings.createsDirectories else {
                throw FileFailure("\(file.folder): no such folder: make it, or say create_dest_dirs = true")
            }
            try file.makeFolder()
        }
        let mode = settings.permissions ?? state?.standing.mode ?? 0o644
        let owner = try owner(over: state?.standing)
        let isOurs = owner.user == geteuid() && owner.group == getegid()
        // A dot keeps it out of what `include *.conf` and the like take up.
        let name = ".\(file.name).portico"
        let beside = file.sibling(name)
        do throws(FileFailure) {
            try beside.create(octets, mode: mode, owner: isOurs ? nil : owner)
            return Staged(file: beside, octets: octets)
        } catch {
            guard settings.writesInPlace, [EACCES, EROFS, EPERM].contains(error.code) else { throw error }
            let sheltered = DiskFile("\(shelter)/\(name)")
            try sheltered.makeFolder(mode: 0o700)
            try sheltered.create(octets, mode: 0o600)
            return Staged(file: sheltered, octets: octets)
        }
    }

    /// Puts a staged text into its place, keeping the old one as `.bak` if that is wished.
    func commit(_ staged: Staged, over state: State?) throws(FileFailure) {
        do throws(FileFailure) {
            if settings.keepsBackup, let state {
                let backup = file.sibling(file.name + ".bak")
                if settings.writesInPlace {
                    try backup.create(state.octets, mode: state.standing.mode)
                } else {
                    try backup.link(to: file)
                }
            }
            if settings.writesInPlace, let state {
                try file.overwrite(staged.octets, old: state.octets)
                staged.file.remove()
            } else {
                try staged.file.replace(file)
            }
        } catch {
            staged.file.remove()
            throw error
        }
    }

    /// Forgets a staged text.
    func discard(_ staged: Staged) {
        staged.file.remove()
    }

    private func owner(over standing: DiskFile.Standing?) throws(FileFailure) -> (user: UInt32, group: UInt32) {
        (
            try settings.user?.userNumber() ?? standing?.user ?? geteuid(),
            try settings.group?.groupNumber() ?? standing?.group ?? getegid()
        )
    }
}
