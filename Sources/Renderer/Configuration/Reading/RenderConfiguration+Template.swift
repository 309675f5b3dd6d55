extension RenderConfiguration {
    /// How long a template's command may take unless something is said.
    static let commandTimeout = Duration.seconds(30)

    /// Reads the block of a template; `outer` is the outermost block.
    static func template(
        _ section: ConfigurationSection, in outer: ConfigurationSection, wait: WaitWindow?, isErrorFatal: Bool
    ) -> TemplateSettings? {
        let contents = section.name("contents")
        let file = section.name("source")
        let source: TemplateSettings.Source
        switch (file, contents) {
        case (let path?, nil): source = .file(path)
        case (nil, let text?): source = .contents(text)
        case (nil, nil):
            section.reader.report(section.place, "a template has neither source nor contents: add source = \"FILE\"")
            return nil
        default:
            section.reader.report(section.place, "a template has both source and contents: take one of them out")
            return nil
        }
        var template = TemplateSettings(source, destination: section.name("destination"), at: section.place)
        template.createsDirectories = section.flag("create_dest_dirs") ?? true
        template.permissions = section.permissions("perms")
        template.user = owner(section, "user", or: "uid")
        template.group = owner(section, "group", or: "gid")
        template.keepsBackup = section.flag("backup") ?? false
        template.failsOnMissingKey = section.flag("error_on_missing_key") ?? false
        template.isErrorFatal = section.flag("error_fatal") ?? isErrorFatal
        template.delimiters = delimiters(section, outer.section("default_delimiters"))
        template.deniedFunctions = section.patterns("function_denylist")
        let older = section.patterns("function_blacklist").filter { !template.deniedFunctions.contains($0) }
        template.deniedFunctions += older
        template.sandbox = section.name("sandbox_path")
        let own = section.section("wait")
        template.wait = own.saysAnything ? own.waitWindow() : wait
        template.readSafety(section, outer)
        return template
    }

    private static func owner(_ section: ConfigurationSection, _ key: String, or older: String) -> FileOwner? {
        let number = section.integer(older, in: 0...Int(UInt32.max) - 1)
        return section.name(key).map { FileOwner($0) } ?? number.map { .number(UInt32($0)) }
    }

    private static func delimiters(_ section: ConfigurationSection, _ standard: ConfigurationSection) -> Delimiters {
        var delimiters = Delimiters()
        if let left = section.name("left_delimiter") ?? standard.name("left") { delimiters.left = left }
        if let right = section.name("right_delimiter") ?? standard.name("right") { delimiters.right = right }
        return delimiters
    }
}

extension TemplateSettings {
    /// Reads the command and what Portico adds.
    fileprivate mutating func readSafety(_ section: ConfigurationSection, _ outer: ConfigurationSection) {
        let keys = SafetyKeys(section.withInherited(["reload", "haproxy", "guard"], from: outer))
        check = keys.check
        writesInPlace = keys.writesInPlace
        keptVersions = keys.keptVersions
        onError = keys.onError
        reload = keys.reload
        haproxy = keys.haproxy
        answerGuard = keys.answerGuard
        let exec = section.section("exec")
        let ownReload = section.section("reload").command("command")
        let own = exec.command("command") ?? section.command("command")
        if own != nil, ownReload != nil {
            section.reader.report(
                section.place, "a template has both a command and reload.command: take one of them out")
        }
        let older = section.duration("command_timeout")
        let timeout = older ?? RenderConfiguration.commandTimeout
        let isEnabled = exec.flag("enabled") ?? true
        // Read in any case, so that mistakes in a block that is off are found too.
        let settings = (own ?? keys.reloadCommand ?? RenderCommand(["true"])).map { exec.exec($0, timeout: timeout) }
        if isEnabled, own ?? keys.reloadCommand != nil { command = settings }
    }
}

extension ConfigurationSection {
    /// This block over `outer`, of whose keys only Portico's own have a meaning here; `blocks` are merged key by key.
    fileprivate func withInherited(_ blocks: [String], from outer: ConfigurationSection) -> ConfigurationSection {
        let merged = blocks.compactMap { key -> ConfigurationField? in
            let node = section(key).over(outer.section(key)).node
            return node.map { ConfigurationField(name: key, place: $0.place, value: $0) }
        }
        let kept = over(outer).node?.fields?.filter { !blocks.contains($0.name) } ?? []
        let node = ConfigurationNode(.object(kept + merged), at: place)
        return ConfigurationSection(node: node, path: path, reader: reader)
    }
}
