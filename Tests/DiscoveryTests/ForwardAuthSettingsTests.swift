import Routing
import Testing

@testable import Discovery

@Suite struct ForwardAuthSettingsTests {
    private static func read(
        _ text: String, scope: PolicyDocument.Scope = .service
    ) throws -> (settings: ForwardAuthSettings?, errors: [String]) {
        let reader = DocumentReader(source: "p")
        let node = try DocumentNode.parse(text, source: "p")
        let policy = reader.policy(["forward_auth": node], scope: scope).policy
        return (policy.forwardAuth, reader.errors.map(\.message))
    }

    @Test func `a service with all that can be said of it`() throws {
        let (settings, errors) = try Self.read(
            """
            { service: auth-80, path: /verify?x=1, host: auth.test, request_headers: [Cookie], response_headers: X-User,
              timeout: 2s }
            """)
        #expect(errors == [])
        var wanted = ForwardAuth(service: "auth-80")
        wanted.path = "/verify?x=1"
        wanted.host = "auth.test"
        wanted.requestHeaders = ["Cookie"]
        wanted.responseHeaders = ["X-User"]
        wanted.timeout = 2_000
        #expect(settings == ForwardAuthSettings(wanted))
    }

    @Test func `an address is a service of its own`() throws {
        let (settings, errors) = try Self.read("address: \"10.0.0.9:80\"", scope: .route)
        #expect(errors == [])
        #expect(settings?.address == "10.0.0.9:80")
        #expect(settings?.forwardAuth.service == "forward-auth@10.0.0.9:80")
        #expect(settings?.forwardAuth.path == "/")
    }

    @Test func `a route may do without`() throws {
        #expect(try Self.read("false", scope: .route).settings?.forwardAuth.isOn == false)
    }

    @Test(
        arguments: [
            ("{}", "forward_auth asks nobody: add service: NAME or address: IP:PORT"),
            (
                "{ service: a, address: '10.0.0.9:80' }",
                "forward_auth has service and address: take one of the two out"
            ),
            (
                "{ address: auth.test }",
                "forward_auth.address is \"auth.test\": it is an IP address with a port, as 10.0.0.9:80"
            ),
            (
                "{ service: a, path: verify }",
                "forward_auth.path is \"verify\": it begins with a / and has no blanks"
            ),
            (
                "{ service: a, path: '/a b' }", "forward_auth.path is \"/a b\": it begins with a / and has no blanks"
            ),
            (
                "{ service: a, response_headers: [Content-Length] }",
                "\"Content-Length\" in forward_auth.response_headers is no field that may be named here"
            ),
            (
                "{ service: a, request_headers: ['a b'] }",
                "\"a b\" in forward_auth.request_headers is no field that may be named here"
            ),
            ("{ service: a, timeout: 0 }", "forward_auth.timeout is 0: without an end requests would gather"),
        ])
    func `what makes no sense is named`(text: String, error: String) throws {
        #expect(try Self.read(text).errors == [error])
    }

    @Test func `it is nobody's default, who would be asked about himself`() throws {
        let errors = try Self.read("{ service: a }", scope: .defaults).errors
        #expect(
            errors == ["forward_auth is a service's or a route's: who is asked would be asked about itself"])
    }
}
