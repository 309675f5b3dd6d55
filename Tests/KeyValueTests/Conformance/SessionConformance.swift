import KeyValue
import Lab
import Testing

extension StoreConformance {
    /// Sessions, and the locks that they hold.
    @Suite(.serialized, .timeLimit(.minutes(3))) struct Sessions {
        private func session(
            _ store: any KeyValueStore, _ behavior: SessionBehavior, ttl: Duration = .seconds(60)
        ) async throws -> String {
            try await store.createSession(name: "a \"name\"", ttl: ttl, behavior: behavior, lockDelay: .zero)
        }

        @Test(arguments: StoreSpecimen.withSessions, [SessionBehavior.release, .delete])
        func `one session at a time holds a lock`(specimen: StoreSpecimen, behavior: SessionBehavior) async throws {
            let subject = try await specimen.open()
            let store = subject.store
            let key = subject.key("lock")
            let first = try await session(store, behavior)
            #expect(first != (try await session(store, behavior)))
            for others in [SessionBehavior.release, .delete] {
                let second = try await session(store, others)
                #expect(try await store.acquire(key, value: [1], flags: 0, session: first))
                #expect(try await store.get(key)?.session == first)
                #expect(try await store.list(prefix: key).entries.map(\.session) == [first])
                // Again by its holder, with another value.
                #expect(try await store.acquire("/" + key, value: [2], flags: 0, session: first))
                #expect(try await !store.acquire(key, value: [3], flags: 0, session: second))
                #expect(try await store.get(key)?.value == [2])
                #expect(try await !store.release(key, value: [4], session: second))
                #expect(try await store.get(key)?.session == first)
                #expect(try await store.release(key, value: [5], session: first))
                #expect(try await !store.release(key, value: [6], session: first))
                let released = try #require(try await store.get(key))
                #expect(released.session == nil)
                #expect(released.value == [5])
                #expect(try await store.acquire(key, value: [7], flags: 0, session: second))
                #expect(try await store.get(key)?.session == second)
                #expect(try await store.release(key, value: [8], session: second))
                // What was released survives the session.
                try await store.destroySession(second)
                #expect(try await store.get(key)?.value == [8])
            }
        }

        @Test(arguments: StoreSpecimen.withSessions, [SessionBehavior.release, .delete])
        func `when a session ends its locks do, its behaviour decides on its keys, and a watch hears of it`(
            specimen: StoreSpecimen, behavior: SessionBehavior
        ) async throws {
            let subject = try await specimen.open()
            let store = subject.store
            let holder = try await session(store, behavior)
            let keys = ["a", "b"].map(subject.key)
            for key in keys { #expect(try await store.acquire(key, value: [0x31], flags: 0, session: holder)) }
            try await store.put(subject.key("c"), value: [0x32], flags: 0)
            var watch = store.watch(prefix: subject.root).makeAsyncIterator()
            let held: [String?] = [holder, holder, nil]
            #expect(Self.sessions(await watch.next()) == held)
            #expect(try await store.renewSession(holder))
            try await store.destroySession(holder)
            let expected: [String?] = behavior == .delete ? [nil] : [nil, nil, nil]
            var heard: [String?]?
            while heard != expected {
                guard let event = await watch.next() else { break }
                heard = Self.sessions(event)
            }
            #expect(heard == expected)
            #expect(try await !store.renewSession(holder))
            #expect(try await store.list(prefix: subject.root).entries.count == expected.count)
            #expect(try await store.get(keys[0])?.value == (behavior == .delete ? nil : [0x31]))
            let next = try await session(store, .release)
            #expect(try await store.acquire(keys[0], value: [0x33], flags: 0, session: next))
            // Its end is no error a second time.
            try await store.destroySession(holder)
        }

        fileprivate static func sessions(_ event: KeyValueWatchEvent?) -> [String?]? {
            guard case .listing(let listing, let isRegressed, _) = event, !isRegressed else { return nil }
            return listing.entries.map(\.session)
        }

        @Test(arguments: StoreSpecimen.withSessions, [SessionBehavior.release, .delete])
        func `writes and compare-and-sets of a locked key leave the lock, and its deletion ends it`(
            specimen: StoreSpecimen, behavior: SessionBehavior
        ) async throws {
            let subject = try await specimen.open()
            let store = subject.store
            let key = subject.key("lock")
            let holder = try await session(store, behavior)
            let other = try await session(store, .delete)
            #expect(try await store.acquire(key, value: [1], flags: 0, session: holder))
            try await store.put(key, value: [2], flags: 0)
            let written = try #require(try await store.get(key))
            #expect(written.session == holder)
            #expect(written.value == [2])
            #expect(try await store.compareAndSet(key, value: [3], flags: 0, index: written.modifyIndex))
            #expect(try await store.get(key)?.session == holder)
            #expect(try await !store.acquire(key, value: [4], flags: 0, session: other))
            try await store.delete(key)
            #expect(try await store.acquire(key, value: [5], flags: 0, session: other))
            try await store.deleteTree(prefix: subject.root)
            #expect(try await store.acquire(key, value: [6], flags: 0, session: holder))
            let index = try #require(try await store.get(key)).modifyIndex
            #expect(try await store.compareAndDelete(key, index: index))
            #expect(try await store.acquire(key, value: [7], flags: 0, session: other))
        }

        @Test(arguments: StoreSpecimen.withSessions)
        func `a lock needs a session that is there`(specimen: StoreSpecimen) async throws {
            let subject = try await specimen.open()
            let store = subject.store
            for behavior in [SessionBehavior.release, .delete] {
                let gone = try await session(store, behavior)
                try await store.destroySession(gone)
                for key in ["fresh", "there"].map(subject.key) {
                    let error = await #expect(throws: KeyValueError.self) {
                        try await store.acquire(key, value: [1], flags: 0, session: gone)
                    }
                    #expect(error?.kind == .invalid)
                    #expect(try await store.get(key)?.session == nil)
                    try await store.put(subject.key("there"), value: [1], flags: 0)
                }
            }
        }

        @Test func `what a file cannot do is said`() async throws {
            let subject = try await StoreSpecimen.file.open()
            let error = await #expect(throws: KeyValueError.self) { try await session(subject.store, .release) }
            #expect(error?.kind == .unsupported)
        }
    }

