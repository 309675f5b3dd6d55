import Testing

@testable import Renderer

/// Which changes of a text go live, and which need a reload.
@Suite struct HAProxyChangeTests {
    static let current = HAProxyVersion(major: 2, minor: 6)

    /// A whole configuration around one backend's lines.
    static func text(_ backend: String, defaults: String = "mode http", rest: String = "") -> String {
        """
        global
          stats socket /run/haproxy.sock level admin
        defaults
          \(defaults)
        frontend web
          bind :80
          default_backend app
        backend app
        \(backend)
        \(rest)
        """
    }

    private func change(
        _ old: String, _ new: String, defaults: String = "mode http", rest: String = "",
        version: HAProxyVersion = current
    ) -> HAProxyChange {
        .between(
            old: Self.text(old, defaults: defaults, rest: rest), new: Self.text(new, defaults: defaults, rest: rest),
            version: version)
    }

    private static let equal: [(String, String)] = [
        (" server a 10.0.0.1:80", " server a 10.0.0.1:80"),
        (" server a 10.0.0.1:80", "\tserver   a 10.0.0.1:80 # comment"),
        (" server a 10.0.0.1:80 check", " # comment\n\n 'server' \"a\" 10.0.0.1:80 check"),
        (" server a 10.0.0.1:80", " server a ipv4@10.0.0.1:80"),
        (" server a 10.0.0.1:80", " server a 10.0.0.1:80 weight 1 enabled"),
        (" server a 10.0.0.1:80\n server b 10.0.0.2:80", " server b 10.0.0.2:80\n server a 10.0.0.1:80"),
        (" server a web:80 cookie a", " server a   web:80 cookie a"),
    ]

    @Test(arguments: equal)
    func `texts that mean the same ask for nothing`(old: String, new: String) {
        #expect(change(old, new) == .nothing)
    }

    private static let live: [(String, String, String)] = [
        (" server a 10.0.0.1:80", " server a 10.0.0.2:81", "app: a 10.0.0.2:81"),
        (" server a 10.0.0.1:80", " server a [fd00::1]:80", "app: a [fd00::1]:80"),
        (" server a 10.0.0.1:80", " server a 10.0.0.1:80 weight 5", "app: a weight 5"),
        (" server a 10.0.0.1:80 weight 0", " server a 10.0.0.1:80", "app: a weight 1"),
        (" server a 10.0.0.1:80", " server a 10.0.0.1:80 disabled", "app: a disabled"),
        (" server s1 0.0.0.0:1 disabled", " server s1 10.0.0.1:80 weight 3", "app: s1 10.0.0.1:80 weight 3 enabled"),
        (" server a 10.0.0.1:80", " server a 10.0.0.1:80\n server b 10.0.0.2:80 check inter 1s", "app: +b"),
        (" server a 10.0.0.1:80\n server b 10.0.0.2:80", " server b 10.0.0.2:80", "app: -a"),
        (" server a 10.0.0.1:80", "", "app: -a"),
        (
            " server a 10.0.0.1:80\n server b 10.0.0.2:80", " server c 10.0.0.3:80\n server b 10.0.0.4:80",
            "app: +c, b 10.0.0.4:80, -a"
        ),
        // What is not understood may stay, as long as it stays as it is.
        (" server a 10.0.0.1:80 frobnicate x", " server a 10.0.0.2:80 frobnicate x", "app: a 10.0.0.2:80"),
        (" balance source\n server a 10.0.0.1:80", " balance source\n server a 10.0.0.2:80", "app: a 10.0.0.2:80"),
        (
            " balance uri\n hash-type consistent\n server a 10.0.0.1:80",
            " balance uri\n hash-type consistent\n server a 10.0.0.1:80 weight 4\n server b 10.0.0.2:80",
            "app: a weight 4, +b"
        ),
        (
            " cookie C insert\n server a 10.0.0.1:80 cookie a", " cookie C insert\n server a 10.0.0.2:80 cookie a",
            "app: a 10.0.0.2:80"
        ),
        (
            " server-template t 1-3 0.0.0.0:1 disabled\n server a 10.0.0.1:80",
            " server-template t 1-3 0.0.0.0:1 disabled\n server a 10.0.0.2:80", "app: a 10.0.0.2:80"
        ),
    ]

    @Test(arguments: live)
    func `servers change live`(old: String, new: String, summary: String) {
        guard case .live(let plan) = change(old, new) else {
            Issue.record("\(change(old, new))")
            return
        }
        #expect(plan.description == summary)
    }

