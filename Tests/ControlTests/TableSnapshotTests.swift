import Discovery
import KeyValue
import Testing

@testable import Control

@Suite struct TableSnapshotTests {
    private func snapshot() -> TableSnapshot {
        var tree = ServiceTree(prefix: "services/", source: "t")
        tree.update(
            KeyValueListing(
                entries: [
                    KeyValueEntry(
                        key: "services/web-80/h:ü:80", value: Array(#"10.0.0.1:80 note="a b\"c""#.utf8), modifyIndex: 9)
                ], index: 9))
        return TableSnapshot(store: "memory:", generation: 7, endpoints: tree.endpoints, routes: [])
    }

    @Test func `what is written is what is read`() throws {
        let snapshot = snapshot()
        #expect(try TableSnapshot(decoding: snapshot.encoded()) == snapshot)
        #expect(snapshot.servicesListing.entries.map(\.modifyIndex) == [9])
    }

    @Test func `a snapshot with any bit changed is refused`() throws {
        let octets = try snapshot().encoded()
        for index in octets.indices {
            for bit in 0..<8 {
                var changed = octets
                changed[index] ^= 1 << bit
                #expect(throws: TableSnapshot.Unreadable.self) { try TableSnapshot(decoding: changed) }
            }
        }
    }

    @Test func `a snapshot that is cut short or longer is refused`() throws {
        let octets = try snapshot().encoded()
        for count in octets.indices {
            #expect(throws: TableSnapshot.Unreadable.self) { try TableSnapshot(decoding: Array(octets[..<count])) }
        }
        #expect(throws: TableSnapshot.Unreadable.self) { try TableSnapshot(decoding: octets + [0x20]) }
    }

    @Test func `the right checksum over the wrong content is refused`() {
        // What a version to come may write.
        #expect(throws: TableSnapshot.Unreadable.self) {
            try TableSnapshot(decoding: Array("portico-table 1 2 08326b07b4eb4d87\n{}".utf8))
        }
    }
}
