import Lab
import Testing

@testable import KeyValue

/// Where keys lie, and what becomes of them.
@Suite struct EtcdTreeTests {
    @Test(arguments: [
        ("", "services/", "services/", "services0"), ("/", "services/", "/services/", "/services0"),
        ("", "", "\0", "\0"), ("/p/", "", "/p/", "/p0"), ("", "a", "a", "b"),
    ])
    func `a prefix is a range up to the next text of its length`(
        root: String, prefix: String, from: String, to: String
    ) {
        let range = EtcdKeySpace(root: root).range(prefix)
        #expect(range.from == Array(from.utf8))
        #expect(range.to == Array(to.utf8))
    }

    @Test func `only what is below the root and text is a key`() {
        let space = EtcdKeySpace(root: "/p/")
        #expect(space.name(Array("/p/a".utf8)) == .key("a"))
        #expect(space.name(Array("/p/a\0lock".utf8)) == .lock("a"))
        for octets in [Array("/q/a".utf8), Array("/p/".utf8), Array("/p/a\0b".utf8), Array("/p/".utf8) + [0xFF]] {
            #expect(space.name(octets) == nil)
        }
        #expect(EtcdKeySpace(root: "").name([0] + Array("lock".utf8)) == nil)
    }

    @Test func `sessions are told apart by their ID`() throws {
        for session in [
            EtcdSession(lease: 0x7d8_0000_0000_0001, behavior: .delete), EtcdSession(lease: 1, behavior: .release),
            EtcdSession(lease: -1, behavior: .release),
        ] {
            #expect(try EtcdSession(session.id, what: "test") == session)
        }
        #expect(EtcdSession(lease: 0xAB, behavior: .release).id == "00000000000000ab-release")
        for id in ["", "0", "-release", "+1", "-1", "xyz", "11111111-1111-1111-1111-111111111111"] {
            let error = #expect(throws: KeyValueError.self) { try EtcdSession(id, what: "test") }
            #expect(error?.kind == .invalid)
        }
    }

    /// A store's keys, changed at random: the tree follows a dictionary that needs no order.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a tree that follows changes is the tree of what is there`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let space = EtcdKeySpace(root: "/r/")
        let names = ["a", "b", "a/1", "ab", "ü", "z", "Z", "a b"]
        var model: [String: EtcdKeyValue] = [:]
        var tree = EtcdTree(in: space)
        for revision in 1...2000 as ClosedRange<UInt64> {
            let name = names.randomElement(using: &random) ?? "a"
            let isLock = Int.random(in: 0..<3, using: &random) == 0
            let key = isLock ? space.lockOctets(name) : space.octets(name)
            let text = String(decoding: key, as: UTF8.self)
            let isDeletion = Int.random(in: 0..<3, using: &random) == 0
            let entry = EtcdKeyValue(
                key: key, value: isLock ? [] : [UInt8(revision % 251)],
                createRevision: model[text]?.createRevision ?? revision, modRevision: revision,
                lease: isLock ? Int64(revision) : Int64.random(in: 0...1, using: &random))
            model[text] = isDeletion ? nil : entry
            let before = tree.entries
            let hasChanged = tree.take(EtcdWatchMessage.Event(isDeletion: isDeletion, entry: entry))
            #expect(hasChanged == (before != tree.entries))
            let listed = model.values.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            #expect(tree.entries == EtcdTree(listed, in: space).entries)
            guard tree.entries == EtcdTree(listed, in: space).entries else { return }
        }
    }

    @Test func `lines come whole, however they are cut`() {
        let text = Array("{\"a\":1}\n\n{\"b\":2}\nrest".utf8)
        for size in 1...text.count {
            var lines = EtcdLines(octetsMax: 100)
            var all: [[UInt8]] = []
            for start in stride(from: 0, to: text.count, by: size) {
                let chunk = text[start..<min(start + size, text.count)]
                all += lines.take(chunk) ?? []
            }
            #expect(all == [Array("{\"a\":1}".utf8), [], Array("{\"b\":2}".utf8)])
            #expect(lines.rest == Array("rest".utf8))
        }
        var lines = EtcdLines(octetsMax: 3)
        #expect(lines.take(Array("abcd".utf8)) == nil)
    }
}
