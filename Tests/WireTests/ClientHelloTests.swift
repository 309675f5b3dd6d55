import Foundation
import Testing
import Wire

/// What a TLS client asks for, read without any cryptography.
@Suite struct ClientHelloTests {
    private static func kept(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fuzz/corpus/hello")
        return Array(try Data(contentsOf: folder.appending(path: name).standardizedFileURL))
    }

    /// An extension.
    private static func field(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        [0, type, UInt8(body.count >> 8), UInt8(body.count & 255)] + body
    }

    private static func names(_ name: String, kind: UInt8 = 0) -> [UInt8] {
        let count = name.utf8.count
        return field(
            0,
            [UInt8((count + 3) >> 8), UInt8((count + 3) & 255), kind, UInt8(count >> 8), UInt8(count & 255)]
                + Array(name.utf8))
    }

    private static func message(_ fields: [UInt8]) -> [UInt8] {
        let body: [UInt8] =
            [3, 3] + [UInt8](repeating: 9, count: 32) + [0, 0, 2, 0x13, 1, 1, 0]
            + [UInt8(fields.count >> 8), UInt8(fields.count & 255)] + fields
        return [1, 0, UInt8(body.count >> 8), UInt8(body.count & 255)] + body
    }

    private static func hello(_ fields: [UInt8]) -> [UInt8] {
        WireInvariants.records(message(fields), size: 16 << 10)
    }

    @Test func aRealHelloIsRead() throws {
        let hello = WireInvariants.parseHello(try Self.kept("openssl"))
        #expect(String(decoding: hello.name, as: UTF8.self) == "a.example.com")
        guard case .complete(let read) = hello.outcome else {
            Issue.record("\(hello.outcome)")
            return
        }
        #expect(read.protocols == [.http2, .http1])
        #expect(WireInvariants.parseHello(try Self.kept("no-name")).outcome == .complete(ClientHello()))
    }

    @Test func aHelloInManyRecordsIsRead() throws {
        let hello = WireInvariants.parseHello(try Self.kept("records"))
        #expect(String(decoding: hello.name, as: UTF8.self) == "a.example.com")
        guard case .complete(let read) = hello.outcome else {
            Issue.record("\(hello.outcome)")
            return
        }
        #expect(read.protocols == .acme)
    }

    @Test func aHelloIsIncompleteUntilItsLastOctet() {
        let bytes = Self.hello(Self.names("web.test"))
        for count in bytes.indices {
            #expect(WireInvariants.parseHello(Array(bytes[..<count])).outcome == .incomplete)
        }
        #expect(WireInvariants.parseHello(bytes + [23, 3, 3]).name == Array("web.test".utf8))
    }

    @Test func whatIsNoHelloIsRefused() throws {
        #expect(WireInvariants.parseHello(octets("GET / HTTP/1.1\r\n")).outcome == .rejected)
        #expect(WireInvariants.parseHello([0x80, 0x2E, 1]).outcome == .rejected)
        #expect(WireInvariants.parseHello([22, 3, 1, 0, 0]).outcome == .rejected)
        #expect(WireInvariants.parseHello([22, 3, 1, 0, 1, 2]).outcome == .rejected)
        #expect(WireInvariants.parseHello(octets("SSH-2.0-x\r\n")).outcome == .rejected)
    }

    @Test func aHelloThatCanBeReadInTwoWaysIsRefused() {
        let name = Self.names("a.test")
        #expect(WireInvariants.parseHello(Self.hello(name + Self.names("b.test"))).outcome == .rejected)
        #expect(WireInvariants.parseHello(Self.hello(Self.names(""))).outcome == .rejected)
        #expect(WireInvariants.parseHello(Self.hello(Self.names("a.test", kind: 1))).outcome == .rejected)
        let long = String(repeating: "a", count: 256)
        #expect(WireInvariants.parseHello(Self.hello(Self.names(long))).outcome == .rejected)
        #expect(WireInvariants.parseHello(Self.hello(name + [0])).outcome == .rejected)
        // A list that is longer, or shorter, than what it is in.
        var inner = name
        inner[5] += 1
        #expect(WireInvariants.parseHello(Self.hello(inner)).outcome == .rejected)
        inner[5] -= 2
        #expect(WireInvariants.parseHello(Self.hello(inner)).outcome == .rejected)
    }

    @Test func anEndlessHelloIsRefused() {
        // Announces a megabyte, in records of one octet each.
        let message: [UInt8] = [1, 16, 0, 0, 3, 3] + [UInt8](repeating: 0, count: 16 << 10)
        #expect(WireInvariants.parseHello(WireInvariants.records(message, size: 1)).outcome == .rejected)
        // One that would end only after what is read at the most.
        let large = Self.hello(Self.field(21, [UInt8](repeating: 0, count: 16_320)))
        #expect(WireInvariants.parseHello(WireInvariants.records(Array(large[5...]), size: 1)).outcome == .rejected)
    }
}
