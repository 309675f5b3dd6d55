import Routing
import Testing

@testable import Discovery

@Suite struct EndpointValueTests {
    private func value(_ text: String) throws -> EndpointValue {
        try EndpointValue(Array(text.utf8))
    }

    @Test(arguments: ["10.0.0.5:80", " 10.0.0.5:80\n", "[::1]:80", "[2001:db8::1]:8080"])
    func `an address alone is enough`(text: String) throws {
        let value = try value(text)
        #expect(value.address == text.trimmed)
        #expect(value.weight == 1)
        #expect(!value.isBackup)
        #expect(!value.isDraining)
        #expect(value.mount.isDefault)
        #expect(value.attributes.isEmpty)
    }

    @Test func `attributes follow the address`() throws {
        let value = try value(
            "10.0.0.5:80 weight=5 host=shop.example.com,www.example.com path=/api backup zone=ssd balance=random-two")
        #expect(value.weight == 5)
        #expect(value.mount.hosts == ["shop.example.com", "www.example.com"])
        #expect(value.mount.paths == ["/api"])
        #expect(value.isBackup)
        #expect(value.policy.balance == .randomTwo)
        #expect(value.attributes == ["zone": "ssd"])
    }

    @Test(arguments: [
        (#"10.0.0.5:80 note="two words" zone=x"#, ["note": "two words", "zone": "x"]),
        (#"10.0.0.5:80 note="a \"quoted\" \\ word""#, ["note": #"a "quoted" \ word"#]),
        (#"10.0.0.5:80 note="""#, ["note": ""]),
        (#"10.0.0.5:80 note="#, ["note": ""]),
        (#"10.0.0.5:80 NOTE=Case"#, ["note": "Case"]),
        (#"10.0.0.5:80 a=b=c"#, ["a": "b=c"]),
        ("10.0.0.5:80\tfresh\n", ["fresh": "true"]),
    ])
    func `unknown attributes are kept as they are`(text: String, attributes: [String: String]) throws {
        #expect(try value(text).attributes == attributes)
    }

    @Test(arguments: [
        ("10.0.0.5:80 drain", true), ("10.0.0.5:80 drain=true", true), ("10.0.0.5:80 drain=false", false),
        ("10.0.0.5:80 state=drain", true), ("10.0.0.5:80 state=up", false),
        (#"{"address": "10.0.0.5:80", "drain": true}"#, true),
        (#"{"address": "10.0.0.5:80", "drain": null}"#, false),
    ])
    func `an endpoint drains when it says so`(text: String, isDraining: Bool) throws {
        #expect(try value(text).isDraining == isDraining)
    }

    @Test(
        arguments: [
            ("", nil), (" protocol=", nil), (" protocol=http", .http), (" protocol=HTTP/1.1", .http),
            (" protocol=http1", .http), (" protocol=https", .https), (" protocol=h2c", .h2c), (" protocol=http2", .h2c),
            (" protocol=grpc", .h2c), (" protocol=h2", .h2), (" protocol=grpcs", .h2),
        ] as [(String, EndpointProtocol?)])
    func `an endpoint says what it speaks`(text: String, spoken: EndpointProtocol?) throws {
        #expect(try value("10.0.0.5:80" + text).protocol == spoken)
        let json = text.isEmpty ? "" : #", "protocol": "\#(text.dropFirst(" protocol=".count))""#
        #expect(try value(#"{"address": "10.0.0.5:80"\#(json)}"#).protocol == spoken)
    }

    @Test func `a JSON object says the same`() throws {
        let value = try value(
            #"""
            {"address": "10.0.0.5:80", "weight": 5, "host": ["a.example", "b.example"], "path": "/x", "backup": true,
             "note": "x & *y # z", "strip": true}
            """#)
        #expect(value.address == "10.0.0.5:80")
        #expect(value.weight == 5)
        #expect(value.mount == Mount(hosts: ["a.example", "b.example"], paths: ["/x"], strip: "/x"))
        #expect(value.isBackup)
        #expect(value.attributes == ["note": "x & *y # z"])
    }

    @Test(arguments: [
        ("10.0.0.5:80 path=/api strip", "/api"), ("10.0.0.5:80 path=/api strip=/a", "/a"),
        ("10.0.0.5:80 path=/api strip=false", nil),
    ])
    func `strip takes off its own prefix or the path's`(text: String, strip: String?) throws {
        #expect(try value(text).mount.strip == strip)
    }

    static let addressForm = "the value begins with IP:PORT, such as 10.0.0.5:80 or [2001:db8::1]:80"

    @Test(arguments: [
        ("", "the value is empty: it is IP:PORT, then attributes"),
        (" \n", "the value is empty: it is IP:PORT, then attributes"),
        ("web:80", "\"web:80\" is no address: \(addressForm)"),
        ("10.0.0.5", "\"10.0.0.5\" is no address: \(addressForm)"),
        ("10.0.0.5:0", "\"10.0.0.5:0\" is no address: \(addressForm)"),
        ("10.0.0.5:65536", "\"10.0.0.5:65536\" is no address: \(addressForm)"),
        ("weight=5 10.0.0.5:80", "\"weight=5\" is no address: \(addressForm)"),
        ("10.0.0.5:80 weight=x", "weight is \"x\": it is a number from 0 to 65535"),
        ("10.0.0.5:80 weight", "weight is \"\": it is a number from 0 to 65535"),
        ("10.0.0.5:80 weight=65536", "weight is \"65536\": it is a number from 0 to 65535"),
        ("10.0.0.5:80 weight=1 weight=2", "weight is there twice: write it once, several hosts or paths with commas"),
        ("10.0.0.5:80 state=gone", "state is \"gone\": it is up or drain"),
        ("10.0.0.5:80 backup=maybe", "backup is \"maybe\": it stands alone, or is true or false"),
        ("10.0.0.5:80 host=", "host is empty: it is a host, several with commas"),
        ("10.0.0.5:80 path=api", "path is \"api\": it is /PREFIX, =/EXACT or ~REGEX"),
        ("10.0.0.5:80 strip", "strip stands alone, but path is no single prefix: write strip=/PREFIX"),
        ("10.0.0.5:80 strip=api", "strip is \"api\": it is the prefix that is taken off, such as /api"),
        (
            "10.0.0.5:80 balance=best",
            "balance is \"best\": this version knows round-robin, least-connections, random-two, peak-ewma, hash, source, "
                + "first"
        ),
        (#"10.0.0.5:80 note="open"#, "the quote of note is not closed: add a \" at its end"),
        (#"10.0.0.5:80 note="a"b"#, "something follows the closing quote of note: there must be a blank"),
        (
            "10.0.0.5:80 =x",
            "\"\" is no attribute's name: attributes are NAME=VALUE with letters, digits, '.', '_' and '-' in the name, "
                + "and a value with blanks stands in double quotes"
        ),
        (#"{"weight": 1}"#, "the JSON object has no \"address\": {\"address\": \"IP:PORT\", ...}"),
        (#"{"address": {}}"#, "the JSON object has no \"address\": {\"address\": \"IP:PORT\", ...}"),
        (
            #"{"address": "10.0.0.5:80", "x": {}}"#,
            "x is an object: it must be a string, a number, true, false or a list"
        ),
        (#"{"a": &b 1}"#, "the JSON holds \"&\" outside of quotes: {\"address\": \"IP:PORT\", ...}"),
    ])
    func `a malformed value says what is wrong and what would be right`(text: String, reason: String) {
        #expect(throws: Malformed(reason)) { try value(text) }
    }

    @Test func `octets that are no UTF-8, and values without end, are refused`() {
        #expect(throws: Malformed("the value is not UTF-8: it is IP:PORT, then attributes")) {
            try EndpointValue([0x31, 0xFF, 0xFE])
        }
        #expect(throws: Malformed("the value has 16385 octets: at most 16384 are read")) {
            try EndpointValue([UInt8](repeating: 0x20, count: 16385))
        }
    }

    @Test func `no value crashes the reader`() {
        let pieces = [
            "10.0.0.5:80", " ", "\"", "\\", "=", "{", "}", "[", ":", ",", "host", "~", "\u{0}", "é", "\t", "-",
        ]
        var seed: UInt64 = 1
        for _ in 0..<20_000 {
            var text = ""
            for _ in 0..<(seed >> 40) % 12 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int(seed >> 33) % pieces.count]
            }
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            _ = try? value(text)
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
