internal import NIOCore
internal import NIOHTTP1

extension ConsulStore {
    /// Makes a session that ends unless it is renewed within `ttl` (Consul: 10 s to 24 h; it may live up to twice as long).
    public func createSession(
        name: String, ttl: Duration, behavior: SessionBehavior, lockDelay: Duration
    ) async throws(KeyValueError) -> String {
        let body = """
            {"Name":\(JSONText.quoted(name)),"TTL":"\(GoDuration.text(ttl))","Behavior":"\(behavior.rawValue)",\
            "LockDelay":"\(GoDuration.text(lockDelay))"}
            """
        let request = ConsulRequest(
            what: "session \(name)", method: .PUT, path: "/v1/session/create", body: Array(body.utf8),
            deadline: client.limits.answer)
        let answer = try await send(request)
        guard answer.status == 200 else { throw ConsulListing.refusal(answer, what: request.what) }
        guard let id = try? ConsulListingParser.parseSessionID(answer.body.readableBytesUInt8Span) else {
            throw KeyValueError(.garbled, "\(request.what): \(answer.server): no session's ID: \(answer.excerpt)")
        }
        return id
    }

    /// Renews a session; false if there is no such session any more.
    public func renewSession(_ id: String) async throws(KeyValueError) -> Bool {
        let request = ConsulRequest(
            what: "renewal of session \(id)", method: .PUT, path: "/v1/session/renew/\(PercentCoding.encodeQuery(id))",
            deadline: client.limits.answer)
        let answer = try await send(request)
        // Consul's words; another server's 404 must not make a holder give up its lock.
        if answer.status == 404, answer.excerpt.contains("not found"), answer.excerpt.contains(id) { return false }
        guard answer.status == 200 else { throw ConsulListing.refusal(answer, what: request.what) }
        return true
    }

    /// Ends a session; its behaviour decides what becomes of its keys.
    public func destroySession(_ id: String) async throws(KeyValueError) {
        let request = ConsulRequest(
            what: "end of session \(id)", method: .PUT, path: "/v1/session/destroy/\(PercentCoding.encodeQuery(id))",
            deadline: client.limits.answer)
        _ = try ConsulListing.boolean(try await send(request), what: request.what)
    }

    /// Writes `value` and locks `key` for `session`; false if another session holds the lock.
    public func acquire(
        _ key: String, value: [UInt8], flags: UInt64, session: String
    ) async throws(KeyValueError) -> Bool {
        try await change("lock of", key, value: value, query: [("acquire", session)] + Self.flags(flags))
    }

    /// Gives up the lock; false if `session` does not hold it.
    ///
    /// An answer that was lost is not asked for again.
    public func release(_ key: String, value: [UInt8], session: String) async throws(KeyValueError) -> Bool {
        try await change("release of", key, value: value, query: [("release", session)], repetition: .ifNotSent)
    }
}
