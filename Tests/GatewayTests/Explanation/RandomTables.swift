import Lab
import Routing

@testable import Gateway

/// Tables, and requests that meet something in them, from a small alphabet: the same for the same seed.
struct RandomTables {
    var random: SeededGenerator
    /// Addresses of endpoints.
    let backends: [String]

    mutating func pick<Item>(_ items: [Item]) -> Item { items[Int.random(in: 0..<items.count, using: &random)] }
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    // MARK: Tables

    mutating func table(_ generation: UInt64) -> TableDescription {
        var description = TableDescription()
        description.generation = generation
        description.services = (0..<6).map { service($0) }
        description.routes = (0..<Int.random(in: 4...24, using: &random)).map { route($0) }
        return description
    }

    mutating func access(_ policy: inout AccessPolicy) {
        if chance(15) { policy.deny = [Network("192.0.2.0/24"), Network("10.0.0.0/8")].compactMap { $0 } }
        if chance(10) { policy.allow = [Network("127.0.0.0/8"), Network("198.51.100.0/24")].compactMap { $0 } }
        if chance(5) { policy.allow = (policy.allow ?? []) + [Network("192.0.2.8/29")].compactMap { $0 } }
        if chance(15) { policy.https = pick(HTTPSPolicy.allCases) }
        if chance(8) { policy.basicAuth = BasicAuth(users: [PasswordEntry(user: "u", hash: "x")]) }
        if chance(20) { policy.rate = rate() }
    }

    /// One that refills so slowly that it does not while the test runs.
    mutating func rate() -> RateLimit {
        if chance(10) { return .unlimited }
        let key = pick([RateLimit.Key.address, .header("X-A"), .cookie("k"), .everyone])
        return RateLimit(requests: 1, period: 1_000_000, burst: pick([1, 4, 12]), key: key)
    }

    private mutating func service(_ number: Int) -> ServiceDescription {
        var service = ServiceDescription(name: "s\(number)-80")
        for address in backends where chance(60) && number > 0 {
            var endpoint = EndpointDescription(address: address, provenance: Provenance(source: "test:\(address)"))
            endpoint.weight = pick([0, 1, 1, 3])
            endpoint.isBackup = chance(20)
            endpoint.isDraining = chance(15)
            service.endpoints.append(endpoint)
        }
        service.balance = pick(Balance.allCases)
        service.hash.source = pick([.source, .path, .host, .uri, .query])
        if chance(30) {
            var sticky = StickyPolicy()
            sticky.cookie = "stuck\(number)"
            sticky.key = SipKey(1, 2)
            service.sticky = sticky
        }
        if chance(25) { service.requestBodyLimit = 3 }
        if chance(20) { service.panicPercent = pick([0, 50, 100]) }
        if chance(10) { service.connectionsPerEndpoint = pick([1, 5]) }
        if chance(30) { access(&service.access) }
        return service
    }

    private mutating func route(_ number: Int) -> RouteDescription {
        var route = RouteDescription(name: "r\(number)", provenance: Provenance(source: "test:r\(number)"))
        if chance(85) { route.hosts = [pick(["a.test", "b.test", "*.test", "a.*", "~^b", "x.a.test"])] }
        if chance(70) { route.paths = [pick(["/", "/a", "/a/b", "=/a", "~b$", "~^/(a|c)", "/c/"])] }
        if chance(20) { route.methods = [pick(["GET", "POST"])] }
        if chance(20) { route.headers = [NameValue(name: "X-A", value: pick(["1", "~^[12]$"]))] }
        route.services = [WeightedService(service: "s\(Int.random(in: 0..<6, using: &random))-80")]
        if chance(10) { route.services.append(WeightedService(service: "s1-80", weight: 2)) }
        if chance(10) { route.redirect = Redirect(to: "https://moved.test$request_uri", status: pick([301, 308])) }
        if chance(20) { route.stripPrefix = "/a" }
        if chance(10) { route.rewrite = PathRewrite(match: "^/(.*)$", to: "/new/$1") }
        if chance(10) { route.requestBodyLimit = 1 }
        if chance(20) { route.requestHeaders.set = [NameValue(name: "X-Env", value: "e\(number)")] }
        if chance(20) { access(&route.access) }
        return route
    }

    // MARK: Requests

    /// A question about a request at the listener called `listener`.
    ///
    /// - Parameter cookies: what answers before have set.
    mutating func question(_ listener: String, cookies: [String]) -> ExplanationQuestion {
        let host = pick(["a.test", "b.test", "x.a.test", "A.TEST", "other", "a", "a.test."])
        let path = pick(["/", "/a", "/a/b", "/ab", "/a/../c/d", "/c", "/c/", "/%61", "/b?q=1", "?x", "/a%zz"])
        var question = ExplanationQuestion(url: "\(listener == "https" ? "https" : "http")://\(host)\(path)")
        question.listener = listener
        if listener == "https" {
            question.serverName = pick(["a.test", "b.test", "x.test", "other", ""])
        }
        question.method = pick(["GET", "GET", "POST", "DELETE", "HEAD"])
        question.client = "127.0.0.1"
        func add(_ name: String, _ value: String) { question.headers.append(NameValue(name: name, value: value)) }
        if chance(30) { add("X-a", pick(["1", "2", "3"])) }
        if chance(40) {
            add(
                "X-Forwarded-For",
                pick(["192.0.2.9", "192.0.2.1", "198.51.100.1", "203.0.113.5, 127.0.0.1", "unknown"]))
        }
        if chance(20) { add("X-Forwarded-Proto", pick(["https", "http"])) }
        if chance(40), !cookies.isEmpty {
            add("Cookie", pick(cookies))
        } else if chance(10) {
            add("Cookie", "k=1; l=2")
        }
        return question
    }
}
