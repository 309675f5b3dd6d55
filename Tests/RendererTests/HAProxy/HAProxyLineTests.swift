import Testing

@testable import Renderer

/// Lines cut as HAProxy cuts them; what it makes of hostile ones is compared with the real one in HAProxyAgreementTests.
@Suite struct HAProxyLineTests {
    private func line(_ text: String) -> HAProxyLine { HAProxyLine(number: 1, octets: Array(text.utf8)[...]) }

    private static let cuts: [(String, [String])] = [
        ("", []),
        ("   \t ", []),
        ("# all comment", []),
        ("  server s1 10.0.0.1:80  check", ["server", "s1", "10.0.0.1:80", "check"]),
        ("\tserver\ts1\t:80", ["server", "s1", ":80"]),
        ("bind :80 # comment", ["bind", ":80"]),
        ("a b#c d", ["a", "b"]),
        (##"a b\#c"##, ["a", "b#c"]),
        (#"log-format "%{+Q}o %t"' %s'\ %r"#, ["log-format", "%{+Q}o %t %s %r"]),
        (#"a 'x "y" \n $Z'"#, ["a", #"x "y" \n $Z"#]),
        (#"a "x 'y' # z""#, ["a", "x 'y' # z"]),
        (#"a "" ''"#, ["a", "", ""]),
        (#"a \x41\x62 \t\n"#, ["a", "Ab", "\t\n"]),
        (#"a \d+ \\ x"#, ["a", #"\d+"#, #"\"#, "x"]),
        ("a b\r", ["a", "b"]),
    ]

    @Test(arguments: cuts)
    func `words, quotes, escapes and comments`(text: String, words: [String]) {
        #expect(line(text).words.map(\.text) == words)
        #expect(line(text).words.allSatisfy { !$0.isExpanded })
    }

    @Test func `a variable within double quotes is not the same as its text`() {
        #expect(line(#"a "$HOME""#).words[1].isExpanded)
        #expect(line(#"a "$HOME""#).words != line(#"a '$HOME'"#).words)
        #expect(line(#"a "\$HOME""#).words == line(#"a '$HOME'"#).words)
        #expect(!line("a $HOME").words[1].isExpanded)
    }

    @Test(arguments: [#"server "s1 :80"#, "server 's1 :80", #"server s1 \x4"#, #"a \xzz"#])
    func `a line that HAProxy refuses equals nothing but itself`(text: String) {
        #expect(line(text).words.map(\.isExpanded) == [true])
        #expect(line(text).keyword == nil)
    }

    @Test func `a quoted keyword begins a section as a plain one does`() {
        let text = """
            global
              maxconn 10
            "backend" web # here
              server s1 10.0.0.1:80
            'frontend' f
            """
        let sections = HAProxyConfiguration(text).sections
        #expect(sections.map(\.kind) == ["", "global", "backend", "frontend"])
        #expect(sections.map(\.firstLine) == [1, 1, 3, 5])
        #expect(sections[2].lines().map(\.number) == [4])
        #expect(sections[2].name == "web")
    }

    @Test func `defaults are found by name, by place and through others`() {
        let text = """
            defaults base
              balance leastconn
            defaults other from base
              default-server check
            backend a from base
            backend b
            defaults
              mode http
            backend c
            backend d from other
            """
        let configuration = HAProxyConfiguration(text)
        func defaults(of name: String) -> [String]? {
            configuration.sections.firstIndex { $0.name == name && $0.kind == "backend" }.flatMap {
                configuration.defaults(of: $0)?.map(\.description)
            }
        }
        #expect(defaults(of: "a") == ["balance leastconn"])
        #expect(defaults(of: "b") == ["balance leastconn", "default-server check"])
        #expect(defaults(of: "c") == ["mode http"])
        #expect(defaults(of: "d") == ["balance leastconn", "default-server check"])
        #expect(HAProxyConfiguration("backend a\n").defaults(of: 1) == nil)
    }
}
