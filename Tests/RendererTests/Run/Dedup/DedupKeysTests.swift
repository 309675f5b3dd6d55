import KeyValue
import Testing

@testable import Renderer

@Suite struct DedupKeysTests {
    private let keys = DedupKeys(prefix: "dedup/", hash: "abc")
    private let shared = SharedAnswers(["kv.block(a)": .text("1")])

    private func entries(_ writing: DedupKeys.Writing, index: UInt64 = 5) -> [KeyValueEntry] {
        [KeyValueEntry(key: keys.data, value: writing.data, modifyIndex: index)]
            + writing.parts.map { KeyValueEntry(key: $0.key, value: $0.value) }
    }

    private func view(_ entries: [KeyValueEntry]) -> DedupKeys.View {
        keys.view(KeyValueListing(entries: entries, index: 9))
    }

    @Test func `the folder is the prefix and the hash, with one slash between`() {
        #expect(keys.lock == "dedup/abc/lock" && keys.data == "dedup/abc/data")
        #expect(DedupKeys(prefix: "dedup", hash: "abc") == keys)
    }

    @Test func `answers are those of whoever holds the lock, and no others`() throws {
        let writing = try #require(keys.writing(shared, session: "s1", over: 0))
        #expect(writing.parts.isEmpty)
        #expect(writing.data.starts(with: Array("portico-dedup 1 s1 s1-0 0 ".utf8)))
        let lock = KeyValueEntry(key: keys.lock, value: Array("host (process 7)".utf8), session: "s1")
        let view = view([lock] + entries(writing))
        #expect(view.holder == "s1" && view.holderName == "host (process 7)" && view.dataIndex == 5)
        #expect(view.current == shared && view.leftovers == [])
        #expect(self.view(entries(writing)).current == nil)
        let other = KeyValueEntry(key: keys.lock, value: [], session: "s2")
        #expect(self.view([other] + entries(writing)).current == nil)
        #expect(self.view([other] + entries(writing)).answers == shared)
        #expect(self.view([]) == DedupKeys.View())
    }

    @Test func `what one value does not hold goes on in others`() throws {
        let value = (0..<1_200_000).map { UInt8(truncatingIfNeeded: $0) }
        let large = SharedAnswers(["kv.block(a)": .value(value)])
        let writing = try #require(keys.writing(large, session: "s", over: 4))
        #expect(writing.parts.map(\.key) == (1...3).map { "dedup/abc/data/s-4/0000\($0)" })
        #expect(([writing.data] + writing.parts.map(\.value)).allSatisfy { $0.count <= 512 << 10 })
        #expect(view(entries(writing)).answers == large)
        let old = KeyValueEntry(key: keys.data + "/r-2/00001", value: [])
        #expect(view(entries(writing) + [old]).leftovers == [old.key])
        let lacking = view(entries(writing).dropLast())
        #expect(lacking.answers == nil && lacking.problem == "dedup/abc/data: dedup/abc/data/s-4/00003 is missing")
    }

    @Test func `more than all values hold is not written`() {
        let value = [UInt8](repeating: 0, count: 26 << 20)
        #expect(keys.writing(SharedAnswers(["kv.block(a)": .value(value)]), session: "s", over: 0) == nil)
    }

    @Test(arguments: [
        ("", "not written by portico render"), ("gob", "not written by portico render"),
        ("portico-dedup 2 whatever\n", "of form 2"), ("portico-dedup 1 s g 0\n", "a header that is none"),
        ("portico-dedup 1 s g 0 7\n", "0 octets instead of 7"), ("portico-dedup 1 s g -1 0\n", "a header that is none"),
        ("portico-dedup 1 s g 9999999999 0\n", "a header that is none"), ("portico-dedup 1 s g 0 0\n", "too early"),
    ])
    func `data that cannot be read is told of and not used`(text: String, words: String) {
        let view = view([KeyValueEntry(key: keys.data, value: Array(text.utf8), modifyIndex: 3)])
        #expect(view.answers == nil && view.dataIndex == 3)
        #expect(view.problem?.contains(words) == true, "\(view.problem ?? "")")
    }
}
