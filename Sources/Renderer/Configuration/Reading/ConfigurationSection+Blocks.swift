/// Blocks that stand in several places.
extension ConfigurationSection {
    /// A `wait`: nil if it is off.
    ///
    /// It is on when its minimum is said and not zero, unless `enabled` says otherwise.
    func waitWindow() -> WaitWindow? {
        let minimum = duration("min")
        let maximum = duration("max")
        guard flag("enabled") ?? (minimum ?? .zero > .zero) else {
            if minimum == nil, maximum != nil { reader.note(place, "\(path) has a max and no min: it is off") }
            return nil
        }
        let window = WaitWindow(minimum: minimum ?? .zero, maximum: maximum)
        if window.maximum < window.minimum {
            reader.report(place, "\(path): max is less than min: it is at least as long")
        }
        return window.maximum == .zero ? nil : window
    }

    func retry() -> RetrySettings {
        var retry = RetrySettings()
        if let isEnabled = flag("enabled") { retry.isEnabled = isEnabled }
        if let attempts = integer("attempts") { retry.attempts = attempts }
        if let backoff = duration("backoff") { retry.backoff = backoff }
        if let maximum = duration("max_backoff") { retry.maximumBackoff = maximum }
        return retry
    }

    func tls() -> TLSSettings {
        var tls = TLSSettings()
        tls.isEnabled = flag("enabled") ?? saysAnything
        if let verifies = flag("verify") { tls.verifies = verifies }
        tls.certificate = name("cert")
        tls.key = name("key")
        tls.authorities = name("ca_cert")
        tls.authoritiesText = name("ca_cert_bytes")
        tls.authoritiesFolder = name("ca_path")
        tls.serverName = name("server_name")
        return tls
    }

    func transport() -> TransportSettings {
        var transport = TransportSettings()
        if let keepAlive = duration("dial_keep_alive") { transport.dialKeepAlive = keepAlive }
        if let timeout = duration("dial_timeout") { transport.dialTimeout = timeout }
        if let disables = flag("disable_keep_alives") { transport.disablesKeepAlives = disables }
        if let timeout = duration("idle_conn_timeout") { transport.idleTimeout = timeout }
        if let count = integer("max_idle_conns") { transport.maximumIdle = count }
        if let count = integer("max_idle_conns_per_host") { transport.maximumIdlePerHost = count }
        if let count = integer("max_conns_per_host") { transport.maximumPerHost = count }
        if let timeout = duration("tls_handshake_timeout") { transport.handshakeTimeout = timeout }
        return transport
    }

    func environment() -> EnvironmentFilter {
        var filter = EnvironmentFilter()
        filter.isPristine = flag("pristine") ?? false
        filter.allowed = patterns("allowlist")
        filter.denied = patterns("denylist")
        filter.custom = texts("custom").compactMap { text, place in
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                reader.report(place, "\(title("custom")): a variable is NAME=VALUE")
                return nil
            }
            return EnvironmentFilter.Variable(
                name: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
        }
        return filter
    }

    /// The rest of a block `exec` for `command`.
    func exec(_ command: RenderCommand, timeout: Duration) -> ExecSettings {
        var exec = ExecSettings(command)
        exec.environment = section("env").environment()
        exec.killSignal = signal("kill_signal", standard: exec.killSignal)
        if let timeout = duration("kill_timeout") { exec.killTimeout = timeout }
        exec.reloadSignal = signal("reload_signal", standard: exec.reloadSignal)
        if let splay = duration("splay") { exec.splay = splay }
        exec.timeout = duration("timeout") ?? timeout
        return exec
    }
}
