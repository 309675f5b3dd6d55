import Testing

@testable import Top

/// Where the admin API is, as flags say it.
@Suite struct AdminAddressTests {
    @Test(arguments: [
        ("127.0.0.1:9090", "http://127.0.0.1:9090", "127.0.0.1:9090"), (":81", "http://127.0.0.1:81", "127.0.0.1:81"),
        ("http://edge-1.example:9090/", "http://edge-1.example:9090", "edge-1.example:9090"),
        ("https://edge.example", "https://edge.example", "https://edge.example"),
        ("[::1]:9090", "http://[::1]:9090", "[::1]:9090"),
        ("unix:/run/portico/admin.sock", "http+unix://%2Frun%2Fportico%2Fadmin.sock", "unix:/run/portico/admin.sock"),
    ]) func `addresses are taken`(_ text: String, _ base: String, _ shown: String) throws {
        let address = try AdminAddress(text)
        #expect(address.base == base)
        #expect(address.description == shown)
    }

    @Test(arguments: [
        "", "off", "host", "host:", "host:99999", "host:x", "http://", "unix:", "a b:1", "host:1/path", "user@host:1",
        "host\n:1", "[::1]", "host:-1",
    ]) func `others are refused`(_ text: String) {
        #expect(throws: AdminAddress.Malformed.self) { try AdminAddress(text) }
    }

    @Test func `a flag stands above the variable, and that above the default`() throws {
        #expect(try AdminAddress(flag: "a:1", environment: ["PORTICO_ADMIN": "b:2"]).description == "a:1")
        #expect(try AdminAddress(flag: nil, environment: ["PORTICO_ADMIN": "b:2"]).description == "b:2")
        #expect(try AdminAddress(flag: nil, environment: ["PORTICO_ADMIN": ""]).description == "127.0.0.1:9090")
    }
}
