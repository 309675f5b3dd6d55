public import GoFlags

/// The command line of `portico registrator`: gliderlabs' flags, and Portico's own.
public enum RegistratorFlags {
    /// The flags.
    public static let flags: FlagSet<RegistratorOptions> = {
        var flags = FlagSet(name: "portico registrator", defaults: RegistratorOptions())
        addReference(to: &flags)
        addOwn(to: &flags)
        return flags
    }()

    /// The help.
    public static var usageText: String {
        """
        Usage of portico registrator:
          portico registrator [options] <registry URI> [<registry URI> ...]

        \(flags.defaultsText)
        """
    }

    /// What `arguments` say: the options, and the registries that stand behind them.
    public static func parse(
        _ arguments: [String]
    ) throws(RegistratorUsageError) -> (options: RegistratorOptions, registries: [String]) {
        // As gliderlabs': this spelling, alone.
        if arguments == ["--version"] || arguments == ["-version"] {
            var options = RegistratorOptions()
            options.showsVersion = true
            return (options, [])
        }
        let parsed: ParsedFlags<RegistratorOptions>
        do throws(FlagError) {
            parsed = try flags.parse(arguments)
        } catch {
            throw .flag(error)
        }
        let registries = parsed.arguments
        guard !registries.isEmpty else { throw .noRegistry }
        if let extra = registries.firstIndex(where: { $0.hasPrefix("-") || !$0.contains(":") }) {
            guard extra > 0 else { throw .conflict("unrecognized adapter: \(registries[0])") }
            throw .extraArguments(Array(registries[extra...]))
        }
        try check(parsed.options)
        return (parsed.options, registries)
    }

    private static func check(_ options: RegistratorOptions) throws(RegistratorUsageError) {
        let (timeToLive, refresh) = (options.timeToLive ?? 0, options.refresh ?? 0)
        let isHalf = options.isCompatible && timeToLive > 0 && refresh == 0
        if isHalf || timeToLive == 0 && refresh > 0 || timeToLive < 0 || refresh < 0 {
            throw .conflict("-ttl and -ttl-refresh must be specified together or not at all")
        }
        if refresh > 0, timeToLive <= refresh { throw .conflict("-ttl must be greater than -ttl-refresh") }
        if options.retryInterval <= 0 { throw .conflict("-retry-interval must be greater than 0") }
        if DeregisterRule(rawValue: options.deregister) == nil {
            throw .conflict(#"-deregister must be "always" or "on-success""#)
        }
        if !["ipv4", "ipv6"].contains(options.preference) {
            throw .conflict(#"-prefer must be "ipv4" or "ipv6""#)
        }
        if options.drain < .zero { throw .conflict("-drain must not be negative") }
        if options.hostname.contains(where: { $0 == "/" || $0 == ":" || $0.isWhitespace }) {
            throw .conflict("-hostname must hold no slash, colon or blank")
        }
    }

    private static func addReference(to flags: inout FlagSet<RegistratorOptions>) {
        flags.boolean("cleanup", \.cleansUp, "Remove dangling services (is always done)")
        flags.string("deregister", \.deregister, #"Deregister exited services "always" or "on-success""#)
        flags.boolean(
            "explicit", \.isExplicit, "Only register containers which have SERVICE_NAME label set")
        flags.boolean("internal", \.isInternal, "Use internal ports instead of published ones")
        flags.string("ip", \.address, "IP for ports mapped to the host")
        add(
            "resync", "Frequency with which services are resynchronized, in seconds (default 60; 0 with -compat)",
            to: &flags
        ) {
            $0.resync = $1
        }
        add(
            "retry-attempts",
            "Max retry attempts to establish a connection with the backend. Use -1 for infinite retries "
                + "(default -1; 0 with -compat)",
            to: &flags
        ) { $0.retryAttempts = $1 }
        flags.integer("retry-interval", \.retryInterval, "Interval (in millisecond) between retry-attempts.")
        flags.string("tags", \.tags, "Append tags for all registered services (supports Go template)")
        add("ttl", "TTL for services, in seconds; 0 is no expiry (default 60; 0 with -compat)", to: &flags) {
            $0.timeToLive = $1
        }
        add(
            "ttl-refresh", "Frequency with which service TTLs are refreshed, in seconds (default a third of -ttl)",
            to: &flags
        ) {
            $0.refresh = $1
        }
        flags.string("useIpFromLabel", \.addressLabel, "Use IP which is stored in a label assigned to the container")
    }

    private static func addOwn(to flags: inout FlagSet<RegistratorOptions>) {
        flags.boolean(
            "compat", \.isCompatible,
            "gliderlabs' names and values: no -PORT where a container has one port, no attributes")
        flags.string("docker-host", \.dockerHost, "the engine's `address`; DOCKER_HOST by default")
        flags.custom(
            "drain",
            "how long an entry stays, marked as draining, when its container begins to stop (`duration`, or seconds)"
        ) {
            options, text throws(FlagValueError) in
            if let seconds = Int(text) {
                options.drain = .seconds(seconds)
                return
            }
            guard let value = try? Duration(goText: text) else { throw .syntax }
            options.drain = value
        }
        flags.boolean(
            "explicit-label", \.isOptIn, "only containers with the label portico.enable=true, or traefik.enable=true")
        flags.string("hostname", \.hostname, "the host's `name` in IDs; the system's by default")
        flags.boolean("ignore-health", \.ignoresHealth, "containers are registered whatever their health check says")
        flags.boolean("keep", \.keepsEntries, "leave the entries in the store when the registrator ends")
        flags.string("log-level", \.logLevel, "trace, debug, info, notice, warning, error or critical")
        flags.string("network", \.network, "register containers by their address in this `network`")
        flags.string("prefer", \.preference, "ipv4 or ipv6, where a container or a port has both")
        flags.string("prefix", \.prefix, "where keys begin in stores whose URI does not say it")
    }

    /// Adds a whole number whose default depends on other flags.
    private static func add(
        _ name: String, _ usage: String, to flags: inout FlagSet<RegistratorOptions>,
        set: @escaping @Sendable (inout RegistratorOptions, Int) -> Void
    ) {
        flags.custom(name, usage) { options, text throws(FlagValueError) in set(&options, try Int(goText: text)) }
    }
}
