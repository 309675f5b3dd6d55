import KeyValue
import Testing

extension StoreConformance {
    /// Keys, values and their indices.
    @Suite(.serialized, .timeLimit(.minutes(3))) struct Keys {
        @Test(arguments: StoreSpecimen.all)
        func `what is written is read, whatever the octets`(specimen: StoreSpecimen) async throws {
            let subject = try await specimen.open()
            let store = subject.store
            let value = (0...255).map { UInt8($0) }
            for name in ["a", "ü %?&#+;=:@,!~", "\"\\<>", "deep/er", "host1:web.1:80"] {
                let key = subject.key(name)
                try await store.put("/" + key, value: value, flags: 0)
                let entry = try #require(try await store.get(key))
                #expect(entry.value == value)
                #expect(entry.flags == 0)
                #expect(entry.session == nil)
                #expect(entry.key == key)
                #expect(try await store.get("/" + key) == entry)
            }
            try await store.put(subject.key("empty"), value: [], flags: 0)
            #expect(try await store.get(subject.key("empty"))?.value == [])
            #expect(try await store.get(subject.key("none")) == nil)
            // Neither a key's beginning nor what goes on after it is the key.
            #expect(try await store.get(subject.key("deep")) == nil)
            #expect(try await store.get(subject.key("aa")) == nil)
        }

        @Test(arguments: StoreSpecimen.all)
        func `flags are kept, or refused by a store that has no place for them`(specimen: StoreSpecimen) async throws {
            let subject = try await specimen.open()
            let key = subject.key("flagged")
            if specimen.keepsFlags {
                try await subject.store.put(key, value: [1], flags: .max)
                #expect(try await subject.store.get(key)?.flags == .max)
                #expect(try await subject.store.compareAndSet(subject.key("b"), value: [1], flags: 7, index: 0))
                #expect(try await subject.store.get(subject.key("b"))?.flags == 7)
            } else {
                let put = await #expect(throws: KeyValueError.self) {
                    try await subject.store.put(key, value: [1], flags: 1)
                }
                #expect(put?.kind == .unsupported)
                let set = await #expect(throws: KeyValueError.self) {
                    try await subject.store.compareAndSet(key, value: [1], flags: 1, index: 0)
                }
                #expect(set?.kind == .unsupported)
                #expect(try await subject.store.get(key) == nil)
            }
        }

        @Test(arguments: StoreSpecimen.all)
        func `a listing has what begins with the prefix, in order, at an index of its own`(
            specimen: StoreSpecimen
        ) async throws {
            let subject = try await specimen.open()
            let store = subject.store
            let names = ["list/b", "list/a", "list/a/c", "list/a b", "list/ü", "list/Z", "list", "lists/a", "other"]
            for name in names { try await store.put(subject.key(name), value: [0x31], flags: 0) }
            let listing = try await store.list(prefix: subject.key("list/"))
            let expected = names.filter { $0.hasPrefix("list/") }.map(subject.key)
            #expect(
                listing.entries.map(\.key) == expected.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
            #expect(listing.index >= listing.entries.map(\.modifyIndex).max() ?? 0)
            #expect(try await store.list(prefix: "/" + subject.key("list")).entries.count == 8)
            #expect(try await store.list(prefix: subject.key("list/none")).entries.isEmpty)
            let all = try await store.list(prefix: "").entries.map(\.key)
            #expect(Set(all).isSuperset(of: names.map(subject.key)))
        }

        @Test(arguments: StoreSpecimen.all)
        func `what is deleted is gone, and nothing else is`(specimen: StoreSpecimen) async throws {
            let subject = try await specimen.open()
            let store = subject.store
            for name in ["a", "a/b", "ab", "b/1", "b/2", "bc"] {
                try await store.put(subject.key(name), value: [1], flags: 0)
            }
            try await store.delete("/" + subject.key("a"))
            try await store.delete(subject.key("a"))
            try await store.deleteTree(prefix: "/" + subject.key("b/"))
            try await store.deleteTree(prefix: subject.key("none/"))
            #expect(
                try await store.list(prefix: subject.root).entries.map(\.key) == ["a/b", "ab", "bc"].map(subject.key))
        }

        @Test(arguments: StoreSpecimen.all)
        func `indices grow with every change, and a key keeps the one of its creation`(
            specimen: StoreSpecimen
        ) async throws {
            let subject = try await specimen.open()
            let key = subject.key("a")
            var last: UInt64 = 0
            var created: UInt64?
            for round in 0..<5 as Range<UInt8> {
                try await subject.store.put(key, value: [round], flags: 0)
                let entry = try #require(try await subject.store.get(key))
                #expect(entry.modifyIndex > last)
                #expect(entry.createIndex == created ?? entry.modifyIndex)
                #expect(try await subject.store.list(prefix: key).entries == [entry])
                created = entry.createIndex
                last = entry.modifyIndex
            }
            try await subject.store.delete(key)
            try await subject.store.put(key, value: [9], flags: 0)
            #expect(try #require(try await subject.store.get(key)).createIndex > last)
        }

        @Test(arguments: StoreSpecimen.all)
        func `compare-and-set writes only over the index that was read`(specimen: StoreSpecimen) async throws {
            let subject = try await specimen.open()
            let store = subject.store
            let key = subject.key("a")
            #expect(try await store.compareAndSet(key, value: [1], flags: 0, index: 0))
            #expect(try await !store.compareAndSet(key, value: [2], flags: 0, index: 0))
            let index = try #require(try await store.get(key)).modifyIndex
            #expect(try await !store.compareAndSet(key, value: [2], flags: 0, index: index + 1))
            #expect(try await store.compareAndSet("/" + key, value: [3], flags: 0, index: index))
            #expect(try await store.get(key)?.value == [3])
            #expect(try await !store.compareAndSet(key, value: [4], flags: 0, index: index))
            #expect(try await !store.compareAndDelete(key, index: index))
            let newer = try #require(try await store.get(key)).modifyIndex
            #expect(try await store.compareAndDelete(key, index: newer))
            #expect(try await store.get(key) == nil)
            // Gone it is, whoever did it.
            #expect(try await store.compareAndDelete(key, index: newer))
            #expect(try await !store.compareAndSet(key, value: [5], flags: 0, index: newer))
            #expect(try await store.get(key) == nil)
        }

        @Test(arguments: StoreSpecimen.all)
        func `of many that count up one key by compare-and-set none is lost`(specimen: StoreSpecimen) async throws {
            let subject = try await specimen.open()
            let store = subject.store
            let key = subject.key("n")
            try await store.put(key, value: Array("0".utf8), flags: 0)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        var done = 0
                        while done < 10 {
                            let entry = try #require(try await store.get(key))
                            let number = try #require(Int(String(decoding: entry.value, as: UTF8.self)))
                            if try await store.compareAndSet(
                                key, value: Array("\(number + 1)".utf8), flags: 0, index: entry.modifyIndex)
                            {
                                done += 1
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.get(key)?.value == Array("60".utf8))
        }

        @Test(arguments: StoreSpecimen.all)
        func `a key must have a name`(specimen: StoreSpecimen) async throws {
            let subject = try await specimen.open()
            for key in ["", "/"] {
                let put = await #expect(throws: KeyValueError.self) {
                    try await subject.store.put(key, value: [], flags: 0)
                }
                #expect(put?.kind == .invalid)
                let set = await #expect(throws: KeyValueError.self) {
                    try await subject.store.compareAndSet(key, value: [], flags: 0, index: 0)
                }
                #expect(set?.kind == .invalid)
            }
        }
    }
}