    private static let structural: [(String, String, String)] = [
        (" server a 10.0.0.1:80", " server a 10.0.0.1:80 check", "check"),
        (" server a 10.0.0.1:80 check", " server a 10.0.0.1:80 check port 81", "port 81"),
        (" server a 10.0.0.1:80", " server a 10.0.0.1:80 backup", "backup"),
        (" server a 10.0.0.1:80 maxconn 5", " server a 10.0.0.1:80 maxconn 6", "maxconn 6"),
        (" server a 10.0.0.1:80", " server a web:80", "only IP addresses"),
        (" server a web:80", " server a 10.0.0.1:80", "only IP addresses"),
        (" server a 10.0.0.1:80", " server a 10.0.0.1", "only IP addresses"),
        (" server a /run/a", " server a /run/b", "only IP addresses"),
        (" server a 10.0.0.1:80", " server a \"$A:80\"", "only IP addresses"),
        (" server a 10.0.0.1:80 frob x", " server a 10.0.0.1:80 frob y", "not all of them are known"),
        (" server a 10.0.0.1:80", " server a 10.0.0.1:80\n server b web:80", "server b: only an IP address"),
        (" server a 10.0.0.1:80", " server a 10.0.0.1:80\n server b 10.0.0.2:80 cookie b", "`cookie`"),
        (" server a 10.0.0.1:80", " server a 10.0.0.1:80\n server b 10.0.0.2:80 ssl verify none", "`ssl`"),
        (" server a 10.0.0.1:80", " server a 10.0.0.1:80\n server b 10.0.0.2:80 track app/a", "`track`"),
        (
            " server a 10.0.0.1:80", " server a 10.0.0.1:80\n server b 10.0.0.2:80 agent-check agent-port 1",
            "agent-check"
        ),
        (" server a 10.0.0.1:80", " server a 10.0.0.1:80\n server b 10.0.0.2:80 frob", "not all of its words"),
        (" server a 10.0.0.1:80", " server a 10.0.0.1:80\n server b 10.0.0.2:80 proto 'h 2'", "`proto`"),
        (
            " balance source\n server a 10.0.0.1:80", " balance source\n server a 10.0.0.1:80\n server b 10.0.0.2:80",
            "balance source"
        ),
        (
            " balance static-rr\n server a 10.0.0.1:80", " balance static-rr\n server a 10.0.0.1:80 weight 2",
            "balance static-rr"
        ),
        (
            " balance first\n server a 10.0.0.1:80", " balance first\n server a 10.0.0.1:80\n server b 10.0.0.2:80",
            "balance first"
        ),
        (
            " balance first\n server a 10.0.0.1:80\n server b 10.0.0.2:80",
            " balance first\n server b 10.0.0.2:80\n server a 10.0.0.1:80", "order matters"
        ),
        (" use-server a if TRUE\n server a 10.0.0.1:80", " use-server a if TRUE", "names it"),
        (" server a 10.0.0.1:80\n server b 10.0.0.2:80 track a", " server b 10.0.0.2:80 track a", "tracks it"),
        (" server a 10.0.0.1:80 agent-check agent-port 5", "", "agent-check"),
        (" server a 10.0.0.1:80", " balance leastconn\n server a 10.0.0.1:80", "`balance leastconn` is new"),
        (" option httpchk\n server a 10.0.0.1:80", " server a 10.0.0.1:80", "`option httpchk` is gone"),
        (" timeout server 5s", " timeout server 6s", "`timeout server 6s` was `timeout server 5s`"),
        (" server-template t 1-3 0.0.0.0:1", " server-template t 1-4 0.0.0.0:1", "server-template t 1-4"),
        (" server a\"b 10.0.0.1:80", " server a\"b 10.0.0.2:80", "was"),
        (
            " .if defined(A)\n server a 10.0.0.1:80\n .endif", " .if defined(A)\n server a 10.0.0.2:80\n .endif",
            "conditions"
        ),
        (" server a 10.0.0.1:80", " server a 10.0.0.1:80 weight 5\nbackend more", "backend more is new"),
        (" server a 10.0.0.1:80 weight 257", " server a 10.0.0.1:80 weight 300", "not all of them are known"),
        (" server a 10.0.0.1:80\n server a 10.0.0.1:80", " server a 10.0.0.1:80\n server a 10.0.0.2:80", "one name"),
    ]

    @Test(arguments: structural)
    func `all else is a reload that says why`(old: String, new: String, reason: String) {
        guard case .reload(let text) = change(old, new) else {
            Issue.record("\(change(old, new))")
            return
        }
        #expect(text.contains(reason), "\(text)")
    }

