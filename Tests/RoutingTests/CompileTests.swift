import Testing

@testable import Routing

/// What is wrong is left out and named; the rest stands.
struct CompileTests {
    /// One bad thing, and what its problem must say.
    struct Fault: CustomStringConvertible, Sendable {
        var what: String
        /// Part of the reason.
        var reason: String
        /// The route `bad` is in the table all the same.
        var stands = false
        var edit: @Sendable (inout RouteDescription) -> Void
        var description: String { what }
    }

    static let faults: [Fault] = [
        Fault(what: "a host with a port", reason: "without a port") { $0.hosts = ["a.test:80"] },
        Fault(what: "a host with a star inside", reason: "whole labels") { $0.hosts = ["a*.test"] },
        Fault(what: "an empty host", reason: "host `` is none") { $0.hosts = [""] },
        Fault(what: "a host with an empty label", reason: "host `a..test` is none") { $0.hosts = ["a..test"] },
        Fault(what: "a host that begins with a dot", reason: "host `.a.test` is none") { $0.hosts = [".a.test"] },
        Fault(what: "two labels before a star", reason: "more than one label") { $0.hosts = ["a.b.*"] },
        Fault(what: "a host with a space", reason: "is none") { $0.hosts = ["a b.test"] },
        Fault(what: "an invalid host regex", reason: "regex `(` is wrong at offset 1: missing closing parenthesis") {
            $0.hosts = ["~("]
        },
        Fault(what: "a path without a slash", reason: "begin with a slash") { $0.paths = ["api"] },
        Fault(what: "an exact path without a slash", reason: "begin with a slash") { $0.paths = ["=api"] },
        Fault(what: "a path with a query", reason: "can match no request") { $0.paths = ["/a?b"] },
        Fault(what: "a path that climbs", reason: "can match no request") { $0.paths = ["/../a"] },
        Fault(what: "a path with a malformed percent", reason: "can match no request") { $0.paths = ["/%zz"] },
        Fault(what: "an invalid path regex", reason: "at offset 4: ") { $0.paths = ["~^/a["] },
        Fault(what: "a method that is no token", reason: "method `G T`") { $0.methods = ["G T"] },
        Fault(what: "a header name that is no token", reason: "header name `X A`") {
            $0.headers = [NameValue(name: "X A", value: "1")]
        },
        Fault(what: "a header value with a line end", reason: "can be in no request") {
            $0.headers = [NameValue(name: "X-A", value: "1\r\nX-B: 2")]
        },
        Fault(what: "an invalid header regex", reason: "regex `*`") {
            $0.headers = [NameValue(name: "X-A", value: "~*")]
        },
        Fault(what: "a redirect of status 200", reason: "301, 302, 303, 307 or 308") {
            $0.redirect = Redirect(to: "https://x", status: 200)
        },
        Fault(what: "a redirect without a scheme", reason: "goes nowhere") { $0.redirect = Redirect(to: "x.test/a") },
        Fault(what: "a redirect with a line end", reason: "no URL has") {
            $0.redirect = Redirect(to: "https://x/\r\nA: b")
        },
        Fault(what: "a redirect with an unknown variable", reason: "`${nothing}`") {
            $0.redirect = Redirect(to: "/$nothing")
        },
        Fault(what: "a redirect to a group without a regex", reason: "`$1`") { $0.redirect = Redirect(to: "/$1") },
        Fault(what: "a redirect to a missing group", reason: "`$2`") {
            $0.paths = ["~^/(.*)"]
            $0.redirect = Redirect(to: "/$2")
        },
        Fault(what: "a redirect with a single dollar", reason: "`$$`") { $0.redirect = Redirect(to: "/$") },
        Fault(what: "a rewrite by an invalid regex", reason: "regex `(`") {
            $0.rewrite = PathRewrite(match: "(", to: "/")
        },
        Fault(what: "a rewrite to a missing group", reason: "`$1`") {
            $0.rewrite = PathRewrite(match: "^/a", to: "/$1")
        },
        Fault(what: "a rewrite with a space", reason: "is no path") {
            $0.rewrite = PathRewrite(match: "^/a", to: "/a b")
        },
        Fault(what: "a rewrite with a query", reason: "is no path") {
            $0.rewrite = PathRewrite(match: "^/a", to: "/a?b")
        },
        Fault(what: "a rewrite with a redirect's variable", reason: "only a redirect knows") {
            $0.rewrite = PathRewrite(match: "^/a", to: "/$host")
        },
        Fault(what: "a prefix to strip that is no path", reason: "strip_prefix `api`") { $0.stripPrefix = "api" },
        Fault(what: "a header set to a line end", reason: "control character") {
            $0.requestHeaders.set = [NameValue(name: "X-A", value: "a\nb")]
        },
        Fault(what: "a header set by no name", reason: "header name ``") {
            $0.responseHeaders.set = [NameValue(name: "", value: "a")]
        },
        Fault(what: "a framing header set", reason: "gateway's own") {
            $0.requestHeaders.set = [NameValue(name: "Content-Length", value: "0")]
        },
        Fault(what: "a framing header removed", reason: "gateway's own") {
            $0.responseHeaders.remove = ["transfer-encoding"]
        },
        Fault(what: "Host removed", reason: "`Host` cannot be removed") { $0.requestHeaders.remove = ["HOST"] },
        Fault(what: "no name", reason: "has no name") { $0.name = "" },
        Fault(what: "a control character in the name", reason: "control character in its name") { $0.name = "a\nb" },
        Fault(what: "a name of a neighbour", reason: "at test:good") { $0.name = "good" },
        Fault(what: "an unknown service", reason: "names service nobody", stands: true) {
            $0.services = [WeightedService(service: "nobody")]
        },
        Fault(what: "a negative weight", reason: "weight -1", stands: true) {
            $0.services = [WeightedService(service: "s-80", weight: -1)]
        },
        Fault(what: "no service and no redirect", reason: "leads nowhere", stands: true) { $0.services = [] },
        Fault(what: "a negative body limit", reason: "negative body limit", stands: true) { $0.requestBodyLimit = -5 },
        Fault(what: "one bad host of two", reason: "host `x:1`", stands: true) { $0.hosts = ["bad.test", "x:1"] },
        Fault(what: "one bad path of two", reason: "path `x`", stands: true) { $0.paths = ["/", "x"] },
        Fault(what: "one bad method of two", reason: "method ``", stands: true) { $0.methods = ["GET", ""] },
    ]

