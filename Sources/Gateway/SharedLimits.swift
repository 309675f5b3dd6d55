/// What limits of all workers together are reckoned by.
final class SharedLimits: Sendable {
    let rates = RateTable()
    let connections = AddressCounts()
    /// Credentials that were verified, and who verifies others.
    let credentials: CredentialCache
    let passwords: PasswordPool
    /// By it clients and credentials are hashed to their places.
    let key = KeyedHash.Key.random()

    init?() {
        credentials = CredentialCache()
        guard let pool = PasswordPool(cache: credentials) else { return nil }
        passwords = pool
    }
}