    @Test func `a change outside the backends is a reload that names its line`() {
        let old = Self.text(" server a 10.0.0.1:80")
        let reason = HAProxyChange.between(
            old: old, new: old.replacing("bind :80", with: "bind :81"), version: Self.current)
        #expect(reason == .reload("frontend web: line 6: `bind :81` was `bind :80`"))
        #expect(
            HAProxyChange.between(old: old, new: old + "\nlisten x\n", version: Self.current)
                == .reload("line 11: listen x is new"))
        #expect(
            HAProxyChange.between(old: old + "\nlisten x\n", new: old, version: Self.current)
                == .reload("listen x is gone"))
    }

    @Test func `listen sections have servers, others only look so`() {
        let old = "defaults\n mode tcp\nlisten l\n bind :1\n server a 10.0.0.1:80\npeers p\n server q 10.0.0.1:1\n"
        let live = HAProxyChange.between(
            old: old, new: old.replacing("10.0.0.1:80", with: "10.0.0.2:80"), version: Self.current)
        #expect("\(live)".contains("l: a 10.0.0.2:80"))
        let reload = HAProxyChange.between(
            old: old, new: old.replacing("10.0.0.1:1", with: "10.0.0.2:1"), version: Self.current)
        #expect(reload == .reload("peers p: line 7: `server q 10.0.0.2:1` was `server q 10.0.0.1:1`"))
    }

    @Test func `branches that cannot add servers still change and remove them`() {
        let old = " server a 10.0.0.1:80\n server b 10.0.0.2:80"
        for minor in [8, 9] {
            let version = HAProxyVersion(major: 1, minor: minor)
            #expect("\(change(old, " server b 10.0.0.3:80", version: version))".contains("app: b 10.0.0.3:80, -a"))
        }
        let version = HAProxyVersion(major: 2, minor: 5)
        #expect("\(change(old, old + "\n server c 10.0.0.3:80", version: version))".contains("cannot add servers"))
        #expect("\(change(old, "", version: HAProxyVersion(major: 1, minor: 7)))".contains("at least 1.8"))
    }

    @Test func `a server that rules of other sections refer to is not removed`() {
        let rule = "frontend more\n bind :82\n acl up srv_is_up(app/a)"
        let both = " server a 10.0.0.1:80\n server b 10.0.0.2:80"
        #expect("\(change(both, " server b 10.0.0.2:80", rest: rule))".contains("frontend more names app/a"))
        #expect("\(change(both, " server a 10.0.0.1:80", rest: rule))".contains("app: -b"))
    }

    @Test func `what defaults say counts`() {
        let one = " server a 10.0.0.1:80"
        let two = one + "\n server b 10.0.0.2:80"
        #expect("\(change(one, two, defaults: "balance static-rr"))".contains("balance static-rr"))
        #expect("\(change(one, two, defaults: "default-server ssl"))".contains("`ssl`"))
        #expect("\(change(one, two, defaults: "default-server check weight 7"))".contains("app: +b"))
        // The own weight of before was the same as the default's.
        #expect(change(one, one + " weight 7", defaults: "default-server weight 7") == .nothing)
        let bare = "backend app\n"
        #expect(
            "\(HAProxyChange.between(old: bare + one, new: bare + two, version: Self.current))".contains("no defaults"))
        let conditional = "mode http\n .if defined(A)\n default-server weight 3\n .endif"
        #expect("\(change(one, two, defaults: conditional))".contains("conditions"))
    }

    @Test func `default-server counts for the servers behind it`() {
        let old = " server a 10.0.0.1:80\n default-server check\n server b 10.0.0.2:80"
        let new = " default-server check\n server a 10.0.0.1:80\n server b 10.0.0.2:80"
        #expect("\(change(old, new))".contains("server a: `check`"))
    }

    @Test func `more than 500 commands are a reload`() {
        func servers(_ count: Int, _ weight: Int) -> String {
            (0..<count).map { " server s\($0) 10.0.0.1:\($0 + 1) weight \(weight)" }.joined(separator: "\n")
        }
        #expect("\(change(servers(500, 1), servers(500, 2)))".contains("s499 weight 2"))
        guard case .reload(let reason) = change(servers(501, 1), servers(501, 2)) else {
            Issue.record("501 commands went live")
            return
        }
        #expect(reason.contains("501 commands"))
    }

    @Test func `lines of commands fit the buffer that the text sets`() {
        func lineBytesMax(_ setting: String) -> Int? {
            let old = "global\n \(setting)\ndefaults\n mode http\nbackend app\n server a 10.0.0.1:80\n"
            let new = old.replacing("10.0.0.1", with: "10.0.0.2")
            guard case .live(let plan) = HAProxyChange.between(old: old, new: new, version: Self.current) else {
                return nil
            }
            return plan.lineBytesMax
        }
        #expect(lineBytesMax("maxconn 5") == 8192)
        #expect(lineBytesMax("tune.bufsize 4096") == 2048)
    }
}
