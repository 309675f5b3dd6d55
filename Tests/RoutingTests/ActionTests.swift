import Synchronization
import Testing

@testable import Routing

struct ActionTests {
    private func table(paths: [String] = [], _ edit: (inout RouteDescription) -> Void) -> RoutingTable {
        TableDescription(routes: [RouteDescription("r", paths: paths, edit: edit)]).compiled()
    }

    private func forwarded(_ path: String, by table: RoutingTable) -> String? {
        let octets = Array(path.utf8)
        return unsafe table.forwardedPath(of: 0, path: octets.span.bytes).map { String(decoding: $0, as: UTF8.self) }
    }

    private func location(
        _ table: RoutingTable, _ path: String = "/p", query: String? = nil, host: String = "h.test:8080",
        scheme: StaticString = "http"
    ) -> String? {
        let (host, path, octets) = (Array(host.utf8), Array(path.utf8), Array((query ?? "").utf8))
        let answer = unsafe table.redirect(
            of: 0, scheme: scheme, host: host.span.bytes, path: path.span.bytes, query: octets.span.bytes,
            hasQuery: query != nil)
        return answer.map { "\($0.status) " + String(decoding: $0.location, as: UTF8.self) }
    }

    @Test(arguments: [
        ("/api", "/api/x", "/x"), ("/api", "/api", "/"), ("/api", "/api/", "/"), ("/api", "/apix", nil),
        ("/api", "/x/api", nil), ("/api/", "/api/x", "/x"), ("/api/", "/api", "/"), ("/", "/x", nil),
        ("/a/b", "/a/b/c/d", "/c/d"), ("/caf%c3%a9", "/caf%C3%A9/x", "/x"),
    ])
    func aPrefixIsStrippedByWholeSegments(prefix: String, path: String, expected: String?) {
        #expect(forwarded(path, by: table { $0.stripPrefix = prefix }) == expected)
    }

    @Test(arguments: [
        ("^/old/(.*)$", "/new/$1", "/old/a/b", "/new/a/b"),
        ("^/old/(.*)$", "/new/$1", "/older", nil),
        ("^/(?<lang>de|fr)/(?<rest>.*)$", "/${rest}/in-${lang}", "/de/page", "/page/in-de"),
        ("/b", "/whole", "/a/b/c", "/whole"),
        ("^/(a)?(.*)$", "/x$1y$2", "/z", "/xyz"),
        ("^/(.*)$", "/$$1", "/z", "/$1"),
        ("^/(.)(.)$", "/${1}0$2", "/ab", "/a0b"),
        ("^/same$", "/same", "/same", nil),
    ])
    func aRewriteGivesTheWholePath(match: String, to: String, path: String, expected: String?) {
        let table = table { $0.rewrite = PathRewrite(match: match, to: to) }
        #expect(forwarded(path, by: table) == expected)
        #expect(table.mendedPaths.load(ordering: .relaxed) == 0)
    }

    @Test func aRewriteSeesThePathWithThePrefixOff() {
        let table = table {
            $0.stripPrefix = "/api"
            $0.rewrite = PathRewrite(match: "^/v1/(.*)", to: "/one/$1")
        }
        #expect(forwarded("/api/v1/x", by: table) == "/one/x")
        #expect(forwarded("/api/v2/x", by: table) == "/v2/x")
        #expect(forwarded("/other", by: table) == nil)
    }

    @Test(arguments: [
        ("^/(.*)$", "$1", "/x", "/x"),
        ("^/x(.*)$", "/files/$1", "/x../secret", "/"),
        ("^/x(.*)$", "/$1", "/x.", "/"),
    ])
    func aRewriteThatCannotBeSentIsMendedAndCounted(match: String, to: String, path: String, expected: String) {
        let table = table { $0.rewrite = PathRewrite(match: match, to: to) }
        #expect(forwarded(path, by: table) == expected)
        #expect(table.mendedPaths.load(ordering: .relaxed) == 1)
    }

