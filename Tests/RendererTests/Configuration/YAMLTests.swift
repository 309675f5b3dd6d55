import Testing

@testable import Renderer

@Suite struct YAMLTests {
    @Test(arguments: [
        ("", "{}"), ("# c\n", "{}"), ("~", "{}"), ("a: 1", "{a:1}"), ("a: x y", "{a:\"x y\"}"), ("a: '1'", "{a:\"1\"}"),
        ("a: \"true\"", "{a:\"true\"}"), ("a: true\nb: False", "{a:true,b:false}"), ("a: yes", "{a:\"yes\"}"),
        ("a:", "{a:null}"),
        ("a: 0600", "{a:0600}"), ("a: 0o600", "{a:0o600}"), ("a: 0x1f", "{a:0x1f}"), ("a: -1.5e3", "{a:-1.5e3}"),
        ("a: 5s", "{a:\"5s\"}"),
        ("a: .5", "{a:.5}"), ("a: 1.2.3", "{a:\"1.2.3\"}"), ("a: .inf", "{a:\".inf\"}"), ("a: nan", "{a:\"nan\"}"),
        ("a: 10.0.0.1", "{a:\"10.0.0.1\"}"),
        ("a: [1, {b: 2}]", "{a:[1,{b:2}]}"), ("a:\n- b: 1\n- b: 2", "{a:[{b:1},{b:2}]}"),
        ("a: |\n  x\n  y\n", "{a:\"x\\ny\\n\"}"),
        ("a: &x {b: 1}\nc: *x", "{a:{b:1},c:{b:1}}"),
    ])
    func `values`(text: String, outline: String) throws {
        #expect(try ConfigurationFixture.outline(text, name: "a.yaml") == outline)
    }

    @Test(arguments: [
        ("- a", "y.yml:1:1: a configuration in YAML is a mapping of keys and values"),
        ("x", "y.yml:1:1: a configuration in YAML is a mapping of keys and values"),
        ("a: 1\na: 2", "y.yml:1:1: \"a\" is there twice: each key once"),
        ("a: *x", "y.yml:1:4: found undefined alias"),
        ("? [a]\n: 1", "y.yml:1:3: a key is no plain text: keys are words followed by a colon"),
        ("a: b: c", "y.yml:1:5: mapping values are not allowed in this context"),
    ])
    func `mistakes are told with their place`(text: String, message: String) {
        #expect(ConfigurationFixture.failure(text, name: "y.yml") == message)
    }

    @Test func `keys and values have their places`() throws {
        let node = try ConfigurationSyntax.parse(Array("a: 1\ntemplate:\n  - source: x\n".utf8), source: "y.yml")
        #expect(node.fields?.map(\.place.description) == ["y.yml:1:1", "y.yml:2:1"])
        #expect(node["a"]?.place.description == "y.yml:1:4")
        guard case .list(let items) = node["template"]?.content else {
            Issue.record("no list")
            return
        }
        #expect(items[0].place.description == "y.yml:3:5")
        #expect(items[0]["source"]?.place.description == "y.yml:3:13")
    }

    @Test func `depth, size and aliases have limits`() {
        let texts = [
            "a: " + String(repeating: "[", count: 100_000), "a: " + String(repeating: "{a: ", count: 40),
            String(repeating: "- ", count: 100_000), String(repeating: "? ", count: 100_000),
            "a: " + String(repeating: "[", count: 40) + String(repeating: "]", count: 40),
            "a: &a [x]\n" + (0..<100).map { "k\($0): *a\n" }.joined(),
        ]
        for text in texts { #expect(ConfigurationFixture.failure(text, name: "y.yml") != nil, "\(text.prefix(40))") }
        // Each level is the one before it, several times: what is small on paper is not in memory.
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...6 {
            let uses = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(uses)]\n"
        }
        #expect(ConfigurationFixture.failure(text, name: "y.yml")?.contains("at most") == true)
    }
}
