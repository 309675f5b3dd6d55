/// A password that is asked for before a request goes on (RFC 7617).
public struct BasicAuth: Sendable, Equatable, Hashable, Codable {
    /// What clients show beside the question.
    public var realm: String
    /// Who is let in.
    public var users: [PasswordEntry]
    /// The name of a set of the configuration that these are; nil where they stand for themselves.
    public var named: String?
    /// The endpoint does not get the Authorization field.
    public var removesHeader = false
    /// Nobody is asked, whatever the service says.
    public var isOff = false

    /// What is shown if nothing else is said.
    public static let realmDefault = "restricted"

    /// The set that a bare `basic_auth` means.
    public static let defaultSet = "default"

    /// It is a set's, and there is none of that name, or an empty one: nobody gets in.
    public var isUnknown: Bool { named != nil && users.isEmpty && !isOff }

    /// What is wrong where it is unknown.
    var problem: String {
        "asks for a password of the set \(named ?? ""), and the configuration has no users under passwords: \(named ?? ""): "
            + "nobody gets in until it has"
    }

    /// A question for one of `users`.
    public init(realm: String = BasicAuth.realmDefault, users: [PasswordEntry] = [], named: String? = nil) {
        self.realm = realm
        self.users = users
        self.named = named
    }
}

/// A user and his password's hash, as a line of an htpasswd file has them.
public struct PasswordEntry: Sendable, Equatable, Hashable, Codable {
    /// The name, without a colon.
    public var user: String
    /// The hash with its scheme's mark.
    public var hash: String

    /// A user with his hash.
    public init(user: String, hash: String) {
        self.user = user
        self.hash = hash
    }
}