    @Test(arguments: faults)
    func aFaultyRouteIsNamedAndItsNeighboursStand(_ fault: Fault) {
        var bad = RouteDescription("bad", hosts: ["bad.test"])
        fault.edit(&bad)
        let description = TableDescription(routes: [RouteDescription("good", hosts: ["good.test"]), bad])
        let (table, problems) = RoutingTable.compile(description, previous: nil)
        #expect(problems.contains { $0.reason.contains(fault.reason) }, "\(problems)")
        #expect(problems.allSatisfy { $0.subject == "route \(bad.name)" && $0.provenance == bad.provenance })
        #expect(Request("good.test").match(in: table) == "good")
        #expect(table.routeNames.contains("bad") == fault.stands)
        #expect(Request("bad.test").match(in: table) == (fault.stands ? "bad" : "404"))
    }

    @Test func aSoundTableHasNoProblems() {
        let description = TableDescription(routes: [
            RouteDescription("all/of it", hosts: ["a.test"])
        ])
        #expect(description.problems.count == 1)
        var sound = RouteDescription(
            "everything", hosts: ["a.test", "*.a.test", "web.*", "~^v", "*"], paths: ["/", "=/x", "~^/(?<rest>y.*)"])
        sound.methods = ["GET", "PURGE"]
        sound.headers = [NameValue(name: "X-A", value: ""), NameValue(name: "X-B", value: "~^1$")]
        sound.redirect = Redirect(to: "$scheme://$host/${rest}$$", status: 308)
        sound.stripPrefix = "/api/"
        sound.rewrite = PathRewrite(match: "^/(?<path>.*)$", to: "/$path$1")
        sound.requestHeaders.set = [NameValue(name: "Host", value: "b.test")]
        sound.responseHeaders.remove = ["Server"]
        #expect(TableDescription(routes: [sound]).problems == [])
    }

    struct EndpointFault: CustomStringConvertible, Sendable {
        var reason: String
        var edit: @Sendable (inout EndpointDescription) -> Void
        var description: String { reason }
    }

