import KeyValue
import Testing

extension StoreConformance {
    /// Watches of stores that stay where they are.
    @Suite(.serialized, .timeLimit(.minutes(3))) struct Watches {
        /// Passes over events until the prefix holds `values`, by names without the root.
        private func follow(
            _ reader: inout WatchReader, _ subject: StoreSpecimen.Opened, to values: [String: String]
        ) async -> WatchReader.Heard? {
            await reader.first { heard in
                heard.values.map { Set($0.keys) } == Set(values.keys.map(subject.key))
                    && values.allSatisfy { heard.values?[subject.key($0)] == $1 }
            }
        }

        @Test(arguments: StoreSpecimen.all)
        func `a watch tells the state, then each change, and nothing of its neighbours`(
            specimen: StoreSpecimen
        ) async throws {
            let subject = try await specimen.open()
            let store = subject.store
            try await store.put(subject.key("watch/a"), value: [0x31], flags: 0)
            var reader = WatchReader(store.watch(prefix: "/" + subject.key("watch/")))
            let first = await reader.next()
            #expect(first?.values == [subject.key("watch/a"): "1"])
            #expect(first?.isFirstAfterOutage == false)
            try await store.put(subject.key("watchful"), value: [], flags: 0)
            try await store.put(subject.key("watch/b"), value: [0x32], flags: 0)
            #expect(await reader.next()?.values == [subject.key("watch/a"): "1", subject.key("watch/b"): "2"])
            try await store.put(subject.key("watch/a"), value: [0x33], flags: 0)
            #expect(await reader.next()?.values == [subject.key("watch/a"): "3", subject.key("watch/b"): "2"])
            try await store.delete(subject.key("watch/a"))
            #expect(await reader.next()?.values == [subject.key("watch/b"): "2"])
            try await store.deleteTree(prefix: subject.key("watch/"))
            let last = await reader.next()
            #expect(last?.values == [:])
            #expect(last?.isRegressed == false)
            #expect(last?.isFirstAfterOutage == false)
        }

        @Test(arguments: StoreSpecimen.all)
        func `a prefix with nothing in it is told as such at once`(specimen: StoreSpecimen) async throws {
            let subject = try await specimen.open()
            var reader = WatchReader(subject.store.watch(prefix: subject.key("nothing/")))
            #expect(await reader.next()?.values == [:])
            try await subject.store.put(subject.key("nothing/more"), value: [0x31], flags: 0)
            #expect(await reader.next()?.values == [subject.key("nothing/more"): "1"])
        }

        @Test(arguments: StoreSpecimen.all)
        func `a reader that was slow hears the newest state, which is that of a listing`(
            specimen: StoreSpecimen
        ) async throws {
            let subject = try await specimen.open()
            let store = subject.store
            var reader = WatchReader(store.watch(prefix: subject.root))
            #expect(await reader.next()?.values == [:])
            var expected: [String: String] = [:]
            for round in 0..<100 {
                let name = "k\(round % 7)"
                if round % 5 == 4 {
                    try await store.delete(subject.key(name))
                    expected[name] = nil
                } else {
                    try await store.put(subject.key(name), value: Array("\(round)".utf8), flags: 0)
                    expected[name] = "\(round)"
                }
            }
            let heard = await follow(&reader, subject, to: expected)
            let listing = try await store.list(prefix: subject.root)
            #expect(subject.values(listing) == expected)
            #expect((heard?.index ?? .max) <= listing.index)
            // Nothing older waits behind it.
            try await store.put(subject.key("last"), value: [0x31], flags: 0)
            expected["last"] = "1"
            #expect(await reader.next()?.values?.count == expected.count)
        }

        @Test(arguments: StoreSpecimen.all)
        func `several watches of one prefix, and of one within it, each hear what is theirs`(
            specimen: StoreSpecimen
        ) async throws {
            let subject = try await specimen.open()
            let store = subject.store
            try await withThrowingTaskGroup(of: Void.self) { group in
                for prefix in ["", "", "inner/", "inner/", "inner/k"] {
                    var reader = WatchReader(store.watch(prefix: subject.key(prefix)))
                    let first = await reader.next()
                    #expect(first?.values == [:])
                    group.addTask { [reader] in
                        var reader = reader
                        let expected = ["inner/k1": "1", "inner/k2": "2"]
                        #expect(await follow(&reader, subject, to: expected) != nil)
                    }
                }
                try await store.put(subject.key("inner/k1"), value: [0x31], flags: 0)
                try await store.put(subject.key("inner/k2"), value: [0x32], flags: 0)
                try await group.waitForAll()
            }
        }

        @Test(arguments: StoreSpecimen.all)
        func `a watch ends with its task`(specimen: StoreSpecimen) async throws {
            let subject = try await specimen.open()
            let (began, continuation) = AsyncStream.makeStream(of: Void.self)
            let reading = Task {
                var count = 0
                for await _ in subject.store.watch(prefix: subject.root) {
                    count += 1
                    continuation.yield()
                }
                return count
            }
            for await _ in began { break }
            reading.cancel()
            #expect(await reading.value == 1)
        }

        @Test(arguments: StoreSpecimen.all)
        func `two thousand entries are listed and watched whole`(specimen: StoreSpecimen) async throws {
            let subject = try await specimen.open()
            let store = subject.store
            let count = specimen.testDescription == "file" ? 200 : 2000
            try await withThrowingTaskGroup(of: Void.self) { group in
                for batch in 0..<4 {
                    group.addTask {
                        for number in 0..<count / 4 {
                            try await store.put(
                                subject.key("\(batch)-\(number)"), value: Array("10.0.\(batch).1:80".utf8), flags: 0)
                        }
                    }
                }
                try await group.waitForAll()
            }
            var reader = WatchReader(store.watch(prefix: subject.root))
            #expect(await reader.next()?.values?.count == count)
            try await store.put(subject.key("one-more"), value: [], flags: 0)
            #expect(await reader.next()?.values?.count == count + 1)
            #expect(try await store.list(prefix: subject.root).entries.count == count + 1)
            try await store.deleteTree(prefix: subject.root)
            #expect(await reader.next()?.values?.isEmpty == true)
        }
    }
}
