/// What limits of all workers together are reckoned by.
final class SharedLimits: Sendable {
    let rates = RateTable()
    let connections = AddressCounts()
    /// By it clients are hashed to their places.
    let key = KeyedHash.Key.random()
}
