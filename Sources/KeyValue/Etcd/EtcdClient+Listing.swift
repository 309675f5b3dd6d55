/// All that was in a range at one revision.
struct EtcdSnapshot: Sendable {
    /// The cluster, and the revision.
    var header: EtcdHeader
    /// What was there, in the order of the keys' octets.
    var entries: [EtcdKeyValue]
}

extension EtcdClient {
    /// All that is in a range now: in pages if it is much, all of them of one revision.
    func snapshot(from: [UInt8], to: [UInt8], what: String) async throws(RequestFailure) -> EtcdSnapshot {
        var attempt = 1
        while true {
            do throws(RequestFailure) {
                return try await pages(from: from, to: to, what: what)
            } catch  where attempt < limits.listingAttempts && EtcdProblem.isAboutCompaction(error.error.description) {
                attempt += 1
            }
        }
    }

    private func pages(from: [UInt8], to: [UInt8], what: String) async throws(RequestFailure) -> EtcdSnapshot {
        var header: EtcdHeader?
        var entries: [EtcdKeyValue] = []
        var next = from
        while true {
            let json = EtcdMessage.range(
                from: next, to: to, limit: limits.pageEntries, revision: header?.revision ?? 0)
            let answer = try await self.answer(
                EtcdRangeAnswer.self, to: EtcdRequest(what: what, path: "kv/range", json: json))
            let first = header ?? answer.header ?? EtcdHeader(clusterID: 0, revision: 0)
            guard first.clusterID == answer.header?.clusterID else {
                throw RequestFailure(.answered, .garbled, "\(what): \(name): its members are of several clusters")
            }
            header = first
            for entry in answer.entries {
                guard !entry.key.lexicographicallyPrecedes(next), to == [0] || entry.key.lexicographicallyPrecedes(to)
                else {
                    let key = EtcdProblem.excerpt(entry.key)
                    throw RequestFailure(
                        .answered, .garbled, "\(what): \(name): a key that was not asked for, or twice: \(key)")
                }
                next = entry.key + [0]
            }
            entries += answer.entries
            guard answer.hasMore else { return EtcdSnapshot(header: first, entries: entries) }
            guard !answer.entries.isEmpty else {
                throw RequestFailure(.answered, .garbled, "\(what): \(name): an empty page with more behind it")
            }
        }
    }
}
