/// What templates may do besides writing their file: `writeToFile`, `plugin` and debug prints.
enum TemplateEffects {
    /// The effects of a run.
    static func effects(
        environment: [String: String], isDry: Bool, printDebug: @escaping @Sendable ([UInt8]) -> Void
    ) -> RenderEffects {
        var effects = RenderEffects()
        effects.writeFile = { write in
            if isDry { return }
            try Self.write(write)
        }
        effects.runPlugin = { try Self.runPlugin($0, $1, environment: environment) }
        effects.printDebug = printDebug
        return effects
    }

    private static func write(_ write: RenderEffects.FileWrite) throws {
        let file = DiskFile(write.path)
        let old = try file.read()
        let octets = write.appends ? (old ?? []) + write.contents : write.contents
        let user = write.user.isEmpty ? nil : try FileOwner(write.user).userNumber()
        let group = write.group.isEmpty ? nil : try FileOwner(write.group).groupNumber()
        let isOwned = user != nil || group != nil
        let standing = try file.standing()
        if old == octets, !isOwned, standing?.mode == write.permissions { return }
        try file.makeFolder()
        let fresh = file.sibling(".\(file.name).portico")
        // An owner of ~0 is left as it is.
        let owner = isOwned ? (user: user ?? .max, group: group ?? .max) : nil
        try fresh.create(octets, mode: write.permissions, owner: owner)
        try fresh.replace(file)
    }
}
