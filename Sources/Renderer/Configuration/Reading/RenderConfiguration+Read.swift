extension RenderConfiguration {
    /// Reads the merged layers.
    ///
    /// - Parameter isOnce: whether it ends after one complete run, in which nothing is waited for.
    init(_ layer: ConfigurationLayer, isOnce: Bool, reader: ConfigurationReader) {
        self.init()
        let root = ConfigurationSection(node: layer.root, path: "", reader: reader)
        store = root.name("store")
        consul = Self.consul(root.section("consul"))
        vault = Self.vault(root.section("vault"))
        nomad = Self.nomad(root.section("nomad"))
        deduplication = Self.deduplication(root.section("deduplicate"))
        exec = Self.child(root.section("exec"))
        killSignal = root.signal("kill_signal", standard: killSignal, isCaught: true)
        reloadSignal = root.signal("reload_signal", standard: reloadSignal, isCaught: true)
        log = Self.log(root)
        if let staleness = root.duration("max_stale") { maximumStaleness = staleness }
        if let wait = root.duration("block_query_wait") { blockQueryWait = wait }
        failsOnFailedLookup = root.flag("err_on_failed_lookup") ?? false
        if let timeout = root.duration("missing_timeout"), timeout > .zero { missingTimeout = timeout }
        pidFile = root.name("pid_file")
        stateDirectory = root.name("state_dir")
        Self.noteModes(root)
        readTemplates(root, isOnce: isOnce)
        notices = reader.notices
    }

    private mutating func readTemplates(_ root: ConfigurationSection, isOnce: Bool) {
        let wait = root.section("wait").waitWindow()
        let isErrorFatal = root.flag("template_error_fatal") ?? true
        // So that mistakes are found without any template too.
        _ = SafetyKeys(root)
        _ = (root.section("default_delimiters").name("left"), root.section("default_delimiters").name("right"))
        guard case .list(let blocks) = root.node?["template"]?.content else { return }
        templates = blocks.compactMap { block in
            let section = ConfigurationSection(node: block, path: "template", reader: root.reader)
            return Self.template(section, in: root, wait: wait, isErrorFatal: isErrorFatal)
        }
        guard isOnce else { return }
        for index in templates.indices { templates[index].wait = nil }
    }

    private static func noteModes(_ root: ConfigurationSection) {
        for (key, flag) in [("once", "-once"), ("parseonly", "-parse-only")] where root.flag(key) == true {
            guard let place = root.node?[key]?.place else { continue }
            root.reader.note(place, "\(key) has no effect in a file, as in consul-template: use the flag \(flag)")
        }
    }

    // MARK: Sources

    private static func consul(_ section: ConfigurationSection) -> ConsulSettings {
        var consul = ConsulSettings()
        consul.address = section.name("address")
        consul.namespace = section.name("namespace")
        consul.token = section.secret("token")
        consul.tokenFile = section.name("token_file")
        let authentication = section.section("auth")
        let username = authentication.name("username")
        let password = authentication.secret("password") ?? Secret("")
        if authentication.flag("enabled") ?? (username != nil) {
            consul.authentication = BasicAuthentication(username: username ?? "", password: password)
        }
        consul.retry = section.section("retry").retry()
        consul.tls = section.section("ssl").tls()
        consul.transport = section.section("transport").transport()
        noteTransport(section.section("transport"))
        return consul
    }

    /// Says what of the connections' settings is read and has no effect.
    private static func noteTransport(_ section: ConfigurationSection) {
        let idle = ["max_idle_conns", "max_idle_conns_per_host"].filter { section.node?[$0] != nil }
        guard let first = idle.first, let place = section.node?[first]?.place else { return }
        section.reader.note(
            place,
            "\(idle.map(section.title).joined(separator: ", ")): no effect: idle connections are closed after "
                + "idle_conn_timeout, however many they are")
    }

    private static func absent(_ kind: AbsentSource.Kind, _ section: ConfigurationSection) -> AbsentSource {
        var source = AbsentSource(kind)
        source.address = section.name("address")
        source.namespace = section.name("namespace")
        source.token = section.secret("token")
        source.tls = section.section("ssl").tls()
        _ = (section.section("retry").retry(), section.section("transport").transport())
        // What the environment alone says is no wish.
        let fields = section.node?.fields ?? []
        source.isConfigured = fields.contains { $0.place.line > 0 || $0.place.source.hasPrefix("-") }
        if source.isConfigured, section.flag("enabled") ?? true {
            section.reader.note(section.place, "\(kind.rawValue): \(kind.refusal)")
        }
        return source
    }

    /// Every key of `vault` is checked, though little of it is used.
    private static func vault(_ section: ConfigurationSection) -> AbsentSource {
        _ = (section.text("vault_agent_token_file"), section.text("client_user_agent"))
        _ = (section.flag("unwrap_token"), section.flag("renew_token"))
        _ = (section.duration("default_lease_duration"), section.number("lease_renewal_threshold", in: 0...1))
        _ = (section.text("k8s_auth_role_name"), section.text("k8s_service_account_token_path"))
        _ = (section.secret("k8s_service_account_token"), section.text("k8s_service_mount_path"))
        return absent(.vault, section)
    }

    private static func nomad(_ section: ConfigurationSection) -> AbsentSource {
        _ = (section.text("auth_username"), section.secret("auth_password"))
        return absent(.nomad, section)
    }

    private static func deduplication(_ section: ConfigurationSection) -> DeduplicationSettings {
        var settings = DeduplicationSettings()
        settings.isEnabled = section.flag("enabled") ?? section.saysAnything
        if let prefix = section.name("prefix") { settings.prefix = prefix }
        if let time = section.duration("ttl") { settings.timeToLive = time }
        if let staleness = section.duration("max_stale") { settings.maximumStaleness = staleness }
        if let wait = section.duration("block_query_wait") { settings.blockQueryWait = wait }
        return settings
    }

    // MARK: The process

    private static func child(_ section: ConfigurationSection) -> ExecSettings? {
        let isEnabled = section.flag("enabled")
        let command = section.command("command")
        if command == nil, isEnabled == true {
            section.reader.report(section.place, "exec is enabled and has no command: add command = \"...\"")
        }
        // Read in any case, so that mistakes in a block that is off are found too.
        let settings = (command ?? RenderCommand(["true"])).map { section.exec($0, timeout: .zero) }
        return command != nil && isEnabled != false ? settings : nil
    }

    private static func log(_ root: ConfigurationSection) -> LogSettings {
        var log = LogSettings()
        if let text = root.name("log_level") {
            if let level = LogLevel(text) {
                log.level = level
            } else if let node = root.node?["log_level"] {
                let known = LogLevel.allCases.map { "\"\($0.rawValue)\"" }
                root.report("log_level", node, "it is one of \(known.joined(separator: ", "))")
            }
        }
        let file = root.section("log_file")
        var settings = LogFileSettings(path: file.name("path") ?? "")
        if let octets = file.size("log_rotate_bytes") { settings.rotateOctets = octets }
        if let interval = file.duration("log_rotate_duration") { settings.rotateInterval = interval }
        if let count = file.integer("log_rotate_max_files", in: -1...100_000) { settings.rotateFiles = count }
        if !settings.path.isEmpty { log.file = settings }
        let syslog = root.section("syslog")
        var system = SyslogSettings()
        if let name = syslog.name("name") { system.name = name }
        if let node = syslog.node?["facility"], let text = syslog.name("facility") {
            system.facility = text.uppercased()
            if !SyslogSettings.facilities.contains(system.facility) {
                syslog.report(
                    "facility", node, "it is one of \(SyslogSettings.facilities.joined(separator: ", "))")
            }
        }
        let isWanted = syslog.name("name") != nil || syslog.name("facility") != nil
        if syslog.flag("enabled") ?? isWanted { log.syslog = system }
        return log
    }
}
