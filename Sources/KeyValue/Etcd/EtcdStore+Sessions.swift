extension EtcdStore {
    /// Makes a session that ends unless it is renewed within `ttl`: a lease of whole seconds, rounded up, and of two at
    /// least at etcd's own settings.
    ///
    /// etcd has no place for its name, and knows no lock delay: what a session held can be locked as soon as it has ended,
    /// so its holder has to stop when it could not renew in time.
    public func createSession(
        name: String, ttl: Duration, behavior: SessionBehavior, lockDelay: Duration
    ) async throws(KeyValueError) -> String {
        let (seconds, attoseconds) = ttl.components
        let whole = attoseconds > 0 ? seconds + 1 : seconds
        guard whole > 0, whole <= 9_000_000_000 else {
            throw KeyValueError(
                .invalid, "session \(name): \(self.name): ttl \(ttl): from 1 to 9,000,000,000 seconds, as etcd has it")
        }
        // Whose answer is lost ends by itself.
        let answer = try await answer(
            EtcdLeaseAnswer.self,
            to: EtcdRequest(what: "session \(name)", path: "lease/grant", json: #"{"TTL":"\#(whole)"}"#))
        guard answer.id != 0 else {
            throw KeyValueError(.garbled, "session \(name): \(self.name): an answer without the lease's ID")
        }
        return EtcdSession(lease: answer.id, behavior: behavior).id
    }

    /// Renews a session; false if there is no such session any more.
    public func renewSession(_ id: String) async throws(KeyValueError) -> Bool {
        let what = "renewal of session \(id)"
        let session = try EtcdSession(id, what: "\(what): \(name)")
        let request = EtcdRequest(what: what, path: "lease/keepalive", json: #"{"ID":"\#(session.lease)"}"#)
        do throws(RequestFailure) {
            let answer = try await client.firstAnswer(EtcdLeaseAnswer.self, to: request)
            guard answer.id == session.lease else {
                throw RequestFailure(.final, .garbled, "\(what): \(name): an answer for another lease")
            }
            return answer.ttl > 0
        } catch {
            throw error.error
        }
    }

    /// Ends a session; its behaviour decides what becomes of its keys.
    public func destroySession(_ id: String) async throws(KeyValueError) {
        let what = "end of session \(id)"
        let session = try EtcdSession(id, what: "\(what): \(name)")
        do throws(KeyValueError) {
            _ = try await answer(
                EtcdPlainAnswer.self,
                to: EtcdRequest(what: what, path: "lease/revoke", json: #"{"ID":"\#(session.lease)"}"#))
        } catch  where EtcdProblem.isAboutLease(error.description) {
            // It has ended already.
        }
    }

    /// Writes `value` and locks `key` for `session`; false if another session holds the lock.
    ///
    /// A key that was attached to a lease by anybody else counts as locked by that lease.
    public func acquire(
        _ key: String, value: [UInt8], flags: UInt64, session: String
    ) async throws(KeyValueError) -> Bool {
        let key = try EtcdKeySpace.checked(key)
        let what = "lock of \(key)"
        try checkFlags(flags, what)
        let holder = try EtcdSession(session, what: "\(what): \(name)")
        let octets = space.octets(key)
        let lock = space.lockOctets(key)
        let first: [EtcdMessage.Operation]
        let again: EtcdMessage.Comparison
        switch holder.behavior {
        case .delete:
            first = [.put(octets, value, .attached(holder.lease))]
            again = .leased(octets, holder.lease)
        case .release:
            first = [.put(octets, value, .none), .put(lock, [], .attached(holder.lease))]
            again = .leased(lock, holder.lease)
        }
        // Held by this session already: only the value changes.
        let rewritten: [EtcdMessage.Operation] =
            holder.behavior == .delete ? first : [.put(octets, value, .none)]
        do throws(KeyValueError) {
            let answer = try await transact(
                EtcdMessage.Transaction(
                    comparisons: [.leased(octets, 0), .isMissing(lock)], success: first,
                    failure: [.transaction(EtcdMessage.Transaction(comparisons: [again], success: rewritten))]),
                what: what, repetition: .always)
            return answer.isSuccess || answer.isInnerSuccess
        } catch  where EtcdProblem.isAboutLease(error.description) {
            throw KeyValueError(.invalid, "\(what): \(name): there is no session \(session): create one first")
        }
    }

    /// Gives up the lock; false if `session` does not hold it.
    ///
    /// An answer that was lost is not asked for again.
    public func release(_ key: String, value: [UInt8], session: String) async throws(KeyValueError) -> Bool {
        let key = try EtcdKeySpace.checked(key)
        let what = "release of \(key)"
        let holder = try EtcdSession(session, what: "\(what): \(name)")
        let octets = space.octets(key)
        let lock = space.lockOctets(key)
        let transaction =
            switch holder.behavior {
            // Written without a lease, the key is nobody's.
            case .delete:
                EtcdMessage.Transaction(
                    comparisons: [.leased(octets, holder.lease)], success: [.put(octets, value, .none)])
            case .release:
                EtcdMessage.Transaction(
                    comparisons: [.leased(lock, holder.lease)],
                    success: [.put(octets, value, .none), .delete(lock)])
            }
        return try await transact(transaction, what: what, repetition: .ifNotSent).isSuccess
    }
}

extension EtcdTransactionAnswer {
    /// Whether the transaction in it, which is its only operation, did what it was to do.
    var isInnerSuccess: Bool { responses.first?.transactions.first?.isSuccess ?? false }
}
