import Lab
import Testing

@testable import KeyValue

/// What chunks keep is what their entries are, whoever has changed what.
@Suite struct EntryMapTests {
    private static func write(_ entries: ArraySlice<KeyValueEntry>) -> [UInt8] {
        Array(entries.map { "\($0.key)=\($0.modifyIndex);" }.joined().utf8)
    }

    private static func text(_ map: EntryMap, _ prefix: String) -> String {
        var text: [UInt8] = []
        map.forEachText(prefix: prefix, write) { text += $0 }
        return String(decoding: text, as: UTF8.self)
    }

    @Test(arguments: 0..<3 as Range<UInt64>)
    func `texts and indices are those of the entries`(seed: UInt64) {
        var generator = SeededGenerator(seed: 900 + seed)
        var map = EntryMap()
        var model: [String: UInt64] = [:]
        var index: UInt64 = 0
        var copies: [(map: EntryMap, text: String)] = []
        for turn in 0..<800 {
            index += 1
            let key =
                "\(["a", "b", "c/d"].randomElement(using: &generator) ?? "")/\(UInt8.random(in: 0...199, using: &generator))"
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<7:
                map.set(KeyValueEntry(key: key, value: [], modifyIndex: index))
                model[key] = index
            case 7, 8:
                #expect(map.remove(key) == (model.removeValue(forKey: key) != nil))
            default:
                let prefix = turn % 100 == 0 ? "c" : key
                _ = map.removeAll(prefix: prefix)
                model = model.filter { !$0.key.hasPrefix(prefix) }
            }
            for prefix in ["", "a", "b/1", "c/d/", "z", key] {
                let wanted = model.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }
                #expect(Self.text(map, prefix) == wanted.map { "\($0.key)=\($0.value);" }.joined())
                #expect(map.newest(prefix: prefix) == wanted.map(\.value).max() ?? 0)
            }
            if turn % 150 == 0 { copies.append((map, Self.text(map, ""))) }
        }
        for copy in copies { #expect(Self.text(copy.map, "") == copy.text) }
    }
}
