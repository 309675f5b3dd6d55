import Testing

@testable import KeyValue

@Suite struct FileReaderTests {
    private func read(_ text: String, path: String = "store.yaml") throws -> [String: String] {
        try FileReader.read(Array(text.utf8), path: path).mapValues { String(decoding: $0.octets, as: UTF8.self) }
    }

    @Test(arguments: [
        ("services/web-80/h1:c1:80: 10.0.0.5:80", ["services/web-80/h1:c1:80": "10.0.0.5:80"]),
        (
            "services:\n  web-80:\n    h1:c1:80: 10.0.0.5:80 weight=5",
            ["services/web-80/h1:c1:80": "10.0.0.5:80 weight=5"]
        ),
        ("services/:\n  web-80/: {/a: x, b: y}", ["services/web-80/a": "x", "services/web-80/b": "y"]),
        (
            "a: 007\nb: true\nc: 1.50\nd: ''\ne: ~\nf:\ng: \"null\"",
            ["a": "007", "b": "true", "c": "1.50", "d": "", "g": "null"]
        ),
        ("a: [1, x, \"2\", yes, true, ~, 0x10]", ["a": #"[1, "x", "2", "yes", true, null, "0x10"]"#]),
        (
            "routes:\n  shop:\n    hosts: [shop.example.com]\n    service: shop-80\n    weight: 5",
            ["routes/shop": #"{"hosts": ["shop.example.com"], "service": "shop-80", "weight": 5}"#]
        ),
        ("routes/shop: {service: a}", ["routes/shop": #"{"service": "a"}"#]),
        ("routes:\n  shop: |\n    service: a\n", ["routes/shop": "service: a\n"]),
        (
            "services: {web-80: {h:c:80: {address: \"1.2.3.4:80\", weight: 2}}}",
            ["services/web-80/h:c:80": #"{"address": "1.2.3.4:80", "weight": 2}"#]
        ),
        ("swarm: {docker: {swarm: {leader: \"h:1\"}}}", ["swarm/docker/swarm/leader": "h:1"]),
        ("a: &x v\nb: *x", ["a": "v", "b": "v"]), ("{}", [:]), ("\u{FEFF}a: b", ["a": "b"]),
        ("---\na: b\n...\n", ["a": "b"]),
        ("services:", [:]), ("a: !!binary aGk=", ["a": "hi"]), ("1: x\ntrue: y", ["1": "x", "true": "y"]),
    ])
    func `reads YAML`(text: String, values: [String: String]) throws {
        #expect(try read(text) == values)
    }

    @Test(arguments: [
        (#"{"services": {"web-80": {"h:c:80": "1.2.3.4:80"}}}"#, ["services/web-80/h:c:80": "1.2.3.4:80"]),
        (
            "{\n\t\"a\": \"b\\/c\\n\\u00e9\\ud83d\\ude00\\\\ud83d\",\r\n\t\"d\": 1e3\n}\n",
            ["a": "b/c\né😀\\ud83d", "d": "1e3"]
        ),
        (
            #"{"routes":{"r":{"hosts":["a"],"service":"b","strip":true}}}"#,
            ["routes/r": #"{"hosts": ["a"], "service": "b", "strip": true}"#]
        ),
    ])
    func `reads JSON`(text: String, values: [String: String]) throws {
        #expect(try read(text, path: "store.json") == values)
    }

    @Test(arguments: [
        ("", ":1:1:"), ("# nothing\n", ":1:1:"), ("~", ":1:1:"), ("- a\n", ":1:1:"), ("text", ":1:1:"),
        ("a: b\nc: [1\n", ":3:1:"), ("a: b\n  c: d\n", ":2:4:"), ("a: b\nc: 'x\n", ":3:1:"),
        ("a: b\na: c\n", "a key twice"),
        ("x/a: b\nx: {a: c}\n", ":2:5: a key twice: x/a"), ("? [a]\n: b\n", ":1:3: a key that is no text"),
        ("a: *nobody\n", ":1:4:"), ("a: b\n---\nc: d\n", ":2:1:"), ("a: b\n\tc: d\n", ":2:"),
        ("a: !!binary '?'\n", ":1:4:"),
        ("routes:\n  r:\n    <<: {a: b}\n", ":3:5: a merge key"), ("\"\": x\n", ":1:1: an empty key"),
    ])
    func `says where it is wrong`(text: String, place: String) {
        let error = #expect(throws: KeyValueError.self) { try read(text) }
        #expect(error?.kind == .unavailable)
        #expect(error?.description.hasPrefix("store: store.yaml:") == true)
        #expect(error?.description.contains(place) == true, "\(error?.description ?? "")")
    }

    @Test func `broken UTF-8 is refused with its line`() {
        let octets = Array("a: b\nc: ".utf8) + [0xFF, 0x0A]
        let error = #expect(throws: KeyValueError.self) { try FileReader.read(octets, path: "x.yaml") }
        #expect(error?.description == "store: x.yaml:2:1: not UTF-8")
    }

    @Test func `aliases that multiply are refused before they fill the memory`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<12 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let error = #expect(throws: KeyValueError.self) { try read(text) }
        #expect(error?.description.contains("aliases that multiply") == true)
    }

    @Test func `nesting without end is refused`() {
        #expect(throws: KeyValueError.self) { try read("a: " + String(repeating: "[", count: 100_000)) }
    }

    @Test(arguments: [false, true])
    func `what is written is read back the same`(isJSON: Bool) throws {
        var values: [String: FileValue] = [:]
        let texts = [
            "", "plain", "10.0.0.5:80 weight=5", "007", "true", "~", " spaces ", "a: b", "# no comment", "- x",
            "\"quoted\" 'single'",
            "line\nbreak\r\ttab", "é😀\u{85}\u{2028}\u{FEFF}\u{7F}\u{1}\\", "{a: b}", "[1, 2]", "*x", "&x", "!y", "%z",
            "|", ">", "@", "`",
        ]
        for (number, text) in texts.enumerated() {
            values["services/web-80/h:\(number):80"] = FileValue(octets: Array(text.utf8))
            values["k \(text)\(number)"] = FileValue(octets: [0x31])
        }
        values["routes/shop"] = FileValue(octets: Array(#"{"hosts": ["a"], "weight": 5}"#.utf8), isDocument: true)
        if !isJSON { values["binary"] = FileValue(octets: [0, 255, 254, 1]) }
        let text = try #require(FileWriter.text(values, isJSON: isJSON))
        let path = isJSON ? "s.json" : "s.yaml"
        #expect(try FileReader.read(Array(text.utf8), path: path) == values)
    }

    @Test func `no keys at all are written as such`() throws {
        #expect(FileWriter.text([:], isJSON: true) == "{}\n")
        #expect(try read("{}\n") == [:])
        #expect(FileWriter.text(["a": FileValue(octets: [255])], isJSON: true) == nil)
    }
}
