import Routing
import Testing

@testable import Discovery

/// What endpoints and documents say of how requests are spread.
@Suite struct BalanceAttributesTests {
    private func value(_ text: String) throws -> EndpointValue { try EndpointValue(Array(text.utf8)) }

    private func policy(_ text: String) throws -> (policy: ServicePolicy, errors: [String]) {
        let reader = DocumentReader(source: "p")
        let node = try DocumentNode.parse(text, source: "p")
        let members = reader.fields(of: node, in: "a service", keys: PolicyDocument.keys)
        return (reader.policy(members, scope: .service).policy, reader.errors.map(\.description))
    }

    @Test func `an endpoint says its zone, its service's key and cookie`() throws {
        let value = try value(
            "10.0.0.5:80 zone=a hash=header:X-User hash_bound=125% sticky=sid sticky_secure slow_start=30s panic=50%")
        #expect(value.problems.isEmpty)
        #expect(value.zone == "a")
        #expect(value.policy.balance == .hash)
        #expect(value.policy.hash.source == .header)
        #expect(value.policy.hash.name == "X-User")
        #expect(value.policy.hash.boundPercent == 125)
        #expect(value.policy.sticky.cookie == "sid")
        #expect(value.policy.sticky.isSecure == true)
        #expect(value.policy.slowStart == 30_000)
        #expect(value.policy.panicPercent == 50)
        #expect(value.attributes["sticky"] == "sid", "templates may want it")
    }

    @Test(arguments: [
        "sticky", "sticky=true", "sticky_http_only=false", "sticky_path=/shop", "sticky_same_site=lax",
        "sticky_max_age=1h",
    ])
    func `any word of a cookie asks for one`(word: String) throws {
        let value = try value("10.0.0.5:80 \(word)")
        #expect(value.problems.isEmpty)
        var sticky: StickyPolicy?
        value.policy.sticky.apply(to: &sticky)
        #expect(sticky != nil)
        var off = try self.value("10.0.0.5:80 sticky=off").policy.sticky
        off.apply(to: &sticky)
        #expect(sticky == nil)
        off = StickySettings()
    }

    @Test func `JSON says it in members`() throws {
        let value = try value(#"{"address": "10.0.0.5:80", "sticky": {"cookie": "sid", "max_age": "1h"}, "zone": "b"}"#)
        #expect(value.problems.isEmpty)
        #expect(value.policy.sticky.cookie == "sid")
        #expect(value.policy.sticky.maxAge == 3_600)
        #expect(value.zone == "b")
    }

    @Test(arguments: [
        "hash=nose", "hash=header", "hash=path:x", "hash=header:a;b", "hash_bound=50%", "sticky=a;b", "sticky_path=x",
        "sticky_secure=maybe", "sticky_same_site=none", "slow_start=soon", "panic=most", "sticky_max_age=5",
    ])
    func `what makes no sense is a problem, and the endpoint is served`(word: String) throws {
        let value = try value("10.0.0.5:80 \(word)")
        #expect(value.problems.count == 1)
        #expect(value.address == "10.0.0.5:80")
    }

    @Test func `a document says the same in full`() throws {
        let (policy, errors) = try policy(
            """
            balance: hash
            hash: { on: cookie, name: user, bound: 150% }
            sticky: { cookie: sid, secure: true, http_only: false, same_site: none, max_age: 2h, path: /shop }
            slow_start: 1m
            panic: 40%
            """)
        #expect(errors.isEmpty)
        var service = ServiceDescription(name: "s")
        policy.apply(to: &service)
        #expect(service.balance == .hash)
        #expect(service.hash.source == .cookie && service.hash.name == "user" && service.hash.boundPercent == 150)
        let sticky = try #require(service.sticky)
        #expect(sticky.cookie == "sid" && sticky.path == "/shop" && sticky.maxAge == 7_200)
        #expect(sticky.isSecure == true && !sticky.isHTTPOnly && sticky.sameSite == .some(.none))
        #expect(service.slowStart == 60_000 && service.panicPercent == 40)
    }

    @Test(
        arguments: [
            ("hash: query", nil), ("hash: query:user", nil), ("hash: uri", nil), ("sticky: true", nil),
            ("sticky: {}", nil),
            ("balance: first", nil), ("balance: source", nil), ("balance: peak-ewma", nil),
            (
                "balance: first\nhash: path",
                "p:2:7: hash goes with balance: hash, and balance is first: take one of the two out"
            ),
            (
                "hash: { name: X-User }",
                "p:1:15: hash.name is the name of what hash.on says, which is not there: write on: header"
            ),
            ("hash: { on: header }", "p:1:13: hash is \"header\" without a name: write header:NAME"),
            (
                "hash: { bound: 90% }",
                "p:1:16: hash.bound is \"90%\": it is a share of the mean load from 101% to 1000%, or off"
            ),
            (
                "sticky: { cookie: \"a b\" }",
                "p:1:19: sticky.cookie is \"a b\": it is a name of letters, digits, - and _"
            ),
            ("sticky: { cooky: a }", "p:1:11: unknown key \"cooky\" in sticky: did you mean \"cookie\"?"),
            (
                "sticky: { same_site: none }",
                "p:1:22: browsers take same_site: none only with secure: true: say both"
            ),
            ("panic: 120%", "p:1:8: panic is \"120%\": it is a share from 0% to 100%"),
        ] as [(String, String?)])
    func `errors say where and what would be right`(text: String, error: String?) throws {
        #expect(try policy(text).errors == (error.map { [$0] } ?? []))
    }
}
