import Testing

@testable import Discovery

@Suite struct EndpointTextTests {
    @Test(
        arguments: [
            ([("backup", nil)], "10.0.0.5:80 backup"),
            ([("weight", "5"), ("note", "two words")], #"10.0.0.5:80 weight=5 note="two words""#),
            ([("note", #""quoted" \ word"#)], #"10.0.0.5:80 note="\"quoted\" \\ word""#),
            ([("note", #"a"b"#), ("empty", "")], #"10.0.0.5:80 note=a"b empty="#),
        ] as [([(String, String?)], String)])
    func `attributes are written as they are read`(attributes: [(String, String?)], text: String) {
        #expect(EndpointText.value(address: "10.0.0.5:80", attributes: attributes) == text)
    }

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
            let text = EndpointText.value(
                address: "10.0.0.5:80", attributes: attributes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
            #expect(try EndpointValue(Array(text.utf8)).attributes == attributes)
        }
    }
}
