import Testing
import Wire

@testable import Routing

/// The match order of the contract, row by row.
struct MatchOrderTests {
    struct Row: CustomStringConvertible, Sendable {
        var request: Request
        var expected: String
        var description: String { "\(request) -> \(expected)" }

        init(_ expected: String, _ request: Request) {
            self.request = request
            self.expected = expected
        }
    }

    static let hosts = TableDescription(routes: [
        RouteDescription("exact", hosts: ["shop.example.com"]),
        RouteDescription("wild", hosts: ["*.example.com"]),
        RouteDescription("wild-deeper", hosts: ["*.eu.example.com"]),
        RouteDescription("label", hosts: ["web-80.*"]),
        RouteDescription("regex-a", hosts: [#"~^v[0-9]+\.api\."#]),
        RouteDescription("regex-b", hosts: ["~api"]),
        RouteDescription("mixed", hosts: ["MiXed.Example.ORG.", "bücher.example.org"]),
        RouteDescription("address", hosts: ["[2001:db8::1]", "192.0.2.7"]),
    ]).compiled()

    @Test(arguments: [
        Row("exact", Request("shop.example.com")),
        Row("wild", Request("a.example.com")),
        Row("wild", Request("a.b.c.example.com")),
        Row("404", Request("example.com")),
        Row("404", Request(".example.com")),
        Row("404", Request("badexample.com")),
        Row("wild-deeper", Request("a.eu.example.com")),
        Row("wild-deeper", Request("a.b.eu.example.com")),
        Row("wild", Request("eu.example.com")),
        Row("label", Request("web-80.anything.test")),
        Row("label", Request("web-80")),
        Row("wild", Request("web-80.example.com")),
        Row("404", Request("xweb-80.test")),
        Row("404", Request("a.web-80.test")),
        Row("regex-a", Request("v1.api.test")),
        Row("regex-b", Request("x.api.test")),
        Row("mixed", Request("mixed.example.org")),
        Row("mixed", Request("xn--bcher-kva.example.org")),
        Row("address", Request("[2001:db8::1]")),
        Row("address", Request("192.0.2.7")),
        Row("404", Request("")),
        Row("404", Request("unknown.test")),
    ])
    func hostsGoFromTheMostSpecificToTheLeast(_ row: Row) {
        #expect(row.request.match(in: Self.hosts) == row.expected)
    }

    static let paths = TableDescription(routes: [
        RouteDescription("a-any", hosts: ["h"]),
        RouteDescription("exact", hosts: ["h"], paths: ["=/foo"]),
        RouteDescription("prefix", hosts: ["h"], paths: ["/foo"]),
        RouteDescription("longer", hosts: ["h"], paths: ["/foo/bar"]),
        RouteDescription("slash", hosts: ["h"], paths: ["/dir/"]),
        RouteDescription("regex-1", hosts: ["h"], paths: [#"~^/v[0-9]+/"#]),
        RouteDescription("regex-2", hosts: ["h"], paths: ["~/v"]),
        RouteDescription("root", hosts: ["r"], paths: ["/"]),
        RouteDescription("root-regex", hosts: ["r"], paths: ["~^/x"]),
        RouteDescription("spelled", hosts: ["s"], paths: ["/caf%c3%a9", "=/a b"]),
        RouteDescription("spelled-too", hosts: ["s"], paths: ["/thé"]),
    ]).compiled()

    @Test(arguments: [
        Row("exact", Request("h", "/foo")),
        Row("prefix", Request("h", "/foo/")),
        Row("prefix", Request("h", "/foo/x")),
        Row("a-any", Request("h", "/foot")),
        Row("longer", Request("h", "/foo/bar")),
        Row("longer", Request("h", "/foo/bar/")),
        Row("prefix", Request("h", "/foo/barn")),
        Row("slash", Request("h", "/dir/")),
        Row("slash", Request("h", "/dir/x")),
        Row("a-any", Request("h", "/dir")),
        Row("regex-1", Request("h", "/v1/x")),
        Row("regex-2", Request("h", "/a/vx")),
        Row("a-any", Request("h", "/")),
        Row("a-any", Request("h", "")),
        Row("a-any", Request("h", "*", method: "OPTIONS")),
        Row("root", Request("r", "")),
        Row("root", Request("r", "/x")),
        Row("404", Request("r", "*", method: "OPTIONS")),
        Row("spelled", Request("s", "/caf%C3%A9/x")),
        Row("spelled", Request("s", "/a%20b")),
        Row("spelled-too", Request("s", "/th%C3%A9")),
    ])
    func pathsGoFromExactOverPrefixesToRegexesToAny(_ row: Row) {
        #expect(row.request.match(in: Self.paths) == row.expected)
    }

    static let conditions = TableDescription(routes: [
        RouteDescription("plain", hosts: ["h"], paths: ["/c"]),
        RouteDescription("post", hosts: ["h"], paths: ["/c"]) { $0.methods = ["POST"] },
        RouteDescription("canary", hosts: ["h"], paths: ["/c"]) {
            $0.headers = [NameValue(name: "X-Canary", value: "1")]
        },
        RouteDescription("canary-post", hosts: ["h"], paths: ["/c"]) {
            $0.methods = ["POST"]
            $0.headers = [NameValue(name: "X-Canary", value: "1")]
        },
        RouteDescription("two-headers", hosts: ["h"], paths: ["/c"]) {
            $0.headers = [NameValue(name: "X-Canary", value: "1"), NameValue(name: "x-tier", value: "~^gold|silver$")]
        },
        RouteDescription("b-twin", hosts: ["twin"]),
        RouteDescription("a-twin", hosts: ["twin"]),
        RouteDescription("only-get", hosts: ["m"], paths: ["/get"]) { $0.methods = ["GET"] },
        RouteDescription("purge", hosts: ["m"], paths: ["/get"]) { $0.methods = ["PURGE"] },
        RouteDescription("only-put", hosts: ["*.m"]) { $0.methods = ["PUT"] },
        RouteDescription("needs-header", hosts: ["n"]) {
            $0.methods = ["GET"]
            $0.headers = [NameValue(name: "X-A", value: "b")]
        },
    ]).compiled()

    @Test(arguments: [
        Row("plain", Request("h", "/c")),
        Row("post", Request("h", "/c", method: "POST")),
        Row("canary", Request("h", "/c", fields: [("x-CANARY", "1")])),
        Row("plain", Request("h", "/c", fields: [("X-Canary", "11")])),
        Row("plain", Request("h", "/c", fields: [("X-Canary", "")])),
        Row("canary", Request("h", "/c", fields: [("X-Canary", "0"), ("X-Canary", "1")])),
        Row("canary-post", Request("h", "/c", method: "POST", fields: [("X-Canary", "1")])),
        Row("two-headers", Request("h", "/c", fields: [("X-Tier", "gold"), ("X-Canary", "1")])),
        Row("canary", Request("h", "/c", fields: [("X-Tier", "bronze"), ("X-Canary", "1")])),
        Row("a-twin", Request("twin")),
        Row("only-get", Request("m", "/get")),
        Row("only-get", Request("m", "/get", method: "HEAD")),
        Row("405", Request("m", "/get", method: "DELETE")),
        Row("405", Request("m", "/get", method: "get")),
        Row("purge", Request("m", "/get", method: "PURGE")),
        Row("404", Request("m", "/other", method: "DELETE")),
        Row("only-put", Request("x.m", "/any", method: "PUT")),
        Row("405", Request("x.m", "/any")),
        Row("404", Request("n")),
        Row("404", Request("n", method: "POST")),
        Row("405", Request("n", method: "POST", fields: [("X-A", "b")])),
        Row("needs-header", Request("n", fields: [("X-A", "b")])),
    ])
    func conditionsTellRoutesOfOneHostAndPathApart(_ row: Row) {
        #expect(row.request.match(in: Self.conditions) == row.expected)
    }

    static let layers = TableDescription(routes: [
        RouteDescription("exact", hosts: ["a.b.c"], paths: ["/one"]),
        RouteDescription("exact-get", hosts: ["a.b.c"], paths: ["/five"]) { $0.methods = ["GET"] },
        RouteDescription("wild-b", hosts: ["*.b.c"], paths: ["/two"]),
        RouteDescription("wild-c", hosts: ["*.c"], paths: ["/three", "/one"]),
        RouteDescription("label", hosts: ["a.*"], paths: ["/four"]),
        RouteDescription("regex", hosts: ["~c$"], paths: ["/five", "/one"]),
        RouteDescription("any", paths: ["/six", "/one"]),
    ]).compiled()

    @Test(arguments: [
        Row("exact", Request("a.b.c", "/one")),
        Row("wild-b", Request("a.b.c", "/two")),
        Row("wild-c", Request("a.b.c", "/three")),
        Row("label", Request("a.b.c", "/four")),
        Row("exact-get", Request("a.b.c", "/five")),
        Row("regex", Request("a.b.c", "/five", method: "POST")),
        Row("any", Request("a.b.c", "/six")),
        Row("404", Request("a.b.c", "/seven")),
        Row("wild-c", Request("x.b.c", "/one")),
        Row("any", Request("other", "/one")),
        Row("any", Request("", "/one")),
    ])
    func aHostWithoutAMatchingRouteIsPassedOverForLessSpecificOnes(_ row: Row) {
        #expect(row.request.match(in: Self.layers) == row.expected)
    }

    @Test func regexHostsWithTheSameTextAreOneHost() {
        // Else the first by name would take all paths, though the second's is longer.
        let table = TableDescription(routes: [
            RouteDescription("a", hosts: ["~^v1"]), RouteDescription("b", hosts: ["~^v1"], paths: ["/b"]),
            RouteDescription("c", hosts: ["~^v"], paths: ["/b/c"]),
        ]).compiled()
        #expect(Request("v1", "/b/c").match(in: table) == "b")
        #expect(Request("v1", "/x").match(in: table) == "a")
        #expect(Request("v2", "/b/c").match(in: table) == "c")
        #expect(Request("v2", "/x").match(in: table) == "404")
    }

    @Test(arguments: [
        ("m", "/get", "GET, HEAD, PURGE"), ("x.m", "/", "PUT"), ("n", "/", ""), ("unknown", "/", ""),
        ("h", "/c", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, PURGE"),
    ])
    func theMethodsThatAHostAndPathAdmitAreNamed(host: String, path: String, expected: String) {
        let (host, path, none) = (Array(host.utf8), Array(path.utf8), [UInt8]())
        let fields: [HeaderField] = []
        let allowed = unsafe Self.conditions.allowedMethods(
            host: host.span.bytes, path: path.span.bytes, head: none.span.bytes, fields: fields.span)
        #expect(String(decoding: allowed, as: UTF8.self) == expected)
    }

    @Test func anEmptyTableKnowsNoHost() {
        #expect(Request("h").match(in: RoutingTable()) == "404")
        #expect(Request("").match(in: TableDescription().compiled()) == "404")
    }

    @Test func spellingsOfOneHostInARouteCountOnce() {
        let table = TableDescription(routes: [
            RouteDescription("a", hosts: ["A.test", "a.test.", "a.TEST"], paths: ["/", "/"])
        ])
        .compiled()
        #expect(Request("a.test", "/x").match(in: table) == "a")
        #expect(table.index.candidates.count == 1)
    }
}