    @Test func flagsSayWhichActionsThereAre() {
        let plain = table { _ in }.routes[0]
        #expect(
            !plain.hasActions && !plain.hasRedirect && !plain.hasPathEdit && !plain.hasRequestEdits
                && !plain.hasResponseEdits)
        let redirect = table { $0.redirect = Redirect(to: "/x") }.routes[0]
        #expect(redirect.hasActions && redirect.hasRedirect && !redirect.hasPathEdit)
        let strip = table { $0.stripPrefix = "/x" }.routes[0]
        #expect(strip.hasActions && strip.hasPathEdit && !strip.hasRedirect)
        let request = table { $0.requestHeaders.remove = ["A"] }.routes[0]
        #expect(request.hasActions && request.hasRequestEdits && !request.hasResponseEdits)
        let response = table { $0.responseHeaders.remove = ["A"] }.routes[0]
        #expect(response.hasActions && response.hasResponseEdits && !response.hasRequestEdits)
    }

    @Test func whatHasNoActionAnswersNil() {
        let table = table { _ in }
        #expect(forwarded("/x", by: table) == nil)
        #expect(location(table) == nil)
        #expect(table.requestEdits(of: 0) == nil)
        #expect(table.responseEdits(of: 7) == nil)
    }

    @Test(arguments: [
        ("https://new.test$request_uri", "/a/b", "x=1", "301 https://new.test/a/b?x=1"),
        ("https://new.test$request_uri", "/a/b", "", "301 https://new.test/a/b?"),
        ("https://new.test$request_uri", "/a/b", nil, "301 https://new.test/a/b"),
        ("https://new.test$request_uri", "", nil, "301 https://new.test/"),
        ("$scheme://$host$path", "/a", "q", "301 http://h.test/a"),
        ("$scheme://$authority/?was=$query", "/a", "q", "301 http://h.test:8080/?was=q"),
        ("https://$host/$$x", "/a", nil, "301 https://h.test/$x"),
        ("https://${host}y/", "/a", nil, "301 https://h.testy/"),
        ("$request_uri", "//evil.test/x", nil, "301 /evil.test/x"),
        ("$path", "///evil.test", nil, "301 /evil.test"),
        ("//cdn.test$path", "/x", nil, "301 //cdn.test/x"),
        ("/moved$path", "/a b\r\nSet-Cookie: x", nil, "301 /moved/a%20b%0D%0ASet-Cookie:%20x"),
        ("https://x/$query", "/", "a\r\nb\u{0}\"<é", "301 https://x/a%0D%0Ab%00%22%3C%C3%A9"),
        ("$path", "/\\evil.test", nil, "301 /%5Cevil.test"),
    ])
    func aRedirectFillsInTheRequest(to: String, path: String, query: String?, expected: String) {
        #expect(location(table { $0.redirect = Redirect(to: to) }, path, query: query) == expected)
    }

    @Test(arguments: [("h.test", "h.test"), ("h.test:1", "h.test"), ("[::1]:8", "[::1]"), ("[::1]", "[::1]"), ("", "")])
    func theHostVariableHasNoPort(authority: String, host: String) {
        let table = table { $0.redirect = Redirect(to: "https://$host/", status: 308) }
        #expect(location(table, host: authority) == "308 https://\(host)/")
    }

    @Test func aRedirectKnowsTheGroupsOfTheRegexPathThatMatched() {
        let table = table(paths: ["/plain", "~^/blog/([0-9]+)$", "~^/user/(?<name>[a-z]+)/([0-9]+)"]) {
            $0.redirect = Redirect(to: "/to/$1/${name}$2", status: 302)
        }
        #expect(location(table, "/blog/12") == "302 /to/12/")
        #expect(location(table, "/user/ann/7") == "302 /to/ann/ann7")
        #expect(location(table, "/plain") == "302 /to//")
    }

    @Test func aGroupCannotMakeAnotherSitesAddress() {
        let table = table(paths: ["~^/go(.*)$"]) { $0.redirect = Redirect(to: "/$1") }
        #expect(location(table, "/go/evil.test") == "301 /evil.test")
    }

    @Test func headerEditsAreReadyToWrite() throws {
        let table = table {
            $0.requestHeaders.set = [
                NameValue(name: "X-Env", value: "prod"), NameValue(name: "X-Empty", value: ""),
                NameValue(name: "x-env", value: "two"),
            ]
            $0.requestHeaders.remove = ["X-Debug", "x-ENV"]
        }
        let edits = try #require(table.requestEdits(of: 0))
        #expect(String(decoding: edits.lines, as: UTF8.self) == "X-Env: prod\r\nX-Empty: \r\nx-env: two\r\n")
        #expect(edits.removedNames.map { String(decoding: $0, as: UTF8.self) } == ["x-env", "x-empty", "x-debug"])
        for (name, expected) in [
            ("X-Env", true), ("x-env", true), ("X-DEBUG", true), ("X-Debu", false), ("X-Envy", false), ("", false),
            ("Y-Env", false), ("x-emptY", true), ("X_Env", false), (String(repeating: "x", count: 200), false),
        ] {
            let octets = Array(name.utf8)
            let removes = unsafe edits.removes(octets.span.bytes)
            #expect(removes == expected, "\(name)")
        }
    }
}