    /// Sessions that nobody renews any more.
    @Suite(.timeLimit(.minutes(3))) struct Lifetimes {
        @Test(arguments: StoreSpecimen.withSessions, [SessionBehavior.release, .delete])
        func `a session ends when it was not renewed for its TTL, and no other does`(
            specimen: StoreSpecimen, behavior: SessionBehavior
        ) async throws {
            let subject = try await specimen.open()
            let store = subject.store
            let ttl = try #require(specimen.awaitedTTL)
            let kept = try await store.createSession(
                name: "kept", ttl: .seconds(600), behavior: behavior, lockDelay: .zero)
            #expect(try await store.acquire(subject.key("kept"), value: [1], flags: 0, session: kept))
            let lost = try await renewedSession(subject, behavior, ttl: ttl)
            let expected: [String?] = behavior == .delete ? [kept] : [kept, nil]
            var watch = store.watch(prefix: subject.root).makeAsyncIterator()
            var heard: [String?]?
            while heard != expected {
                guard let event = await watch.next() else { break }
                heard = Sessions.sessions(event)
            }
            #expect(heard == expected)
            let lived: Duration = lost.at.duration(to: ContinuousClock.now)
            let least: Duration = ttl - Duration.milliseconds(10)
            #expect(lived >= least)
            #expect(try await !store.renewSession(lost.session))
            #expect(try await store.renewSession(kept))
            #expect(try await store.get(subject.key("kept"))?.session == kept)
        }

        /// A session that holds a lock and has just been renewed, and when.
        ///
        /// On a busy machine one may end before it was renewed: then another is tried.
        private func renewedSession(
            _ subject: StoreSpecimen.Opened, _ behavior: SessionBehavior, ttl: Duration
        ) async throws -> (session: String, at: ContinuousClock.Instant) {
            for _ in 0..<100 {
                let session = try await subject.store.createSession(
                    name: "lost", ttl: ttl, behavior: behavior, lockDelay: .zero)
                let isHeld = try? await subject.store.acquire(
                    subject.key("lost"), value: [1], flags: 0, session: session)
                let now = ContinuousClock.now
                if isHeld == true, try await subject.store.renewSession(session) { return (session, now) }
                try await Task.sleep(for: .milliseconds(100))
            }
            throw LabError("no session lived long enough to be renewed")
        }
    }
}
