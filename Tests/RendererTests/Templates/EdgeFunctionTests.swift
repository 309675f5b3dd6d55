import Lab
import Testing

@testable import Renderer

/// The function `edge`, which gives templates what the edge makes of the keys.
@Suite struct EdgeFunctionTests {
    private func render(_ text: String, _ entries: [String: String]) throws -> String {
        let source = try TemplateSource(name: "t", text: text)
        let pairs = entries.keys.sorted().map {
            KeyPair(path: $0, below: "services/", value: Array((entries[$0] ?? "").utf8))
        }
        let question = Dependency(.store(try .prefix("services/")))
        let pass = RenderPass(answers: [question: .pairs(pairs)])
        let output = try source.render(pass)
        #expect(pass.used == [question] && pass.missing.isEmpty)
        return String(decoding: output, as: UTF8.self)
    }

    @Test func `an unanswered question is missing, and the table is empty`() throws {
        let source = try TemplateSource(
            name: "t", text: "{{ with edge \"/services\" }}{{ len .Services }}{{ len .Rules }}{{ end }}")
        let pass = RenderPass()
        #expect(try source.render(pass) == Array("00".utf8))
        #expect(pass.missing.map(\.description) == ["kv.list(services/)"])
    }

    @Test func `services with their endpoints`() throws {
        let text = """
            {{ range (edge "services/").Services }}{{ .ID }} {{ .Base }} {{ .Port }} {{ .Balance }} {{ .Protocol }} {{ .Names }}
            {{ range .Endpoints }}  {{ .ID }} {{ .DockerHost }} {{ .Container }} {{ .ContainerPort }} {{ .Address }} {{ .IP }} {{ .Port }} \
            {{ .Weight }} {{ .Backup }} {{ .Drain }} {{ .Protocol }} {{ .IsSpecial }} {{ .Attributes }}
            {{ end }}{{ end }}
            """
        let output = try render(
            text,
            [
                "services/web-80/h:web.1:8080": "10.0.0.1:80",
                "services/web-80/h:web.2:8080":
                    "[::1]:81 weight=5 backup drain zone=a protocol=grpc balance=random-two",
            ])
        #expect(
            output == """
                web-80 web 80 random-two h2c [web web-80]
                  h:web.1:8080 h web.1 8080 10.0.0.1:80 10.0.0.1 80 1 false false http false map[]
                  h:web.2:8080 h web.2 8080 [::1]:81 ::1 81 5 true true h2c true map[zone:a]

                """)
    }

    private static let rules =
        "{{ range (edge \"services/\" DOMAINS).Rules }}{{ .Kind }} {{ .Host }} {{ .PathKind }}{{ .Path }} {{ .Strip }} > {{ .Service }}\n{{ end }}"

    @Test func `ways in the order in which the edge looks`() throws {
        let output = try render(
            Self.rules.replacing("DOMAINS", with: "\"*\""),
            [
                "services/a-80/h:c:80": "10.0.0.1:80 host=shop.example.com,*.example.com,*.a.example.com,web.*",
                "services/b-80/h:c:80": "10.0.0.2:80 host=shop.example.com path=/api,/api/v1,=/api strip=/api",
                "services/c-80/h:c:80": "10.0.0.3:80 host=shop.example.com path=~^/[0-9]+$,",
                "services/d-80/h:c:80": "10.0.0.4:80 host=~^x",
                "services/e-80/h:c:80": "10.0.0.5:80 host=*",
                "services/f-80/h:c:80": "10.0.0.6:80 host=Shop.Example.com.",
                "services/web-80/h:c:80": "10.0.0.7:80",
            ])
        #expect(
            output == """
                exact shop.example.com exact/api /api > b-80
                exact shop.example.com prefix/api/v1 /api > b-80
                exact shop.example.com prefix/api /api > b-80
                exact shop.example.com regex^/[0-9]+$,  > c-80
                exact shop.example.com   > a-80
                wildcard .a.example.com   > a-80
                wildcard .example.com   > a-80
                label web   > a-80
                regex ^x   > d-80
                any    > e-80

                """)
    }

    @Test func `names are grouped by what makes services of them`() throws {
        let entries = [
            "services/web-80/h:c:80": "10.0.0.1:80", "services/web-8080/h:c:80": "10.0.0.1:80",
            "services/api-8080/h:c:80": "10.0.0.1:80", "services/api-3000/h:c:80": "10.0.0.1:80",
            "services/db-5432/h:c:80": "10.0.0.1:80", "services/db-3306/h:c:80": "10.0.0.1:80",
            "services/plain/h:c:80": "10.0.0.1:80", "services/plain-80/h:c:80": "10.0.0.1:80",
            "services/own-80/h:c:80": "10.0.0.1:80 host=own.example.com", "services/Big-80/h:c:80": "10.0.0.1:80",
        ]
        let groups = "{{ range (edge \"services/\").Groups }}{{ .Suffix }}:{{ .Names }} {{ end }}"
        #expect(
            try render(groups, entries)
                == ":[api-3000 api-8080 db-3306 db-5432 plain plain-80 web-80 web-8080] -3306:[db] -80:[web] -8080:[api] "
        )
        let rules = try render(Self.rules.replacing("DOMAINS", with: ""), entries)
        #expect(rules == "exact own.example.com   > own-80\nlabel big   > Big-80\nlabel big-80   > Big-80\n")
        let inDomains = try render(
            Self.rules.replacing("DOMAINS", with: "\"a.test, b.test\""),
            ["services/Big-80/h:c:80": "10.0.0.1:80", "services/dotted.name/h:c:80": "10.0.0.1:80"])
        #expect(
            inDomains
                == ["big-80", "big"].flatMap { name in ["a", "b"].map { "exact \(name).\($0).test   > Big-80\n" } }
                .joined())
    }

    @Test func `what is left out is told with its key and what would be right`() throws {
        let problems = "{{ range (edge \"services/\").Problems }}{{ .Key }}|{{ .Reason }}\n{{ end }}"
        for (key, value) in SampleStore.malformed {
            let output = try render(problems, [key: value])
            #expect(output.hasPrefix("services/"), "\(key) = \(value): \(output)")
            #expect(try render("{{ len (edge \"services/\").Services }}", [key: value]) == "0")
        }
        let routes = try render(problems, ["services/a-80/h:c:80": "10.0.0.1:80 host=~(,*.*,fine.test path=/a'b,/ok"])
        #expect(routes.contains("host \"~(,*.*,fine.test\" is none"))
    }

    @Test func `a route that no rule can say is left out, and told, and those after it stand`() throws {
        let text = """
            {{ with edge "services/" }}{{ range .Rules }}{{ .Host }}{{ .Path }} {{ .Service }}
            {{ end }}{{ range .Services }}{{ .ID }} {{ .Names }}
            {{ end }}{{ range .Problems }}{{ .Reason }}
            {{ end }}{{ end }}
            """
        let output = try render(
            text,
            [
                "services/a-80/h:a:80": #"10.0.0.1:80 host=a.example route="host=b.example redirect=/x""#,
                "services/b-80/h:b:80": #"10.0.0.2:80 route="methods=GET""#,
                "services/c-80/h:c:80": #"10.0.0.3:80 route="host=c.example path=/c response_headers.set.X-A=1""#,
                "services/d-80/h:d:80": "10.0.0.4:80",
            ])
        #expect(
            output == """
                a.example a-80
                c.example/c c-80
                a-80 []
                b-80 []
                c-80 []
                d-80 [d d-80]
                a route has a redirect, which templates are not told: it is left out
                a route has methods, which templates are not told: it is left out
                a route edits fields, which templates are not told: it is there, but edits none

                """)
    }

    @Test func `names that are no plain words become such, each its own`() throws {
        let ids = "{{ range (edge \"services/\").Services }}{{ range .Endpoints }}{{ .ID }}\n{{ end }}{{ end }}"
        let names = [
            "h:c:80", "h:c d:80", "h:c_d:80", "h:c;d:80", "h:é:80", "h:\(String(repeating: "x", count: 400)):80",
        ]
        let output = try render(
            ids,
            Dictionary(uniqueKeysWithValues: names.enumerated().map { ("services/a-80/\($1)", "10.0.0.\($0 + 1):80") }))
        let words = output.split(separator: "\n")
        #expect(Set(words).count == names.count && words.contains("h:c:80") && words.contains("h:c_d:80"))
        #expect(words.allSatisfy { $0.utf8.count <= EdgeWord.maximumCount && $0.utf8.allSatisfy(EdgeWord.isPlain) })
    }

    @Test func `hosts that one look is enough for`() throws {
        let entries = [
            "services/web-80/h:c:80": "10.0.0.1:80", "services/shop-80/h:c:80": "10.0.0.2:80 host=shop.example.com",
            "services/api-80/h:c:80": "10.0.0.3:80 host=shop.example.com,api.example.com path=/api",
            "services/cut-80/h:c:80": "10.0.0.4:80 host=cut.example.com path=/ strip=/x",
            "services/any-80/h:c:80": "10.0.0.5:80 host=*,*.example.org,label.*,~^x",
            "services/rpc-80/h:c:80": "10.0.0.6:80 protocol=grpc",
            "services/tls-80/h:c:80": "10.0.0.7:80 protocol=https",
            "services/rival-80/h:c:80": "10.0.0.8:80 host=web.example.com,web",
        ]
        let hosts =
            "{{ range (edge \"services/\" DOMAINS).Hosts }}{{ .Kind }} {{ .Host }} > {{ .Service }} {{ .Protocol }}\n{{ end }}"
        let byName = try render(hosts.replacing("DOMAINS", with: "\"*\""), entries).split(separator: "\n")
        #expect(
            byName == [
                "exact web > rival-80 http", "exact web.example.com > rival-80 http",
                "wildcard .example.org > any-80 http", "label label > any-80 http", "exact label > any-80 http",
                "regex ^x > any-80 http", "any  > any-80 http", "label tls > tls-80 https", "exact tls > tls-80 https",
                "label tls-80 > tls-80 https", "exact tls-80 > tls-80 https", "label web > web-80 http",
                "label web-80 > web-80 http", "exact web-80 > web-80 http",
            ])
        let inDomain = try render(hosts.replacing("DOMAINS", with: "\"example.com\""), entries).split(separator: "\n")
        #expect(
            inDomain.suffix(3) == [
                "exact tls.example.com > tls-80 https", "exact tls-80.example.com > tls-80 https",
                "exact web-80.example.com > web-80 http",
            ])
    }

    @Test func `endpoints of one service with hosts of their own are services of their own`() throws {
        let output = try render(
            """
            {{ with edge "services/" }}{{ range .Services }}{{ .Name }}{{ range .Endpoints }} {{ .IP }}{{ end }}{{ range .Rules }} \
            {{ .Service }}{{ end }}
            {{ end }}{{ end }}
            """,
            [
                "services/app-80/h:a:80": "10.0.0.1:80 host=a.example",
                "services/app-80/h:b:80": "10.0.0.2:80 host=b.example",
                "services/app-80-x/h:c:80": "10.0.0.3:80 host=c.example",
                "services/web-80/h:d:80": "10.0.0.4:80 host=d.example",
            ])
        let lines = output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(
            lines.map { $0.filter { !$0.hasPrefix("app-80_") } } == [
                ["app-80", "10.0.0.1", "10.0.0.2"], ["app-80-x", "10.0.0.3", "app-80-x"],
                ["app-80@a.example", "10.0.0.1"], ["app-80@b.example", "10.0.0.2"], ["web-80", "10.0.0.4", "web-80"],
            ])
        #expect(lines.map { $0.filter { $0.hasPrefix("app-80_") }.count } == [0, 0, 1, 1, 0])
    }

    @Test func `of two keys with one address the later counts`() throws {
        let source = try TemplateSource(
            name: "t",
            text: "{{ range (edge \"services/\").Services }}{{ range .Endpoints }}{{ .Name }} {{ end }}{{ end }}")
        var old = KeyPair(path: "services/a-80/h:z:80", below: "services/", value: Array("10.0.0.1:80".utf8))
        var new = KeyPair(path: "services/a-80/h:a:80", below: "services/", value: Array("10.0.0.1:80".utf8))
        (old.modifyIndex, new.modifyIndex) = (5, 9)
        let question = Dependency(.store(try .prefix("services/")))
        let output = try source.render(RenderPass(answers: [question: .pairs([new, old])]))
        #expect(output == Array("h:a:80 ".utf8))
    }

    @Test func `a prefix is needed`() throws {
        for text in ["{{ edge \"\" }}", "{{ edge \"/\" }}"] {
            #expect(throws: RenderError.self) { try TemplateSource(name: "t", text: text).render(RenderPass()) }
        }
    }
}
