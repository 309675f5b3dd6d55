import KeyValue
import Testing

extension StoreConformance {
    /// Stores that go away and come back.
    @Suite(.serialized, .timeLimit(.minutes(3))) struct Outages {
        @Test(arguments: StoreSpecimen.fallible)
        func `a store that goes away is told of, and so is its coming back, even if nothing changed`(
            specimen: StoreSpecimen
        ) async throws {
            let open = try #require(specimen.openFallible)
            let subject = try await open()
            let store = subject.store
            try await store.put("s/a", value: [0x31], flags: 0)
            var reader = WatchReader(store.watch(prefix: "s/"))
            #expect(await reader.next()?.values == ["s/a": "1"])
            try await subject.leave()
            let outage = await reader.next()
            #expect(outage?.error?.kind == .unavailable)
            let read = await #expect(throws: KeyValueError.self) { try await store.list(prefix: "s/") }
            #expect(read?.kind == .unavailable)
            try await subject.comeBack()
            let back = await reader.first { $0.values != nil }
            #expect(back?.values == ["s/a": "1"])
            #expect(back?.isFirstAfterOutage == true)
            #expect(back?.isRegressed == false)
            try await store.put("s/b", value: [0x32], flags: 0)
            let next = await reader.first { $0.values != nil }
            #expect(next?.values == ["s/a": "1", "s/b": "2"])
            #expect(next?.isFirstAfterOutage == false)
        }

        @Test(arguments: StoreSpecimen.forgetful)
        func `a store that comes back empty is told as such, not as a mass removal`(
            specimen: StoreSpecimen
        ) async throws {
            let open = try #require(specimen.openForgetful)
            let subject = try await open()
            let store = subject.store
            for index in 0..<30 { try await store.put("s/\(index)", value: [1], flags: 0) }
            var reader = WatchReader(store.watch(prefix: "s/"))
            #expect(await reader.next()?.values?.count == 30)
            try await subject.leave()
            #expect(await reader.next()?.error?.kind == .unavailable)
            try await subject.comeBack()
            let back = await reader.first { $0.values != nil }
            #expect(back?.values == [:])
            #expect(back?.isRegressed == true)
            #expect(back?.isFirstAfterOutage == true)
            try await store.put("s/new", value: [0x31], flags: 0)
            let after = await reader.first { $0.values != nil }
            #expect(after?.values == ["s/new": "1"])
            #expect(after?.isFirstAfterOutage == false)
            #expect(after?.isRegressed == false)
        }

        @Test(arguments: StoreSpecimen.fallible)
        func `a watch that begins while its store is away hears that, and then what is there`(
            specimen: StoreSpecimen
        ) async throws {
            let open = try #require(specimen.openFallible)
            let subject = try await open()
            try await subject.store.put("s/a", value: [0x31], flags: 0)
            try await subject.leave()
            var reader = WatchReader(subject.store.watch(prefix: "s/"))
            #expect(await reader.next()?.error?.kind == .unavailable)
            try await subject.comeBack()
            let back = await reader.first { $0.values != nil }
            #expect(back?.values == ["s/a": "1"])
            #expect(back?.isRegressed == false)
        }
    }
}