    @Test(arguments: [
        EndpointFault(reason: "is not an address") { $0.address = "web:80" },
        EndpointFault(reason: "is not an address") { $0.address = "10.0.0.9" },
        EndpointFault(reason: "has weight -1") { $0.weight = -1 },
        EndpointFault(reason: "has weight 65536") { $0.weight = 65_536 },
        EndpointFault(reason: "is there twice") { $0.address = "10.0.0.1:80" },
    ])
    func aFaultyEndpointIsNamedAndItsNeighboursStand(_ fault: EndpointFault) throws {
        var service = ServiceDescription("s-80", ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"])
        fault.edit(&service.endpoints[1])
        let (table, problems) = RoutingTable.compile(TableDescription(services: [service]), previous: nil)
        let problem = try #require(problems.first)
        #expect(problems.count == 1)
        #expect(problem.reason.contains(fault.reason))
        #expect(problem.subject == "service s-80 endpoint \(service.endpoints[1].address)")
        #expect(problem.provenance == service.endpoints[1].provenance)
        #expect(table.endpoints.count == 2)
        #expect(table.endpointDescription(at: 1).address == "10.0.0.3:80")
    }

    @Test func oneOfManyEndpointsThatIsThereTwiceIsNamed() {
        var addresses = (1...100).map { "10.0.0.\($0):80" }
        addresses.append("10.0.0.77:80")
        let description = TableDescription(services: [ServiceDescription("s", addresses)])
        #expect(description.problems.map(\.subject) == ["service s endpoint 10.0.0.77:80"])
    }

    @Test(arguments: ["", "a/b", "a b", "a\u{0}", String(repeating: "x", count: 256)])
    func aServiceOfNoNameIsLeftOut(name: String) {
        let (table, problems) = RoutingTable.compile(
            TableDescription(services: [ServiceDescription(name, ["10.0.0.1:80"]), ServiceDescription("ok", [])]),
            previous: nil)
        #expect(problems.count == 1)
        #expect(table.serviceNames == ["ok"])
    }

    @Test func theFirstOfTwoServicesOfOneNameStands() {
        let (table, problems) = RoutingTable.compile(
            TableDescription(services: [
                ServiceDescription("s", ["10.0.0.1:80"]), ServiceDescription("s", ["10.0.0.2:80"]),
            ]),
            previous: nil)
        #expect(problems.map(\.subject) == ["service s"])
        #expect(table.endpoints.map(\.address.description) == ["10.0.0.1:80"])
    }

    @Test func recordsSayWhatTheirDescriptionsDo() throws {
        var service = ServiceDescription("s-80", ["10.0.0.1:80", "10.0.0.2:80"])
        service.timeouts.connect = 17
        service.connectionsPerEndpoint = 5
        service.requestBodyLimit = 1_000
        service.retries.attempts = 9
        service.endpoints[0].isDraining = true
        service.endpoints[1].weight = 7
        var description = TableDescription(services: [service])
        description.generation = 42
        var timeouts = Timeouts()
        timeouts.idle = 3
        description.routes = [
            RouteDescription("b"),
            RouteDescription("a") {
                $0.timeouts = timeouts; $0.requestBodyLimit = 0
            },
        ]
        let table = description.compiled()
        #expect(table.generation == 42)
        #expect(table.routeNames == ["a", "b"])
        #expect(table.routes[0].overridesTimeouts)
        #expect(table.routes[0].timeouts.idle == 3)
        #expect(table.routes[0].requestBodyLimit == 0)
        #expect(table.routes[1].requestBodyLimit == -1)
        #expect(!table.routes[1].overridesTimeouts)
        #expect(!table.routes[1].hasActions)
        let record = table.services[0]
        #expect(record.timeouts.connect == 17)
        #expect(record.retries.attempts == 9)
        #expect(record.connectionsPerEndpoint == 5)
        #expect(record.requestBodyLimit == 1_000)
        #expect(table.endpointIndices(of: 0) == 0..<2)
        #expect(table.endpointIndices(of: 1) == 0..<0)
        #expect(table.endpoints[0].weight == 7)
        #expect(table.endpoints[1].isDraining)
        #expect(table.endpointDescription(at: 1).address == "10.0.0.1:80")
        #expect(table.routeDescription(at: 0).name == "a")
        #expect(table.serviceDescription(at: 0).name == "s-80")
        #expect(table.serviceIndices(of: 1) == [0])
    }

    @Test func regularExpressionsStayFromTableToTable() {
        let description = TableDescription(routes: [
            RouteDescription("a", hosts: ["~^a"], paths: ["~^a", "~b"]),
            RouteDescription("b", hosts: ["~^a"], paths: ["~b"]),
        ])
        let first = description.compiled()
        #expect(first.index.regexes.count == 3, "the host's is caseless, so not the path's of the same text")
        let second = description.compiled(previous: first)
        for (key, regex) in second.routeParts.regexes { #expect(first.routeParts.regexes[key] === regex) }
    }
}
