internal import Glibc

/// Where versions and what is owed are kept.
enum StateFolder {
    /// The folder: what the configuration says, else what systemd gives, else by the file system's customs.
    static func path(_ configured: String?, environment: [String: String]) -> String {
        if let configured { return configured }
        if let given = environment["STATE_DIRECTORY"]?.split(separator: ":").first { return "\(given)/render" }
        if geteuid() == 0 { return "/var/lib/portico/render" }
        if let home = environment["XDG_STATE_HOME"], home.hasPrefix("/") { return "\(home)/portico/render" }
        return "\(environment["HOME"] ?? ".")/.local/state/portico/render"
    }
}
