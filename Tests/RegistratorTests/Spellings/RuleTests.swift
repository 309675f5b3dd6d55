import Lab
import Testing

@testable import Registrator

@Suite struct RuleTests {
    private func words(_ rule: String) throws -> [String] {
        let reading = try RuleReading(rule)
        try #require(reading.problems == [])
        return reading.cubes.map(Self.words)
    }

    private static func words(_ cube: RuleCube) -> String {
        var words: [String] = []
        if let hosts = cube.hosts { words.append("host=" + hosts.joined(separator: ",")) }
        if let paths = cube.paths { words.append("path=" + paths.joined(separator: ",")) }
        if let methods = cube.methods { words.append("methods=" + methods.joined(separator: ",")) }
        return (words + cube.headers.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
    }

    @Test(arguments: [
        ("Host(`Shop.Example.com.`)", ["host=shop.example.com"]),
        ("Host(`a`, \"b\", 'c')", ["host=a,b,c"]),
        ("Host(`a`) || Host(`b`)", ["host=a,b"]),
        ("Host(`*.example.com`)", ["host=*.example.com"]),
        ("Host(`a`) && PathPrefix(`/x`)", ["host=a path=/x"]),
        ("(Host(`a`) || Host(`b`)) && (PathPrefix(`/x`) || Path(`/y`))", ["host=a,b path=/x,=/y"]),
        ("Host(`a`) && PathPrefix(`/x`) || Host(`b`)", ["host=a path=/x", "host=b"]),
        ("Host(`a`) && PathPrefix(`/x`) || Host(`b`) && PathPrefix(`/x`)", ["host=a,b path=/x"]),
        ("PathPrefix(`/`)", [""]), ("Host(`a`) && PathPrefix(`/`)", ["host=a"]),
        ("Method(`GET`, `post`)", ["methods=GET,POST"]),
        ("Method(`GET`) || Method(`PUT`)", ["methods=GET,PUT"]),
        ("Headers(`X-A`, `1`) && Header(`X-B`, `2`)", ["X-A=1 X-B=2"]),
        ("Header(`X-A`, `1`) || Header(`X-B`, `2`)", ["X-A=1", "X-B=2"]),
        ("HeadersRegexp(`X-A`, `^v`)", ["X-A=~^v"]), ("Header(`X-A`, `~v.`)", [#"X-A=~^~v\.$"#]),
        (#"HostRegexp(`^.+\.example\.com$`)"#, [#"host=~^.+\.example\.com$"#]),
        ("HostRegexp(`{sub:[a-z]{2,3}}.example.com`)", [#"host=~^(?:[a-z]{2,3})\.example\.com$"#]),
        ("HostRegexp(`{sub}.example.com`)", [#"host=~^[^.]+\.example\.com$"#]),
        (#"HostRegexp("a\\.b")"#, [#"host=~a\.b"#]),
        ("PathRegexp(`^/v[0-9]{1,2}/`)", ["path=~^/v[0-9]{1,2}/"]),
        ("Path(`/products/{id:[0-9]+}`)", ["path=~^/products/(?:[0-9]+)$"]),
        ("PathPrefix(`/a`) && PathPrefix(`/a/b`)", ["path=/a/b"]), ("PathPrefix(`/a`) && Path(`/a/b`)", ["path==/a/b"]),
        ("Host(`*.b.c`) && Host(`*.a.b.c`)", ["host=*.a.b.c"]), ("Host(`a.b`) && Host(`*.b`)", ["host=a.b"]),
        ("!(!Host(`a`))", ["host=a"]), ("!(!Host(`a`) || !Path(`/x`))", ["host=a path==/x"]),
        ("!(!Host(`a`) && !Host(`b`))", ["host=a,b"]),
        ("Host(`a`) && Host(`b`)", []), ("Method(`GET`) && Method(`PUT`)", []),
        ("Path(`/a`) && PathPrefix(`/ab/`)", []),
        ("  Host (`a`)\n&&\tPath(`/x`) ", ["host=a path==/x"]),
    ])
    func `a rule comes to routes`(rule: String, routes: [String]) throws {
        #expect(try words(rule) == routes)
    }

    @Test(arguments: [
        ("!Host(`a`)", [], "no route says !Host(`a`): say what matches instead"),
        ("Host(`a`) && !PathPrefix(`/x`)", [], "no route says !PathPrefix(`/x`): say what matches instead"),
        (
            "Host(`a`) || Host(`b`) && !Method(`GET`)", ["host=a"],
            "no route says !Method(`GET`): say what matches instead"
        ),
        (
            "Host(`a`) && ClientIP(`10.0.0.0/8`)", [],
            "no route says ClientIP(`10.0.0.0/8`): what needs it is not served"
        ),
        ("Query(`a`, `b`) || Host(`b`)", ["host=b"], "no route says Query(`a`, `b`): what needs it is not served"),
        ("PathRegexp(`a`) && Path(`/a`)", [], "no route says that a path matches two patterns, `~a` and `=/a`"),
    ])
    func `what no route can say is named, and nothing is served by it`(
        rule: String, routes: [String], problem: String
    ) throws {
        let reading = try RuleReading(rule)
        #expect(reading.cubes.map(Self.words) == routes)
        #expect(reading.problems == [problem])
    }

    @Test(arguments: [
        ("", "the rule's end at character 1, where a matcher such as Host(`shop.example.com`) is expected"),
        ("Host", "the rule's end at character 5, where ( after Host is expected"),
        ("Host(`a`", "the rule's end at character 9, where ) or a comma is expected"),
        ("Host(`a`))", ") at character 10, where &&, || or the end is expected"),
        ("Host()", ") at character 6, where a text in backticks is expected"),
        ("Host(`a)", "the ` at character 6 is not closed: add a `"),
        ("Host(`a`) & Path(`/x`)", "a single & at character 11: write &&"),
        ("Host(`a`) and Path(`/x`)", "\"and\" at character 11, where &&, || or the end is expected"),
        ("Hots(`a`)", "there is no matcher Hots: did you mean Host?"),
        ("PathPrefix(`x`)", "path \"x\" does not begin with a slash: write \"/x\""),
        ("Header(`X-A`)", "Header has 1 arguments: write Header(`X-Canary`, `1`)"),
        ("Host(`a b`)", "\"a b\" is no host: write Host(`shop.example.com`)"),
        (
            "%",
            "\"%\" at character 1 has no meaning there: a rule is such as Host(`shop.example.com`) && PathPrefix(`/api`)"
        ),
    ])
    func `a rule that is none says what is wrong where`(rule: String, reason: String) {
        #expect(throws: RuleError(reason: reason)) { try RuleReading(rule) }
    }

    @Test func `a rule is bounded in length, depth, matchers and routes`() {
        let deep = String(repeating: "(", count: 100) + "Host(`a`)" + String(repeating: ")", count: 100)
        let nots = String(repeating: "!", count: 5_000) + "Host(`a`)"
        let many = (0..<300).map { "Host(`h\($0)`)" }.joined(separator: " || ")
        let wide = (0..<12).map { "(Header(`A\($0)`, `1`) || Header(`B\($0)`, `1`))" }.joined(separator: " && ")
        for (rule, reason) in [
            (deep, "nested too deeply"), (nots, "nested too deeply"), (many, "more than 256 matchers"),
            (wide, "more than 64 routes"), (String(repeating: " ", count: 9_000), "9000 octets"),
        ] {
            let error = #expect(throws: RuleError.self) { try RuleReading(rule) }
            #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
        }
    }

    @Test func `no text crashes the parser, and what it reads is bounded`() {
        let pieces = [
            "Host", "Path", "PathPrefix", "HostRegexp", "Method", "Header", "(", ")", "`", "`/a`", "`x.y`", "\"", "'",
            ",",
            "&&", "||", "!", " ", "{a:[a-z]}", "{", "}", "\\", "é", "\u{0}", "(`a`)", "Host(`a`)", "Path(`/b`)",
        ]
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<10_000 {
            let rule = (0..<Int.random(in: 0..<24, using: &generator))
                .map { _ in pieces[Int.random(in: 0..<pieces.count, using: &generator)] }.joined()
            if let reading = try? RuleReading(rule) { #expect(reading.cubes.count <= RuleReading.maximumCubes) }
        }
    }

    /// A rule that is made of known matchers, and what it is for a request.
    private indirect enum Formula {
        case host(Int), path(Int), method(Int), and(Formula, Formula), or(Formula, Formula)

        static func random(_ depth: Int, _ generator: inout SeededGenerator) -> Formula {
            switch Int.random(in: 0..<(depth == 0 ? 3 : 7), using: &generator) {
            case 0: .host(Int.random(in: 0..<3, using: &generator))
            case 1: .path(Int.random(in: 0..<3, using: &generator))
            case 2: .method(Int.random(in: 0..<3, using: &generator))
            case 3, 4: .and(random(depth - 1, &generator), random(depth - 1, &generator))
            default: .or(random(depth - 1, &generator), random(depth - 1, &generator))
            }
        }

        static let methods = ["GET", "PUT", "DELETE"]

        var rule: String {
            switch self {
            case .host(let number): "Host(`h\(number)`)"
            case .path(let number): "Path(`/p\(number)`)"
            case .method(let number): "Method(`\(Self.methods[number])`)"
            case .and(let one, let two): "(\(one.rule) && \(two.rule))"
            case .or(let one, let two): "(\(one.rule) || \(two.rule))"
            }
        }

        func matches(_ host: Int, _ path: Int, _ method: Int) -> Bool {
            switch self {
            case .host(let number): host == number
            case .path(let number): path == number
            case .method(let number): method == number
            case .and(let one, let two): one.matches(host, path, method) && two.matches(host, path, method)
            case .or(let one, let two): one.matches(host, path, method) || two.matches(host, path, method)
            }
        }
    }

    @Test func `the routes of a rule match just what the rule matches`() throws {
        var generator = SeededGenerator(seed: 5)
        var read = 0
        for _ in 0..<3_000 {
            let formula = Formula.random(4, &generator)
            guard let reading = try? RuleReading(formula.rule) else { continue }
            read += 1
            try #require(reading.problems == [], "\(formula.rule)")
            for request in 0..<27 {
                let (host, path, method) = (request / 9, request / 3 % 3, request % 3)
                let isMatched = reading.cubes.contains { cube in
                    cube.hosts?.contains("h\(host)") ?? true && cube.paths?.contains("=/p\(path)") ?? true
                        && cube.methods?.contains(Formula.methods[method]) ?? true
                }
                #expect(isMatched == formula.matches(host, path, method), "\(formula.rule) \(request)")
            }
        }
        #expect(read > 2_500)
    }
}
