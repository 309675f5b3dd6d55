import Glibc
import Lab
import Testing

@testable import Renderer

@Suite struct RenderValueTests {
    @Test(
        arguments: [
            ("SIGHUP", SIGHUP), ("hup", SIGHUP), ("SigTerm", SIGTERM), ("USR1", SIGUSR1), ("SIGIOT", SIGABRT),
            ("SIGWINCH", SIGWINCH),
        ] as [(String, Int32)])
    func `signals by name`(text: String, number: Int32) {
        #expect(ProcessSignal(text)?.number == number)
    }

    @Test(arguments: ["", "SIG", "1", "SIGCHLD", "SIGNULL", "SIGRTMIN", "SIGSIGHUP"])
    func `what is no signal`(text: String) {
        #expect(ProcessSignal(text) == nil)
    }

    @Test func `no signal has names too`() {
        #expect(ProcessSignal.isNone("") && ProcessSignal.isNone("SIGNULL") && ProcessSignal.isNone("null"))
        #expect(!ProcessSignal.isNone("SIGHUP"))
        #expect(ProcessSignal.known.filter { !$0.isCatchable }.map(\.name) == ["SIGKILL", "SIGSTOP"])
    }

    @Test(arguments: [
        (["true"], ["true", "/t'x"]), (["nginx", "-t", "-c", "{}"], ["nginx", "-t", "-c", "/t'x"]),
        (["a", "--file={}", "{}"], ["a", "--file=/t'x", "/t'x"]),
        (["haproxy -c -f"], ["sh", "-c", "haproxy -c -f '/t'\\''x'"]),
        (["a {} && b {}"], ["sh", "-c", "a '/t'\\''x' && b '/t'\\''x'"]),
        (["awk '{ print }' {"], ["sh", "-c", "awk '{ print }' { '/t'\\''x'"]), (["a{}"], ["a/t'x"]),
        (["a", "b c"], ["a", "b c", "/t'x"]),
    ])
    func `a check gets the path of the new text`(words: [String], arguments: [String]) throws {
        #expect(try #require(RenderCommand(words)).arguments(checking: "/t'x") == arguments)
    }

    @Test(arguments: [
        ("", "", true), ("", "a", false), ("a", "a", true), ("a", "ab", false), ("*", "", true), ("*", "abc", true),
        ("a*", "a", true), ("a*", "ba", false),
        ("a*b*c", "a1b2c", true), ("a*b*c", "a1b2d", false), ("*ab", "aab", true), ("a?c", "abc", true),
        ("a?c", "ac", false), ("[a-c]x", "bx", true),
        ("[a-c]x", "dx", false), ("[^a-c]x", "dx", true), ("[^a-c]x", "ax", false), ("[abc-]x", "-x", false),
        ("\\*", "*", true), ("\\*", "a", false), ("[\\]a]", "]", true),
        ("[\\-x]", "-", true), ("*", "a/b", false), ("?", "/", false), ("a/*", "a/b", true), ("*/*", "a/b", true),
        ("**", "ab", true), ("[b-a]", "a", false),
        ("AWS_*", "AWS_KEY", true), ("sprig_*", "sprig_upper", true), ("\u{E9}?", "\u{E9}\u{1F600}", true),
        ("[^a]", "/", true),
    ])
    func `patterns are Go's`(pattern: String, name: String, isMatch: Bool) {
        guard let glob = GlobPattern(pattern) else {
            #expect(pattern == "[abc-]x")
            return
        }
        #expect(glob.matches(name) == isMatch)
    }

    @Test(arguments: ["[", "[]", "[]a]", "[a", "[a-", "[a-]", "[-a]", "[^", "[^]", "a\\", "[\\", "[abc-]x"])
    func `patterns that lead nowhere are refused`(pattern: String) {
        #expect(GlobPattern(pattern) == nil)
    }

    @Test func `a pattern of many stars takes little time`() throws {
        let glob = try #require(GlobPattern(String(repeating: "a*", count: 200) + "b"))
        #expect(!glob.matches(String(repeating: "a", count: 20_000)))
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func `patterns match as the simplest reading of them does`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        func word(_ letters: [Character], _ count: Int) -> String {
            String(
                (0..<Int.random(in: 0...count, using: &generator)).compactMap { _ in
                    letters.randomElement(using: &generator)
                })
        }
        func simple(_ pattern: Substring, _ name: Substring) -> Bool {
            guard let first = pattern.first else { return name.isEmpty }
            if first == "*" {
                return simple(pattern.dropFirst(), name)
                    || name.first.map { $0 != "/" && simple(pattern, name.dropFirst()) } ?? false
            }
            guard let letter = name.first, first == "?" ? letter != "/" : first == letter else { return false }
            return simple(pattern.dropFirst(), name.dropFirst())
        }
        for _ in 0..<2_000 {
            let pattern = word(["a", "b", "*", "?", "/"], 8)
            let name = word(["a", "b", "/"], 8)
            #expect(GlobPattern(pattern)?.matches(name) == simple(pattern[...], name[...]), "\(pattern) \(name)")
        }
    }

    @Test func `an environment is cut by its filter`() throws {
        let environment = ["PATH": "/bin", "AWS_KEY": "k", "AWS_REGION": "r", "HOME": "/"]
        var filter = EnvironmentFilter()
        #expect(filter.apply(to: environment) == environment)
        filter.allowed = [try #require(GlobPattern("AWS_*")), try #require(GlobPattern("PATH"))]
        #expect(filter.apply(to: environment) == ["PATH": "/bin", "AWS_KEY": "k", "AWS_REGION": "r"])
        filter.denied = [try #require(GlobPattern("*_KEY"))]
        #expect(filter.apply(to: environment) == ["PATH": "/bin", "AWS_REGION": "r"])
        filter.custom = [
            EnvironmentFilter.Variable(name: "AWS_KEY", value: "x"),
            EnvironmentFilter.Variable(name: "PATH", value: "p"),
        ]
        #expect(filter.apply(to: environment) == ["PATH": "p", "AWS_REGION": "r", "AWS_KEY": "x"])
        filter.isPristine = true
        #expect(filter.apply(to: environment) == ["PATH": "p", "AWS_KEY": "x"])
    }

    @Test(arguments: [
        ("root", FileOwner.name("root")), ("0", .number(0)), ("1000", .number(1000)), ("-1", .name("-1")),
        ("4294967296", .name("4294967296")),
    ])
    func `an owner is a number or a name`(text: String, owner: FileOwner) {
        #expect(FileOwner(text) == owner)
    }

    @Test(arguments: [("WARN", LogLevel.warn), ("warning", .warn), ("Error", .err), ("ERR", .err), ("trace", .trace)])
    func `levels have other names`(text: String, level: LogLevel) {
        #expect(LogLevel(text) == level)
    }
}
