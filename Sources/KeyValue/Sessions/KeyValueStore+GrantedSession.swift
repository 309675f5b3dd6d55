extension KeyValueStore {
    /// Makes a session that ends unless it is renewed within `ttl`, or within the least that Consul grants if that is more.
    ///
    /// - Returns: its ID, and the TTL that it has.
    package func grantedSession(
        name: String, ttl: Duration, behavior: SessionBehavior, lockDelay: Duration
    ) async throws(KeyValueError) -> (id: String, timeToLive: Duration) {
        // An agent's session_ttl_min may be less, so it is asked.
        let least = Duration.seconds(10)
        do throws(KeyValueError) {
            return (try await createSession(name: name, ttl: ttl, behavior: behavior, lockDelay: lockDelay), ttl)
        } catch {
            guard ttl < least, error.description.contains("Invalid Session TTL") else { throw error }
            return (try await createSession(name: name, ttl: least, behavior: behavior, lockDelay: lockDelay), least)
        }
    }
}
