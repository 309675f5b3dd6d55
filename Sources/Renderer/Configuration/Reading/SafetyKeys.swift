/// What Portico adds to a template: said in its block, or outside of all for every template that does not say it.
struct SafetyKeys {
    var check: CheckSettings?
    var writesInPlace = false
    var keptVersions = 3
    var onError = ErrorConduct.keep
    var reload = ReloadSettings()
    /// The command of `reload`, which stands in for the template's own.
    var reloadCommand: RenderCommand?
    var haproxy: HAProxySettings?
    var answerGuard = AnswerGuard()

    /// More versions than this are an archive.
    private static let versions = 0...100

    /// What `section` says, a template's block over the outermost one.
    init(_ section: ConfigurationSection) {
        if let command = section.command("check") { check = CheckSettings(command) }
        if let timeout = section.duration("check_timeout") { check?.timeout = timeout }
        if let inPlace = section.flag("in_place") { writesInPlace = inPlace }
        if let versions = section.integer("versions", in: Self.versions) { keptVersions = versions }
        if let conduct = section.choice("on_error", of: ErrorConduct.self) { onError = conduct }
        readReload(section.section("reload"))
        let sockets = section.section("haproxy")
        var haproxy = HAProxySettings()
        haproxy.runtimeSocket = sockets.name("runtime_socket")
        haproxy.masterSocket = sockets.name("master_socket")
        haproxy.pidFile = sockets.name("pid_file")
        if haproxy != HAProxySettings() { self.haproxy = haproxy }
        readGuard(section.section("guard"))
    }

    private mutating func readReload(_ section: ConfigurationSection) {
        reloadCommand = section.command("command")
        if let interval = section.duration("min_interval") { reload.minimumInterval = interval }
        reload.verification = section.command("verify")
        if let timeout = section.duration("timeout") { reload.verificationTimeout = timeout }
    }

    private mutating func readGuard(_ section: ConfigurationSection) {
        if let isEnabled = section.flag("enabled") { answerGuard.isEnabled = isEnabled }
        if let holdsEmpty = section.flag("empty") { answerGuard.holdsEmpty = holdsEmpty }
        if let drop = section.share("max_drop") { answerGuard.maximumDrop = drop }
        if let count = section.integer("min_items") { answerGuard.minimumEntries = count }
        if let hold = section.duration("hold") { answerGuard.hold = hold }
    }
}
