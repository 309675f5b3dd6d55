import Routing
import Testing

@testable import Discovery

@Suite struct UpstreamTLSPolicyTests {
    /// What a document's `tls` says, and what is wrong with it.
    private func read(_ text: String) throws -> (policy: UpstreamTLSPolicy, files: UpstreamTLSFiles, errors: [String]) {
        let reader = DocumentReader(source: "p")
        let (policy, files) = reader.upstreamTLS(try DocumentNode.parse(text, source: "p"))
        return (policy, files, reader.errors.map(\.description))
    }

    @Test func `a policy names files and says how`() throws {
        let (policy, files, errors) = try read(
            "{ ca: ca.pem, server_name: API.Example.com., certificate: edge.pem, key: edge.key, verify: true }")
        #expect(errors == [])
        #expect(policy.serverName == "api.example.com")
        #expect(policy.verifies == true)
        #expect(files.authorities?.scalar == "ca.pem")
        #expect(files.certificate?.scalar == "edge.pem")
        #expect(files.key?.scalar == "edge.key")
    }

    @Test(arguments: [
        ("{ certificate: a.pem }", "p:1:16: tls.certificate has no key: add key: FILE"),
        ("{ key: a.pem }", "p:1:8: tls.key has no certificate: add certificate: FILE"),
        (
            "{ verify: false, ca: a.pem }",
            "p:1:22: tls.ca does nothing, for verify is false: take one of the two out"
        ),
        ("{ verify: no }", "p:1:11: tls.verify is \"no\": it is true or false"),
        (
            "{ server_name: 10.0.0.1 }",
            "p:1:16: tls.server_name is \"10.0.0.1\": it is a host's name; without one the endpoint's address is verified"
        ),
        ("{ sni: a }", "p:1:3: unknown key \"sni\" in tls: known are ca, server_name, verify, certificate, key"),
        ("true", "p:1:1: tls is a mapping of keys and values: ca, server_name, verify, certificate, key"),
    ])
    func `what makes no sense is named`(text: String, error: String) throws {
        #expect(try read(text).errors == [error])
    }

    @Test func `the narrower policy says more, key by key`() {
        var tls: UpstreamTLS?
        UpstreamTLSPolicy().apply(to: &tls)
        #expect(tls == nil)
        var defaults = UpstreamTLSPolicy()
        defaults.authorities = [1]
        defaults.certificate = [2]
        defaults.key = [3]
        defaults.apply(to: &tls)
        var service = UpstreamTLSPolicy()
        service.serverName = "a.test"
        service.apply(to: &tls)
        #expect(tls?.authorities == [1])
        #expect(tls?.certificate == [2])
        #expect(tls?.key == [3])
        #expect(tls?.serverName == "a.test")
        #expect(tls?.verifies == true)
    }

    @Test func `a service that names authorities is verified whatever the defaults say`() {
        var defaults = UpstreamTLSPolicy()
        defaults.verifies = false
        var service = UpstreamTLSPolicy()
        service.serverName = "a.test"
        var tls: UpstreamTLS?
        defaults.apply(to: &tls)
        service.apply(to: &tls)
        #expect(tls?.verifies == false)
        service.authorities = [1]
        service.apply(to: &tls)
        #expect(tls?.verifies == true)
    }
}
