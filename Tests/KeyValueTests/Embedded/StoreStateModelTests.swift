import Testing

@testable import KeyValue

/// The state machine against a model that is too simple to be wrong: a dictionary and a counter.
@Suite(.timeLimit(.minutes(2))) struct StoreStateModelTests {
    /// A small generator whose runs can be repeated.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private struct Model {
        var entries: [String: KeyValueEntry] = [:]
        var index: UInt64 = 1

        mutating func put(_ key: String, _ value: [UInt8]) {
            let old = entries[key]
            if let old, old.value == value, old.lockIndex == 0 { return }
            index += 1
            entries[key] = KeyValueEntry(
                key: key, value: value, createIndex: old?.createIndex ?? index, modifyIndex: index,
                session: old?.session)
        }

        mutating func delete(_ keys: [String]) {
            guard !keys.isEmpty else { return }
            index += 1
            for key in keys { entries[key] = nil }
        }

        mutating func lock(_ key: String, _ value: [UInt8], _ session: String) -> Bool {
            let old = entries[key]
            if let holder = old?.session, holder != session { return false }
            let lockIndex = old?.session == nil ? (old?.lockIndex ?? 0) + 1 : (old?.lockIndex ?? 0)
            if let old, old.session == session, old.value == value { return true }
            index += 1
            entries[key] = KeyValueEntry(
                key: key, value: value, createIndex: old?.createIndex ?? index, modifyIndex: index,
                lockIndex: lockIndex, session: session)
            return true
        }

        func sorted(_ prefix: String) -> [KeyValueEntry] {
            entries.values.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `random operations leave what the model says, and no prefix's index ever falls or misses a change`(
        seed: UInt64
    ) async throws {
        var dice = Dice(state: seed)
        var state = StoreState()
        var model = Model()
        let now = ContinuousClock.now
        let sessions = ["00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"]
        for id in sessions {
            _ = state.apply(.createSession(Self.session(id)), now: now)
            model.index += 1
        }
        let prefixes = ["", "a", "a/", "a/1", "a/12", "b/", "b/3", "b/33", "c", "zz"]
        var indexes = prefixes.map { state.index(prefix: $0) }
        var listings = prefixes.map { state.entries.entries(prefix: $0) }
        for step in 0..<2000 {
            let key = ["a", "b", "c"].randomElement(using: &dice)! + "/\(Int.random(in: 0..<400, using: &dice))"
            let value = [UInt8.random(in: 0..<4, using: &dice)]
            let session = sessions.randomElement(using: &dice)!
            var operation = StoreOperation(verb: .set, key: key, value: value)
            switch Int.random(in: 0..<20, using: &dice) {
            case 0..<9:
                model.put(key, value)
            case 9..<12:
                operation.verb = .delete
                model.delete(model.entries[key] == nil ? [] : [key])
            case 12:
                let length = Int.random(in: 0..<40, using: &dice) == 0 ? 0 : Int.random(in: 2..<6, using: &dice)
                operation = StoreOperation(verb: .deleteTree, key: String(key.prefix(length)))
                model.delete(model.sorted(operation.key).map(\.key))
            case 13..<16:
                operation.verb = .cas
                operation.index = Bool.random(using: &dice) ? (model.entries[key]?.modifyIndex ?? 0) : 7
                if (model.entries[key]?.modifyIndex ?? 0) == operation.index { model.put(key, value) }
            case 16..<19:
                operation.verb = .lock
                operation.session = session
                _ = model.lock(key, value, session)
            default:
                operation.verb = .unlock
                operation.session = session
                if let old = model.entries[key], old.session == session {
                    model.index += 1
                    model.entries[key]?.session = nil
                    model.entries[key]?.value = value
                    model.entries[key]?.modifyIndex = model.index
                }
            }
            _ = state.apply(.operation(operation), now: now)
            try #require(state.index == model.index, "step \(step): \(operation)")
            if step % 50 == 0 {
                // Others share these threads, and some of them count seconds.
                await Task.yield()
                try #require(state.entries.entries(prefix: "") == model.sorted(""), "step \(step)")
                try #require(state.entries.count == model.entries.count)
            }
            for (position, prefix) in prefixes.enumerated() {
                let index = state.index(prefix: prefix)
                let listing = state.entries.entries(prefix: prefix)
                try #require(index >= indexes[position], "step \(step), \(prefix): \(operation)")
                if listing != listings[position] {
                    try #require(index > indexes[position], "step \(step), \(prefix): \(operation)")
                }
                indexes[position] = index
                listings[position] = listing
            }
        }
    }

    @Test func `a graveyard that overflows forgets the oldest but lets no prefix's index fall`() {
        var state = StoreState()
        let now = ContinuousClock.now
        var highest: UInt64 = 0
        for number in 0..<(Graveyard.capacity + 500) {
            _ = state.apply(.operation(StoreOperation(verb: .set, key: "p/\(number)")), now: now)
            _ = state.apply(.operation(StoreOperation(verb: .delete, key: "p/\(number)")), now: now)
            let index = state.index(prefix: "p/")
            #expect(index > highest)
            highest = index
        }
        #expect(state.graveyard.tombstones.count <= Graveyard.capacity)
        #expect(state.graveyard.floor > 0)
        #expect(state.graveyard["p/0"] == nil)
        #expect(state.graveyard["p/\(Graveyard.capacity + 499)"] == state.index)
    }

    @Test func `keys are octets: two spellings of one character are two keys, in the order of their octets`() {
        var state = StoreState()
        let now = ContinuousClock.now
        for key in ["k\u{E9}", "ke\u{301}", "kz", "K"] {
            _ = state.apply(.operation(StoreOperation(verb: .set, key: key, value: Array(key.utf8))), now: now)
        }
        #expect(state.entries.count == 4)
        #expect(state.entries["k\u{E9}"]?.value == Array("k\u{E9}".utf8))
        #expect(state.entries["ke\u{301}"]?.value == Array("ke\u{301}".utf8))
        let keys = state.entries.entries(prefix: "").map { Array($0.key.utf8) }
        #expect(keys == keys.sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test func `a transaction that fails changes nothing and tells every reason`() throws {
        var state = StoreState()
        let now = ContinuousClock.now
        _ = state.apply(.operation(StoreOperation(verb: .set, key: "a", value: [1])), now: now)
        let before = state
        let outcome = state.apply(
            .transaction([
                StoreOperation(verb: .set, key: "a", value: [2]),
                StoreOperation(verb: .checkIndex, key: "a", index: 99),
                StoreOperation(verb: .deleteTree, key: ""),
                StoreOperation(verb: .get, key: "nope"),
            ]), now: now)
        guard case .aborted(let refusals) = outcome else {
            Issue.record("not aborted: \(outcome)")
            return
        }
        #expect(refusals.map(\.operation) == [1, 3])
        #expect(state.index == before.index)
        #expect(state.entries.entries(prefix: "") == before.entries.entries(prefix: ""))
        #expect(state.changes.keys == before.changes.keys)
    }

    @Test(arguments: [SessionBehavior.release, .delete])
    func `a session that expires gives up its keys, which nobody can lock until the lock delay is over`(
        behavior: SessionBehavior
    ) {
        var state = StoreState()
        let start = ContinuousClock.now
        var first = Self.session("00000000-0000-0000-0000-00000000000a")
        first.ttl = .seconds(10)
        first.behavior = behavior
        first.lockDelay = .seconds(5)
        let second = Self.session("00000000-0000-0000-0000-00000000000b")
        _ = state.apply(.createSession(first), now: start)
        _ = state.apply(.createSession(second), now: start)
        let lock = { (id: String) in StoreCommand.operation(StoreOperation(verb: .lock, key: "k", session: id)) }
        #expect(Self.isDone(state.apply(lock(first.id), now: start)))
        #expect(state.nextDeadline == start + .seconds(10))
        _ = state.apply(.expireSessions, now: start + .seconds(9))
        #expect(state.entries["k"]?.session == first.id)
        // A renewal counts from when it comes.
        _ = state.apply(.renewSession(first.id), now: start + .seconds(9))
        _ = state.apply(.expireSessions, now: start + .seconds(18))
        #expect(state.entries["k"]?.session == first.id)
        _ = state.apply(.expireSessions, now: start + .seconds(19))
        #expect(state.sessions[first.id] == nil)
        #expect((state.entries["k"] == nil) == (behavior == .delete))
        #expect(state.entries["k"]?.session == nil)
        #expect(!Self.isDone(state.apply(lock(second.id), now: start + .seconds(23))))
        #expect(Self.isDone(state.apply(lock(second.id), now: start + .seconds(24))))
        guard case .noSession = state.apply(.renewSession(first.id), now: start + .seconds(24)) else {
            Issue.record("an ended session was renewed")
            return
        }
    }

    private static func session(_ id: String) -> StoreSession {
        StoreSession(
            id: id, name: "", node: "n", lockDelay: .zero, behavior: .release, ttl: nil, ttlText: "", nodeChecks: [])
    }

    private static func isDone(_ outcome: StoreOutcome) -> Bool {
        if case .entries = outcome { return true }
        return false
    }
}
