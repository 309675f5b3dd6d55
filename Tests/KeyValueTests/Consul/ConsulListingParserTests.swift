import Lab
import Foundation
import Testing

@testable import KeyValue

/// The parser of Consul's listings, against a general decoder and against text that no Consul writes.
@Suite struct ConsulListingParserTests {
    /// What a general decoder makes of the same text.
    private struct Reference: Decodable {
        var Key: String
        var Value: Data?
        var Flags: UInt64?
        var LockIndex: UInt64?
        var CreateIndex: UInt64?
        var ModifyIndex: UInt64?
        var Session: String?

        var entry: KeyValueEntry {
            KeyValueEntry(
                key: Key, value: Array(Value ?? Data()), flags: Flags ?? 0, createIndex: CreateIndex ?? 0,
                modifyIndex: ModifyIndex ?? 0, lockIndex: LockIndex ?? 0, session: Session == "" ? nil : Session)
        }
    }

    private static let sample = #"""
        [{"LockIndex":2,"Key":"services/web-80/h1:c1:80","Flags":42,"Value":"MTAuMC4wLjU6ODA=","Session":
        "adf4238a-882b-9ddc-4a9d-5b6758e4159e","CreateIndex":18446744073709551615,"ModifyIndex":21},
        {"LockIndex":0,"Key":"services/web-80/","Flags":0,"Value":null,"CreateIndex":7,"ModifyIndex":7,"Partition":
        {"a":[1,-2.5e+3,true,false,null,"x\u00e9"]}},{"Key":"\u003cé\ud83d\ude00\"\\\/\b\f\n\r\t\u0000","Value":""}]
        """#

    private func parse(_ text: String) throws -> [KeyValueEntry] {
        try ConsulListingParser.parse(Array(text.utf8).span)
    }

    @Test func `reads what Consul writes`() throws {
        let entries = try parse(Self.sample)
        #expect(entries.count == 3)
        #expect(
            entries[0]
                == KeyValueEntry(
                    key: "services/web-80/h1:c1:80", value: Array("10.0.0.5:80".utf8), flags: 42, createIndex: .max,
                    modifyIndex: 21, lockIndex: 2, session: "adf4238a-882b-9ddc-4a9d-5b6758e4159e"))
        #expect(entries[1].value.isEmpty && entries[1].session == nil)
        #expect(entries[2].key == "<é😀\"\\/\u{8}\u{C}\n\r\t\0")
        #expect(try parse(" [ ] \n").isEmpty)
    }

    @Test func `agrees with a general decoder on what it accepts`() throws {
        let reference = try JSONDecoder().decode([Reference].self, from: Data(Self.sample.utf8)).map(\.entry)
        #expect(try parse(Self.sample) == reference)
    }

    @Test func `never accepts what a general decoder refuses, whatever octet is broken`() throws {
        var random = SeededGenerator(seed: 20_240_607)
        let sample = Array(Self.sample.utf8)
        let alphabet = Array("\"\\{}[],:0123456789aeuntfl=+-. \n\u{1}".utf8) + [0x80, 0xC3, 0xFF]
        var accepted = 0
        for _ in 0..<30_000 {
            var text = sample
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let at = Int.random(in: text.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: text.remove(at: at)
                case 1: text.insert(alphabet.randomElement(using: &random) ?? 0, at: at)
                case 2: text.removeSubrange(at...)
                default: text[at] = alphabet.randomElement(using: &random) ?? 0
                }
                if text.isEmpty { text = [0x20] }
            }
            guard let entries = try? ConsulListingParser.parse(text.span) else { continue }
            accepted += 1
            let reference = try? JSONDecoder().decode([Reference].self, from: Data(text)).map(\.entry)
            guard let reference else {
                Issue.record("accepted alone: \(String(decoding: text, as: UTF8.self))")
                continue
            }
            // A member twice is the reader's choice: which of them counts is left open by RFC 8259.
            #expect(entries.map(\.value) == reference.map(\.value), "\(String(decoding: text, as: UTF8.self))")
            #expect(entries.map(\.key) == reference.map(\.key), "\(String(decoding: text, as: UTF8.self))")
        }
        #expect(accepted > 1_000)
    }

    @Test(arguments: [
        "", " ", "null", "{}", "[", "[{}]", "[1]", "[{\"Key\":\"a\"}", "[{\"Key\":\"a\"}]x", "[{\"Key\":\"a\"},]",
        "[{\"Key\":\"a\",}]", "[{\"Key\":1}]", "[{\"Key\":null}]", "[{\"Key\":\"a\",\"Value\":1}]",
        "[{\"Key\":\"a\",\"Value\":\"YQ\"}]", "[{\"Key\":\"a\",\"Value\":\"Y Q=\"}]",
        "[{\"Key\":\"a\",\"Value\":\"YR==\"}]",
        "[{\"Key\":\"a\",\"Value\":\"YQ==YQ==\"}]", "[{\"Key\":\"a\",\"Flags\":-1}]", "[{\"Key\":\"a\",\"Flags\":1.5}]",
        "[{\"Key\":\"a\",\"Flags\":1e3}]", "[{\"Key\":\"a\",\"Flags\":\"1\"}]", "[{\"Key\":\"a\",\"Flags\":01}]",
        "[{\"Key\":\"a\",\"ModifyIndex\":18446744073709551616}]", "[{\"Key\":\"a\",\"Session\":1}]",
        "[{\"Key\":\"a\u{1}\"}]", "[{\"Key\":\"\\ud800\"}]", "[{\"Key\":\"\\ud800\\u0041\"}]", "[{\"Key\":\"\\x\"}]",
        "[{\"Key\":\"\\u12\"}]", "[{\"Key\":\"a\",\"X\":tru}]", "[{\"Key\":\"a\",\"X\":.5}]",
        "[{\"Key\":\"a\" \"X\":1}]",
        "<html><body>502 Bad Gateway</body></html>", "[{\"Key\":\"a\\", "[{\"Key\":\"a\\\"}]",
    ])
    func `refuses what is no listing`(text: String) {
        #expect(throws: ConsulListingParser.Failure.self) { try parse(text) }
    }

    @Test func `refuses keys that are not UTF-8`() {
        let text = Array("[{\"Key\":\"".utf8) + [0xC3, 0x28] + Array("\"}]".utf8)
        #expect(throws: ConsulListingParser.Failure.self) { try ConsulListingParser.parse(text.span) }
    }

    @Test func `bounds the nesting of members it does not know`() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: ConsulListingParser.Failure.self) { try parse("[{\"Key\":\"a\",\"X\":\(deep)") }
    }

    @Test func `every beginning of a listing is refused`() {
        let sample = Array(Self.sample.utf8)
        for count in 0..<(sample.count - 1) {
            #expect(throws: ConsulListingParser.Failure.self) {
                try ConsulListingParser.parse(Array(sample[..<count]).span)
            }
        }
    }

    @Test func `base64 agrees with a general decoder on every length`() {
        var random = SeededGenerator(seed: 7)
        for count in 0..<300 {
            let octets = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(Base64.decode(Array(Data(octets).base64EncodedString().utf8).span) == octets)
        }
    }

    @Test(arguments: [
        "A", "AA", "AAA", "A===", "====", "AA=A", "AAAA=AAA", "AA-_", "AA\n=", "AB==", "AAB=", "=AAA", "AAAAA",
    ])
    func `base64 refuses slack`(text: String) {
        #expect(Base64.decode(Array(text.utf8).span) == nil)
    }

    @Test(arguments: [
        (#"{"ID":"x-1"}"#, "x-1"), (#" { "Name" : [1], "ID" : "a" } "#, "a"), (#"{"ID":""}"#, nil), ("{}", nil),
        (#"{"ID":1}"#, nil), (#"{"ID":"a"}x"#, nil), ("[]", nil),
    ])
    func `reads a session's ID`(text: String, id: String?) {
        #expect((try? ConsulListingParser.parseSessionID(Array(text.utf8).span)) == id)
    }
}
