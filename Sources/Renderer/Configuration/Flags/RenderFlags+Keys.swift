/// Every flag that says one key: consul-template's under their own names, then Portico's.
extension RenderFlags {
    static let values: [FlagKey] = consul + vault + behaviour + child + logs + own

    private static let consul: [FlagKey] =
        [
            FlagKey("consul-addr", "consul.address", .text, "`address` of Consul"),
            FlagKey("consul-namespace", "consul.namespace", .text, "`namespace` of Consul Enterprise"),
            FlagKey("consul-token", "consul.token", .text, "ACL `token`; better in CONSUL_HTTP_TOKEN"),
            FlagKey("consul-token-file", "consul.token_file", .text, "`file` with the ACL token"),
            FlagKey("retry", "consul.retry.backoff", .duration, "first `pause` when Consul does not answer"),
        ] + family("consul", "Consul")

    private static let vault: [FlagKey] =
        [
            FlagKey("vault-addr", "vault.address", .text, "`address` of Vault, for commands: it is no source here"),
            FlagKey("vault-namespace", "vault.namespace", .text, "`namespace` of Vault"),
            FlagKey("vault-token", "vault.token", .text, "`token` of Vault"),
            FlagKey("vault-agent-token-file", "vault.vault_agent_token_file", .text, "`file` with Vault's token"),
            FlagKey("vault-renew-token", "vault.renew_token", .boolean, "renew Vault's token"),
            FlagKey("vault-unwrap-token", "vault.unwrap_token", .boolean, "unwrap Vault's token"),
            FlagKey(
                "vault-default-lease-duration", "vault.default_lease_duration", .duration, "lease of Vault's secrets"),
            FlagKey("vault-client-user-agent", "vault.client_user_agent", .text, "what Vault is told of the client"),
        ] + family("vault", "Vault")

    /// The flags that both sources have.
    private static func family(_ name: String, _ title: String) -> [FlagKey] {
        let kinds: [(String, FlagKey.Kind, String)] = [
            ("retry", .boolean, "ask \(title) again when it does not answer"),
            ("retry-attempts", .integer, "how often \(title) is asked again; 0 without end"),
            ("retry-backoff", .duration, "first `pause` before \(title) is asked again"),
            ("retry-max-backoff", .duration, "longest `pause` before \(title) is asked again"),
            ("ssl", .boolean, "TLS towards \(title)"),
            ("ssl-ca-cert", .text, "`file` with the authorities' certificates for \(title)"),
            ("ssl-ca-path", .text, "`folder` of authorities' certificates for \(title)"),
            ("ssl-cert", .text, "`file` with our certificate towards \(title)"),
            ("ssl-key", .text, "`file` with its key"),
            ("ssl-server-name", .text, "`name` that \(title)'s certificate is for"),
            ("ssl-verify", .boolean, "check \(title)'s certificate"),
            ("transport-dial-keep-alive", .duration, "pause between TCP's keep-alive probes to \(title)"),
            ("transport-dial-timeout", .duration, "how long connecting to \(title) may take"),
            ("transport-disable-keep-alives", .boolean, "a connection to \(title) for each request"),
            ("transport-max-conns-per-host", .integer, "connections to one host of \(title); 0 for no limit"),
            ("transport-max-idle-conns-per-host", .integer, "idle connections to one host of \(title)"),
            ("transport-tls-handshake-timeout", .duration, "how long the handshake with \(title) may take"),
        ]
        return kinds.map { flag, kind, usage in
            // ssl-ca-cert says ssl.ca_cert; ssl alone says ssl.enabled.
            let parts = flag.split(separator: "-", maxSplits: 1).map(String.init)
            let member = parts.count == 2 ? parts[1].split(separator: "-").joined(separator: "_") : "enabled"
            return FlagKey("\(name)-\(flag)", "\(name).\(parts[0]).\(member)", kind, usage)
        }
    }

