import Discovery
import Testing

@testable import Renderer

@Suite struct ConfigurationErrorTests {
    @Test(arguments: [
        ("tempalte {}", "a.hcl:1:1: unknown key \"tempalte\" in the configuration: did you mean \"template\"?"),
        ("consul {\n  adress = \"x\"\n}", "a.hcl:2:3: unknown key \"adress\" in consul: did you mean \"address\"?"),
        (
            "consul { retry { attempt = 1 } }",
            "a.hcl:1:18: unknown key \"attempt\" in consul.retry: did you mean \"attempts\"?"
        ),
        (
            "exec { command = \"x\" env { pristin = true } }",
            "a.hcl:1:28: unknown key \"pristin\" in exec.env: did you mean \"pristine\"?"
        ),
        (
            "template { source = \"x\"\n exec { env { allowlists = [] } } }",
            "a.hcl:2:15: unknown key \"allowlists\" in template.exec.env: did you mean \"allowlist\"?"
        ),
        ("source = \"x\"", "a.hcl:1:1: unknown key \"source\" in the configuration: it belongs in template"),
        (
            "template { source = \"x\" pid_file = \"y\" }",
            "a.hcl:1:25: unknown key \"pid_file\" in template: it belongs in no block at all"
        ),
        ("wait { zebra = 1 }", "a.hcl:1:8: unknown key \"zebra\" in wait: known are enabled, min, max"),
        (
            "token = \"x\"",
            "a.hcl:1:1: \"token\" in the configuration is no key any more: write consul { token = \"...\" }"
        ),
        (
            "retry = \"5s\"",
            "a.hcl:1:1: \"retry\" in the configuration is no key any more: write consul { retry { ... } }"
        ),
        ("vault { grace = \"5s\" }", "a.hcl:1:9: \"grace\" in vault is no key any more: take it out"),
        (
            "template \"web\" { source = \"x\" }",
            "a.hcl:1:10: template \"web\": a block has no name here: write template { ... }"
        ),
        ("template = \"x\"", "a.hcl:1:12: template is \"x\": it is a block, template { ... }, of source, contents,"),
        ("syslog = true", "a.hcl:1:10: syslog is true: it is a block, syslog { ... }, of enabled, facility, name"),
        ("consul = [1]", "a.hcl:1:11: consul is 1: it is a block, consul { ... }, of address,"),
        (
            "max_stale = 5",
            "a.hcl:1:13: max_stale is 5: it is a duration with its unit, in double quotes: \"5s\", \"1m30s\""
        ),
        (
            "max_stale = \"5\"",
            "a.hcl:1:13: max_stale is \"5\": it is a duration such as \"500ms\", \"5s\", \"1m30s\" or \"1h\""
        ),
        ("max_stale = \"-5s\"", "a.hcl:1:13: max_stale is \"-5s\": a duration is not negative"),
        (
            "max_stale = []",
            "a.hcl:1:13: max_stale is a list: it is a duration with its unit, in double quotes: \"5s\", \"1m30s\""
        ),
        ("kill_signal = \"SIGHOP\"", "a.hcl:1:15: kill_signal: \"SIGHOP\" is no signal: did you mean SIGHUP?"),
        ("kill_signal = \"9\"", "a.hcl:1:15: kill_signal: \"9\" is no signal: known are SIGABRT, SIGALRM"),
        ("kill_signal = \"SIGKILL\"", "a.hcl:1:15: kill_signal is \"SIGKILL\": no process can catch it"),
        (
            "reload_signal = 1",
            "a.hcl:1:17: reload_signal is 1: it is a signal's name in double quotes, such as \"SIGHUP\""
        ),
        (
            "log_level = \"loud\"",
            "a.hcl:1:13: log_level is \"loud\": it is one of \"trace\", \"debug\", \"info\", \"warn\", \"err\""
        ),
        ("pid_file = true", "a.hcl:1:12: pid_file is true: it is a text in double quotes"),
        ("consul { token = [\"x\"] }", "a.hcl:1:18: consul.token is a text in double quotes"),
        (
            "err_on_failed_lookup = \"true\"",
            "a.hcl:1:24: err_on_failed_lookup is \"true\": it is true or false, without quotes"
        ),
        (
            "consul { retry { attempts = -1 } }",
            "a.hcl:1:29: consul.retry.attempts is -1: it is a whole number from 0 to 2147483647, without quotes"
        ),
        (
            "consul { retry { attempts = 1.5 } }",
            "a.hcl:1:29: consul.retry.attempts is 1.5: it is a whole number from 0 to 2147483647, without quotes"
        ),
        (
            "consul { retry { attempts = \"3\" } }",
            "a.hcl:1:29: consul.retry.attempts is \"3\": it is a whole number from 0 to 2147483647, without quotes"
        ),
        (
            "vault { lease_renewal_threshold = 2 }",
            "a.hcl:1:35: vault.lease_renewal_threshold is 2: it is a number from 0.0 to 1.0, without quotes"
        ),
        (
            "log_file { log_rotate_bytes = \"much\" }",
            "a.hcl:1:31: log_file.log_rotate_bytes is \"much\": it is a number of octets, or a size such as \"10m\""
        ),
        ("syslog { facility = \"LOCAL8\" }", "a.hcl:1:21: syslog.facility is \"LOCAL8\": it is one of KERN, USER"),
        ("exec { enabled = true }", "a.hcl:1:6: exec is enabled and has no command: add command = \"...\""),
        (
            "exec { command = { a = 1 } }",
            "a.hcl:1:18: exec.command is a block: a command is a text, or a list of words: [\"nginx\", \"-s\", \"reload\"]"
        ),
        (
            "exec { command = [\"a\", true] }",
            "a.hcl:1:18: exec.command is a list: a command is a text, or a list of words: [\"nginx\", \"-s\", \"reload\"]"
        ),
        ("exec { command = \"a\" env { custom = [\"A\"] } }", "a.hcl:1:38: exec.env.custom: a variable is NAME=VALUE"),
        ("exec { command = \"a\" env { custom = [\"=A\"] } }", "a.hcl:1:38: exec.env.custom: a variable is NAME=VALUE"),
        (
            "exec { command = \"a\" env { denylist = [\"[a\"] } }",
            "a.hcl:1:40: exec.env.denylist: \"[a\" is no pattern: a [ in it is not closed, or a \\ ends it"
        ),
        (
            "exec { command = \"a\" env { denylist = true } }",
            "a.hcl:1:39: exec.env.denylist is true: it is a list of texts: [\"one\", \"two\"]"
        ),
        (
            "exec { env { denylist = [true] } }",
            "a.hcl:1:26: exec.env.denylist is true: each of its items is a text in double quotes"
        ),
        ("wait { min = \"5s\" max = \"1s\" }", "a.hcl:1:6: wait: max is less than min: it is at least as long"),
        ("wait = \"5s:1s\"", "a.hcl:1:8: wait: max is less than min: it is at least as long"),
        ("wait = \"1s:2s:3s\"", "a.hcl:1:8: wait.min is \"1s:2s:3s\": it is a duration such as"),
        ("wait = \"\"", "a.hcl:1:8: wait.min is \"\": it is a duration such as"),
        ("wait = \"-1s\"", "a.hcl:1:8: wait.min is \"-1s\": a duration is not negative"),
        ("wait = 5", "a.hcl:1:8: wait is 5: it is a block, wait { ... }, of enabled, min, max"),
        ("template {}", "a.hcl:1:10: a template has neither source nor contents: add source = \"FILE\""),
        ("template { source = \"\" }", "a.hcl:1:10: a template has neither source nor contents: add source = \"FILE\""),
        (
            "template { source = \"a\" contents = \"b\" }",
            "a.hcl:1:10: a template has both source and contents: take one of them out"
        ),
        (
            "template { source = \"a\" perms = 644 }",
            "a.hcl:1:33: template.perms is 644: permissions are octal, with a 0 before them, such as 0644 or \"0644\""
        ),
        (
            "template { source = \"a\" perms = \"0888\" }",
            "a.hcl:1:33: template.perms is \"0888\": permissions are octal, with a 0 before them, such as 0644 or \"0644\""
        ),
        (
            "template { source = \"a\" perms = 010000 }",
            "a.hcl:1:33: template.perms is 010000: permissions are octal, with a 0 before them, such as 0644 or \"0644\""
        ),
        (
            "template { source = \"a\" perms = \"-1\" }",
            "a.hcl:1:33: template.perms is \"-1\": permissions are octal, with a 0 before them, such as 0644 or \"0644\""
        ),
        (
            "template { source = \"a\" uid = -1 }",
            "a.hcl:1:31: template.uid is -1: it is a whole number from 0 to 4294967294, without quotes"
        ),
        (
            "template { source = \"a\" command = \"x\" reload { command = \"y\" } }",
            "a.hcl:1:10: a template has both a command and reload.command: take one of them out"
        ),
        (
            "template { source = \"a\" versions = 101 }",
            "a.hcl:1:36: template.versions is 101: it is a whole number from 0 to 100, without quotes"
        ),
        (
            "template { source = \"a\" on_error = \"panic\" }",
            "a.hcl:1:36: template.on_error is \"panic\": it is one of \"keep\", \"stop\""
        ),
        (
            "template { source = \"a\" guard { max_drop = 50 } }",
            "a.hcl:1:44: template.guard.max_drop is 50: it is a share from \"0%\" to \"100%\""
        ),
        (
            "template { source = \"a\" guard { max_drop = \"101%\" } }",
            "a.hcl:1:44: template.guard.max_drop is \"101%\": it is a share from \"0%\" to \"100%\""
        ),
        (
            "on_error = \"panic\"\ntemplate { source = \"a\" }\ntemplate { source = \"b\" }",
            "a.hcl:1:12: on_error is \"panic\": it is one of \"keep\", \"stop\""
        ),
        ("guard { hold = 1 }", "a.hcl:1:16: guard.hold is 1: it is a duration with its unit"),
    ])
    func `each mistake is told once, at its place, with what would be right`(text: String, message: String) throws {
        let (_, errors) = try ConfigurationFixture.read(text)
        #expect(errors.count == 1, "\(errors)")
        #expect(errors.first?.hasPrefix(message) == true, "\(errors)")
    }

