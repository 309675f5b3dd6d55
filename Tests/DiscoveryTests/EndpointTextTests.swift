import KeyValue
import Testing

@testable import Discovery

@Suite struct EndpointTextTests {
    @Test func `whatever is written is read again`() throws {
        let pieces = ["a", "\"", "\\", " ", "=", "\n", ",", "~", "é", "{", "\t", "\u{1}"]
        var seed: UInt64 = 7
        func random(_ limit: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % limit
        }
        for _ in 0..<5_000 {
            var attributes: [String: String] = [:]
            for number in 0..<random(4) {
                attributes["a\(number)"] = (0..<random(8)).map { _ in pieces[random(pieces.count)] }.joined()
            }
            let words = attributes.sorted { $0.key < $1.key }.map { EndpointText.attribute($0.key, $0.value) }
            let text = (["10.0.0.5:80"] + words).joined(separator: " ")
            #expect(try EndpointValue(Array(text.utf8)).attributes == attributes)
        }
    }
}
