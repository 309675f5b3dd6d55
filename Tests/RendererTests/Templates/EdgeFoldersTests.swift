import Discovery
import KeyValue
import Lab
import Testing

@testable import Renderer

/// Folders that are read one by one are the tree that is read whole.
@Suite struct EdgeFoldersTests {
    @Test(arguments: 0..<4 as Range<UInt64>)
    func `as the whole tree, whatever came before`(seed: UInt64) {
        var generator = SeededGenerator(seed: 600 + seed)
        var folders = EdgeFolders(prefix: "services/")
        var values: [String: (value: String, index: UInt64)] = [:]
        var endpoints: [String: EndpointEntry] = [:]
        var kept = 0
        for turn in 0..<500 as Range<UInt64> {
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                let folder =
                    ["web-80", "web", "web-8080", "api-3000", "a", "z-1"].randomElement(using: &generator) ?? ""
                let number = Int.random(in: 0..<4, using: &generator)
                let key =
                    ["\(folder)/h:c.\(number):80", "\(folder)/h:c.\(number):80", folder, "\(folder)/x", "\(folder)/"]
                    .randomElement(using: &generator) ?? ""
                let value = ["10.0.0.\(number):80", "10.0.0.1:80 weight=2", "nothing", nil].randomElement(
                    using: &generator)
                values["services/\(key)"] = (value ?? nil).map { ($0, turn) }
            }
            let pairs = values.sorted { KeyValueOrder.precedes($0.key, $1.key) }.map { key, entry in
                var pair = KeyPair(path: key, below: "services/", value: Array(entry.value.utf8))
                pair.modifyIndex = entry.index
                return pair
            }
            _ = folders.update(pairs)
            let isNews = folders.update(pairs)
            #expect(!isNews)
            var tree = ServiceTree(prefix: "services/", source: "")
            tree.update(
                KeyValueListing(
                    entries: pairs.map { KeyValueEntry(key: $0.path, value: $0.value, modifyIndex: $0.modifyIndex) },
                    index: 0))
            #expect(folders.endpoints.map(\.key) == tree.endpoints.map(\.key))
            #expect(folders.endpoints.map(\.service) == tree.endpoints.map(\.service))
            #expect(folders.problems.map(\.subject) == tree.problems.map(\.subject))
            #expect(folders.problems.map(\.reason) == tree.problems.map(\.reason))
            // What did not change is the same object.
            let now = Dictionary(uniqueKeysWithValues: folders.endpoints.map { ($0.key, $0) })
            for (key, endpoint) in now where endpoints[key] === endpoint { kept += 1 }
            endpoints = now
        }
        #expect(kept > 1_000)
    }
}

/// The order of octets.
private enum KeyValueOrder {
    static func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
}