    @Test func `every mistake is told`() throws {
        let (_, errors) = try ConfigurationFixture.read(
            "log_level = \"x\"\nmax_stale = \"y\"\ntemplate { sauce = 1 }\nwait { min = \"1\" }\n")
        #expect(errors.map { $0.prefix(9) } == ["a.hcl:3:1", "a.hcl:1:1", "a.hcl:2:1", "a.hcl:4:1", "a.hcl:3:1"])
    }

    /// Paths of all keys, with what stands around a value that belongs there.
    static let leaves: [String] = leaves(of: KeyTable.root)

    private static func leaves(of table: KeyTable) -> [String] {
        table.keys.flatMap { key -> [String] in
            let path = table.path.isEmpty ? key.name : "\(table.path).\(key.name)"
            switch key.shape {
            case .block(let inner), .blocks(let inner): return leaves(of: inner)
            case .value, .list, .growingList: return [path]
            }
        }
    }

    /// A key that the table has and nobody reads would be a key that does nothing.
    @Test(arguments: leaves)
    func `every key is read, and what is no value of it is refused`(path: String) throws {
        let names = path.split(separator: ".")
        var text = "\(names[names.count - 1]) = [[]]"
        for name in names.dropLast().reversed() { text = "\(name) { \(text) }" }
        text = text.replacing(
            "template {", with: "template { \(path == "template.source" ? "contents" : "source") = \"x\" ")
        if path == "template.contents" { text = text.replacing("source = \"x\"", with: "source = \"x\"") }
        let (_, errors) = try ConfigurationFixture.read(text)
        #expect(errors.count == 1, "\(text): \(errors)")
        #expect(errors.first?.contains(path) == true, "\(text): \(errors)")
    }

    @Test func `there are as many keys as there should be`() {
        #expect(Self.leaves.count > 130)
        #expect(Set(Self.leaves).count == Self.leaves.count)
    }

    @Test(
        arguments: [
            ("destnation", "destination"), ("sorce", "source"), ("perm", "perms"), ("bakcup", "backup"), ("x", nil),
            ("", nil),
            (String(repeating: "a", count: 100_000), nil),
        ] as [(String, String?)])
    func `the nearest key is at most two slips away`(typed: String, meant: String?) {
        #expect(nearestName(to: typed, among: ["source", "destination", "perms", "backup"]) == meant)
    }
}
