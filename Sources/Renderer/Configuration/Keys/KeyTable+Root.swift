/// Every key: consul-template's under its own name, then Portico's.
extension KeyTable {
    /// The outermost block.
    static let root = KeyTable(
        path: "",
        keys: [
            ("consul", .block(consul)),
            ("vault", .block(vault)),
            ("nomad", .block(nomad)),
            ("deduplicate", .block(deduplicate)),
            ("default_delimiters", .block(KeyTable(path: "default_delimiters", values: ["left", "right"]))),
            ("exec", .block(exec("exec"))),
            ("kill_signal", .value),
            ("reload_signal", .value),
            ("log_level", .value),
            ("log_file", .block(logFile)),
            ("max_stale", .value),
            ("block_query_wait", .value),
            ("err_on_failed_lookup", .value),
            ("pid_file", .value),
            ("syslog", .block(KeyTable(path: "syslog", values: ["enabled", "facility", "name"]))),
            ("template_error_fatal", .value),
            ("wait", .block(wait("wait"))),
            ("once", .value),
            ("parseonly", .value),
            ("template", .blocks(template)),
            ("store", .value),
            ("state_dir", .value),
            ("missing_timeout", .value),
        ] + safety(in: ""),
        aliases: ["parse_only": "parseonly"],
        gone: [
            "token": "write consul { token = \"...\" }",
            "auth": "write consul { auth { ... } }",
            "ssl": "write consul { ssl { ... } }",
            "retry": "write consul { retry { ... } }",
            "dump_signal": "take it out",
        ])

    private static let consul = KeyTable(
        path: "consul",
        keys: [
            ("address", .value), ("namespace", .value), ("token", .value), ("token_file", .value),
            ("auth", .block(KeyTable(path: "consul.auth", values: ["enabled", "username", "password"]))),
            ("retry", .block(retry("consul.retry"))),
            ("ssl", .block(tls("consul.ssl"))),
            ("transport", .block(transport("consul.transport"))),
        ],
        shorthand: { text, place in
            [ConfigurationField(name: "address", place: place, value: ConfigurationNode(.text(text), at: place))]
        })

    private static let vault = KeyTable(
        path: "vault",
        keys: [
            ("address", .value), ("namespace", .value), ("token", .value), ("vault_agent_token_file", .value),
            ("unwrap_token", .value), ("renew_token", .value), ("client_user_agent", .value),
            ("default_lease_duration", .value), ("lease_renewal_threshold", .value), ("k8s_auth_role_name", .value),
            ("k8s_service_account_token_path", .value), ("k8s_service_account_token", .value),
            ("k8s_service_mount_path", .value), ("enabled", .value),
            ("retry", .block(retry("vault.retry"))),
            ("ssl", .block(tls("vault.ssl"))),
            ("transport", .block(transport("vault.transport"))),
        ],
        gone: ["renew": "it is renew_token now", "grace": "take it out"])

    private static let nomad = KeyTable(
        path: "nomad",
        keys: [
            ("address", .value), ("enabled", .value), ("namespace", .value), ("token", .value),
            ("auth_username", .value), ("auth_password", .value),
            ("ssl", .block(tls("nomad.ssl"))),
            ("transport", .block(transport("nomad.transport"))),
            ("retry", .block(retry("nomad.retry"))),
        ])

    private static let deduplicate = KeyTable(
        path: "deduplicate", values: ["enabled", "prefix", "ttl", "max_stale", "block_query_wait"])

    private static let logFile = KeyTable(
        path: "log_file", values: ["path", "log_rotate_bytes", "log_rotate_duration", "log_rotate_max_files"])

    private static let template = KeyTable(
        path: "template",
        keys: [
            ("source", .value), ("contents", .value), ("destination", .value), ("create_dest_dirs", .value),
            ("command", .value), ("command_timeout", .value),
            ("exec", .block(exec("template.exec"))),
            ("perms", .value), ("user", .value), ("group", .value), ("uid", .value), ("gid", .value),
            ("backup", .value), ("error_on_missing_key", .value), ("error_fatal", .value),
            ("left_delimiter", .value), ("right_delimiter", .value),
            ("function_denylist", .list), ("function_blacklist", .list), ("sandbox_path", .value),
            ("wait", .block(wait("template.wait"))),
        ] + safety(in: "template."))

    /// Portico's own: of a template, and outside of templates for all that do not say it themselves.
    private static func safety(in prefix: String) -> [(name: String, shape: Shape)] {
        [
            ("check", .value), ("check_timeout", .value), ("in_place", .value), ("versions", .value),
            ("on_error", .value),
            (
                "reload",
                .block(KeyTable(path: prefix + "reload", values: ["command", "min_interval", "verify", "timeout"]))
            ),
            (
                "haproxy",
                .block(KeyTable(path: prefix + "haproxy", values: ["runtime_socket", "master_socket", "pid_file"]))
            ),
            (
                "guard",
                .block(KeyTable(path: prefix + "guard", values: ["enabled", "empty", "max_drop", "min_items", "hold"]))
            ),
        ]
    }

    private static func exec(_ path: String) -> KeyTable {
        KeyTable(
            path: path,
            keys: [
                ("command", .value), ("enabled", .value),
                ("env", .block(environment(path + ".env"))),
                ("kill_signal", .value), ("kill_timeout", .value), ("reload_signal", .value), ("splay", .value),
                ("timeout", .value),
            ])
    }

    private static func environment(_ path: String) -> KeyTable {
        KeyTable(
            path: path,
            keys: [
                ("pristine", .value), ("custom", .growingList), ("allowlist", .growingList), ("denylist", .growingList),
            ],
            aliases: ["whitelist": "allowlist", "blacklist": "denylist"])
    }

    /// consul-template calls `enabled` of a wait `bool`, by a slip.
    private static func wait(_ path: String) -> KeyTable {
        KeyTable(
            path: path, values: ["enabled", "min", "max"], aliases: ["bool": "enabled"],
            shorthand: { text, place in
                let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(\.trimmed)
                let names = parts.count <= 2 ? ["min", "max"] : ["min"]
                return zip(names, parts.count <= 2 ? parts : [text]).map { name, text in
                    ConfigurationField(name: name, place: place, value: ConfigurationNode(.text(text), at: place))
                }
            })
    }

    private static func retry(_ path: String) -> KeyTable {
        KeyTable(path: path, values: ["enabled", "attempts", "backoff", "max_backoff"])
    }

    private static func tls(_ path: String) -> KeyTable {
        KeyTable(
            path: path,
            values: ["enabled", "verify", "cert", "key", "ca_cert", "ca_cert_bytes", "ca_path", "server_name"])
    }

    private static func transport(_ path: String) -> KeyTable {
        KeyTable(
            path: path,
            values: [
                "dial_keep_alive", "dial_timeout", "disable_keep_alives", "idle_conn_timeout", "max_idle_conns",
                "max_idle_conns_per_host", "max_conns_per_host", "tls_handshake_timeout",
            ])
    }

    /// A table of plain values.
    private init(
        path: String, values: [String], aliases: [String: String] = [:],
        shorthand: (@Sendable (String, SourcePlace) -> [ConfigurationField])? = nil
    ) {
        self.init(path: path, keys: values.map { ($0, .value) }, aliases: aliases, shorthand: shorthand)
    }
}