    private static let behaviour: [FlagKey] = [
        FlagKey("max-stale", "max_stale", .duration, "how old an answer of Consul may be"),
        FlagKey("dedup", "deduplicate.enabled", .boolean, "let one renderer watch for many"),
        FlagKey("kill-signal", "kill_signal", .signal, "`signal` that ends it"),
        FlagKey("reload-signal", "reload_signal", .signal, "`signal` that makes it read its configuration again"),
        FlagKey("pid-file", "pid_file", .text, "`file` that the process's number is written to"),
        FlagKey("default-left-delimiter", "default_delimiters.left", .text, "`text` before an action (default \"{{\")"),
        FlagKey(
            "default-right-delimiter", "default_delimiters.right", .text, "`text` behind an action (default \"}}\")"),
        FlagKey(
            "template-error-fatal", "template_error_fatal", .boolean, "end at an error of a template (default true)"),
    ]

    private static let child: [FlagKey] = [
        FlagKey("exec-kill-signal", "exec.kill_signal", .signal, "`signal` that asks the child to end"),
        FlagKey("exec-kill-timeout", "exec.kill_timeout", .duration, "how long the child may take to end"),
        FlagKey("exec-reload-signal", "exec.reload_signal", .signal, "`signal` that tells the child of new files"),
        FlagKey("exec-splay", "exec.splay", .duration, "longest random pause before the child is told or ended"),
        FlagKey("exec-env-pristine", "exec.env.pristine", .boolean, "the child's environment begins empty"),
        FlagKey("exec-env-custom", "exec.env.custom", .item, "`name=value` in the child's environment; several add up"),
        FlagKey("exec-env-allowlist", "exec.env.allowlist", .item, "`pattern` of variables that the child gets"),
        FlagKey("exec-env-denylist", "exec.env.denylist", .item, "`pattern` of variables that the child does not get"),
    ]

    private static let logs: [FlagKey] = [
        FlagKey("log-level", "log_level", .logLevel, "`level`: trace, debug, info, warn or err"),
        FlagKey("log-file", "log_file.path", .text, "`file` of the log"),
        FlagKey("log-rotate-bytes", "log_file.log_rotate_bytes", .size, "`octets` after which a new one is begun"),
        FlagKey(
            "log-rotate-duration", "log_file.log_rotate_duration", .duration, "time after which a new one is begun"),
        FlagKey(
            "log-rotate-max-files", "log_file.log_rotate_max_files", .integer,
            "old ones that are kept; 0 for all, -1 for none"),
        FlagKey("syslog", "syslog.enabled", .boolean, "log to syslog"),
        FlagKey("syslog-facility", "syslog.facility", .text, "syslog's `facility`"),
        FlagKey("syslog-name", "syslog.name", .text, "`name` that syslog's lines begin with"),
    ]

    private static let own: [FlagKey] = [
        FlagKey(
            "store", "store", .text, "`URL` of the store: consul://HOST:PORT, etcd://HOST:PORT, embedded:DIR, file:PATH"
        ),
        FlagKey("state-dir", "state_dir", .text, "`folder` for good versions and what is still owed"),
        FlagKey("missing-timeout", "missing_timeout", .duration, "how long a key may be missing; 0s for ever"),
        FlagKey("check", "check", .text, "`command` that a new text must pass; {} in it is the text's path"),
        FlagKey("check-timeout", "check_timeout", .duration, "how long the check may take"),
        FlagKey("in-place", "in_place", .boolean, "overwrite files instead of replacing them"),
        FlagKey("versions", "versions", .integer, "good versions that are kept to go back to"),
        FlagKey(
            "on-error", "on_error", .conduct, "what an error of a check, write or command does: `keep` going, or stop"),
        FlagKey("reload-min-interval", "reload.min_interval", .duration, "shortest time from one reload to the next"),
        FlagKey("reload-verify", "reload.verify", .text, "`command` that finds out whether a reload worked"),
        FlagKey("haproxy-runtime-socket", "haproxy.runtime_socket", .text, "stats `socket` of HAProxy"),
        FlagKey("haproxy-master-socket", "haproxy.master_socket", .text, "master `socket` of HAProxy"),
        FlagKey("haproxy-pid-file", "haproxy.pid_file", .text, "`file` with the number of HAProxy's master"),
    ]
}
