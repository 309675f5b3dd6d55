import Lab
import Testing

@testable import Swarm

@Suite("JSON")
struct JSONTests {
    private func parse(_ text: String) throws(JSONError) -> JSONValue {
        try JSONValue(parsing: Array(text.utf8))
    }

    private func written(_ value: JSONValue) -> String {
        String(decoding: value.octets, as: UTF8.self)
    }

    @Test(
        "what is understood by nobody here comes out as it went in",
        arguments: [
            #"{"z":1,"a":[1.50,-0,1e400,123456789012345678901234567890],"m":{"x":null,"y":true}}"#,
            #"["","\"\\\n\r\t","é😀","\u0001"]"#, "[]", "{}", "-12.5E-3", #""x""#, "[[[[{}]]]]",
        ])
    func keeps(_ text: String) throws {
        #expect(written(try parse(text)) == text)
    }

    @Test("escapes are read, pairs too, and half a pair is the replacement character")
    func readsEscapes() throws {
        #expect(try parse(#""\u00e9\ud83d\ude00\/\b\f""#).text == "é😀/\u{08}\u{0C}")
        #expect(try parse(#""\ud83dx""#).text == "\u{FFFD}x")
        #expect(try parse(#""\ude00""#).text == "\u{FFFD}")
        #expect(try parse(#""\ud83d\u0041""#).text == "\u{FFFD}A")
    }

    @Test(
        "what is no JSON is refused with its place",
        arguments: [
            "", "{", "[1,]", "{\"a\" 1}", "{a:1}", "01", "1.", "+1", ".5", "tru", "\"a", "\"\\x\"", "\"\\u12g4\"",
            "[1] 2",
            "\"\u{01}\"", "1e", "-", "\"\\u+123\"", "nul", "{\"a\":1,}", "[\"\\",
        ])
    func refuses(_ text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test("octets that are no UTF-8, and nesting without end, are refused")
    func refusesOctets() {
        #expect(throws: JSONError(reason: "a text that is no UTF-8", offset: 1)) {
            try JSONValue(parsing: [0x22, 0xC3, 0x28, 0x22])
        }
        #expect(throws: JSONError.self) { try parse(String(repeating: "[", count: 100_000)) }
    }

    @Test("members: the last of one name counts, many are found, and gone is gone")
    func findsMembers() throws {
        var value = try parse(#"{"a":1,"b":2,"a":3}"#)
        #expect(written(value) == #"{"a":3,"b":2}"#)
        for number in 0..<40 { value["m\(number)"] = .integer(number) }
        #expect(value["m33"].integer == 33 && value["a"].integer == 3 && value["none"] == .null)
        var object = try #require(value.object)
        object["m5"] = nil
        #expect(object["m5"] == nil && object["m39"]?.integer == 39 && object.members.count == 41)
        value["b"]["c"] = .string("x")
        #expect(written(value["b"]) == #"{"c":"x"}"#)
    }

    @Test("any octets are a document or an error, and a document is written as one")
    func survivesAnything() throws {
        var generator = SeededGenerator(seed: 3)
        let alphabet = Array(#"{}[]",:\u0d8ce1.-+ntrfalse "#.utf8) + [0x00, 0xFF, 0xC3]
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...30, using: &generator)
            let octets = (0..<length).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            guard let value = try? JSONValue(parsing: octets) else { continue }
            #expect(try JSONValue(parsing: value.octets) == value)
        }
    }
}
