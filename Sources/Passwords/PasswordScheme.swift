/// The forms of hashes that htpasswd files hold and that are verified here.
public enum PasswordScheme: Sendable, Equatable, CaseIterable {
    /// `$2y$`, `$2b$`, `$2a$`: bcrypt, slow by its cost and the one to choose.
    case bcrypt
    /// `$5$`: SHA-256-crypt.
    case sha256
    /// `$6$`: SHA-512-crypt.
    case sha512
    /// `$apr1$`: Apache's MD5, htpasswd's default.
    case apr1
    /// `{SHA}`: SHA-1 without salt, which holds nobody up who has the file.
    case sha1

    /// What is understood, for errors.
    public static let known =
        "bcrypt ($2y$, as htpasswd -B writes), SHA-512- and SHA-256-crypt ($6$, $5$), apr1 ($apr1$), {SHA}"

    /// The scheme of `hash`; nil if it is none of these, or not whole.
    public init?(of hash: String) {
        let octets = Array(hash.utf8)
        guard octets.count <= 200, octets.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        let parts = hash.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
        if hash.hasPrefix("{SHA}") {
            guard octets.count == 33, hash.hasSuffix("=") else { return nil }
            self = .sha1
            return
        }
        guard parts.count >= 4, parts[0].isEmpty else { return nil }
        switch parts[1] {
        case "2a", "2b", "2y":
            // A cost of 2^20 rounds takes a minute: nobody means that, and nobody is to be held up by it.
            guard parts.count == 4, parts[3].utf8.count == 53, let cost = Int(parts[2]), (4...20).contains(cost),
                parts[2].utf8.count == 2
            else { return nil }
            self = .bcrypt
        case "5" where Self.isSHACrypt(parts, count: 43): self = .sha256
        case "6" where Self.isSHACrypt(parts, count: 86): self = .sha512
        case "apr1":
            guard parts.count == 4, (1...8).contains(parts[2].utf8.count), parts[3].utf8.count == 22 else { return nil }
            self = .apr1
        default: return nil
        }
    }

    /// `$6$[rounds=N$]salt$hash`.
    private static func isSHACrypt(_ parts: [String], count: Int) -> Bool {
        guard let last = parts.last, last.utf8.count == count else { return false }
        if parts.count == 4 { return !parts[2].hasPrefix("rounds=") }
        guard parts.count == 5, parts[2].hasPrefix("rounds="), let rounds = Int(parts[2].dropFirst(7)) else {
            return false
        }
        return (1_000...5_000_000).contains(rounds)
    }
}
