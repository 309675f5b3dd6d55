/// A name and a password.
public struct BasicAuthentication: Sendable, Equatable {
    /// The name.
    public var username: String
    /// The password.
    public var password: Secret

    /// A name and a password.
    public init(username: String, password: Secret) {
        self.username = username
        self.password = password
    }
}
