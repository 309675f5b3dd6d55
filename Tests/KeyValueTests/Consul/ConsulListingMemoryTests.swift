import Lab
import NIOCore
import Testing

@testable import KeyValue

/// A listing that is read after another one says what it says by itself.
@Suite struct ConsulListingMemoryTests {
    private static func text(_ entries: [(key: String, value: String)], isPretty: Bool) -> String {
        let space = isPretty ? "\n    " : ""
        let objects = entries.map { key, value in
            let encoded = value.isEmpty ? "null" : "\"\(Base64.encode(Array(value.utf8)))\""
            return
                "{\(space)\"Key\":\"\(key)\",\(space)\"Value\":\(encoded),\(space)\"ModifyIndex\":\(value.utf8.count)}"
        }
        return "[\(objects.joined(separator: ",\(space)"))]"
    }

    private static func failure(
        _ body: () throws(ConsulListingParser.Failure) -> Void
    ) -> ConsulListingParser.Failure? {
        do throws(ConsulListingParser.Failure) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `whatever came before`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: 800 + seed)
        var entries: [(key: String, value: String)] = []
        var memory = ConsulListingMemory()
        for _ in 0..<600 {
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                let key = "k/\(Int.random(in: 0..<40, using: &generator))"
                entries.removeAll { $0.key == key }
                if Int.random(in: 0..<4, using: &generator) > 0 {
                    entries.append((key, String(repeating: "v", count: Int.random(in: 0...9, using: &generator))))
                }
            }
            // Now and then as no store answers: out of order.
            if Int.random(in: 0..<9, using: &generator) > 0 { entries.sort { $0.key < $1.key } }
            var text = Array(Self.text(entries, isPretty: Int.random(in: 0..<5, using: &generator) == 0).utf8)
            if Int.random(in: 0..<4, using: &generator) == 0 {
                text[Int.random(in: text.indices, using: &generator)] = UInt8.random(in: 0...127, using: &generator)
            }
            let buffer = ByteBuffer(bytes: text)
            var alone: [KeyValueEntry] = []
            var next = ConsulListingMemory()
            let refusal = Self.failure { () throws(ConsulListingParser.Failure) in
                alone = try ConsulListingParser.parse(text.span)
            }
            let found = Self.failure { () throws(ConsulListingParser.Failure) in
                next = try ConsulListingMemory(buffer, after: memory, prefix: "k/")
            }
            #expect(found == refusal)
            guard found == nil else { continue }
            #expect(next.entries == alone)
            let keys = alone.map(\.key)
            #expect(next.isSorted == zip(keys, keys.dropFirst()).allSatisfy { KeyOrder.precedes($0, $1) })
            #expect(next.stranger == keys.first { !$0.hasPrefix("k/") })
            if next.isSorted, next.stranger == nil { memory = next }
        }
    }
}
