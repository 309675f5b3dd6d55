import KeyValue
import Testing

extension StoreConformance {
    /// Sessions, and the locks that they hold.
    @Suite(.timeLimit(.minutes(3))) struct Sessions {
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
            #expect(Self.sessions(await watch.next()) == [holder, holder, nil])
            #expect(try await store.renewSession(holder))
            try await store.destroySession(holder)
            let expected: [String?] = behavior == .delete ? [nil] : [nil, nil, nil]
            while Self.sessions(await watch.next()) != expected {}
            #expect(try await !store.renewSession(holder))
            #expect(try await store.list(prefix: subject.root).entries.count == expected.count)
            #expect(try await store.get(keys[0])?.value == (behavior == .delete ? nil : [0x31]))
            let next = try await session(store, .release)
            #expect(try await store.acquire(keys[0], value: [0x33], flags: 0, session: next))
            // Its end is no error a second time.
            try await store.destroySession(holder)
        }

        private static func sessions(_ event: KeyValueWatchEvent?) -> [String?]? {
            guard case .listing(let listing, let isRegressed, _) = event, !isRegressed else { return nil }
            return listing.entries.map(\.session)
        }

        @Test(arguments: StoreSpecimen.withSessions, [SessionBehavior.release, .delete])
        func `a session that is not renewed ends, and one that is does not`(
            specimen: StoreSpecimen, behavior: SessionBehavior
        ) async throws {
            let subject = try await specimen.open()
            let store = subject.store
            let ttl = try #require(specimen.awaitedTTL)
            let lost = try await session(store, behavior, ttl: ttl)
            let kept = try await session(store, behavior, ttl: ttl)
            let renewing = Task {
                while !Task.isCancelled {
                    #expect(try await store.renewSession(kept))
                    try await Task.sleep(for: ttl / 6)
                }
            }
            #expect(try await store.acquire(subject.key("kept"), value: [1], flags: 0, session: kept))
            #expect(try await store.acquire(subject.key("lost"), value: [1], flags: 0, session: lost))
            let expected: [String?] = behavior == .delete ? [kept] : [kept, nil]
            var watch = store.watch(prefix: subject.root).makeAsyncIterator()
            var heard: [String?]?
            repeat { heard = Self.sessions(await watch.next()) } while heard == [kept, lost] || heard == nil
            renewing.cancel()
            #expect(heard == expected)
            #expect(try await !store.renewSession(lost))
            #expect(try await store.get(subject.key("kept"))?.session == kept)
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
}
