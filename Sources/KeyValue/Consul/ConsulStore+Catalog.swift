internal import NIOCore
internal import NIOHTTP1

/// Watches beyond those of ``KeyValueStore``: in other datacenters, of single keys, and of the catalog.
extension ConsulStore {
    /// Follows `prefix` as `watch(prefix:)` does, elsewhere.
    public func watch(prefix: String, in scope: ConsulScope) -> AsyncStream<KeyValueWatchEvent> {
        watch(.prefix(prefix, scope))
    }

    /// Follows one key: a listing has its entry, or none.
    public func watch(key: String, in scope: ConsulScope = ConsulScope()) -> AsyncStream<KeyValueWatchEvent> {
        watch(.key(key, scope))
    }

    /// Follows the answer to a question, by a blocking query where Consul has one, else by asking again and again.
    ///
    /// Each listing has one entry, whose value is the JSON that Consul answered.
    public func watch(_ query: ConsulQuery) -> AsyncStream<KeyValueWatchEvent> {
        watch(.query(query))
    }

    /// The JSON that Consul answers to a question, now.
    public func answer(to query: ConsulQuery) async throws(KeyValueError) -> [UInt8] {
        let request = ConsulSubject.query(query).request(deadline: client.limits.answer)
        let answer = try await send(request)
        guard answer.status == 200 else { throw ConsulListing.refusal(answer, what: request.what) }
        return Array(answer.body.readableBytesView)
    }
}
