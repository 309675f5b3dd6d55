import Routing
import Testing

/// Which addresses a network of the configuration holds.
@Suite struct NetworkTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", "11.0.0.0"), ("192.0.2.128/25", "192.0.2.128", "192.0.2.127"),
        ("192.0.2.7", "192.0.2.7", "192.0.2.8"), ("192.0.2.7/32", "192.0.2.7", "192.0.2.6"),
        ("0.0.0.0/0", "203.0.113.9", "[::1]"), ("::/0", "[2001:db8::1]", "127.0.0.1"),
        ("2001:db8::/32", "[2001:db8:ffff::1]", "[2001:db9::]"),
        ("2001:db8:0:0:8000::/65", "[2001:db8::8000:0:0:1]", "[2001:db8::7fff:0:0:1]"), ("::1", "[::1]", "[::2]"),
    ])
    func holdsWhatLiesInItAndNothingElse(text: String, inside: String, outside: String) throws {
        let network = try #require(Network(text))
        #expect(network.contains(try #require(EndpointAddress("\(inside):1"))))
        #expect(!network.contains(try #require(EndpointAddress("\(outside):1"))))
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/", "/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/ 8", "10.0.0.1/8", "::1/64",
        "2001:db8::/129", "example.com/8", "10.0.0/8", "10.0.0.0/+8",
    ])
    func whatIsNoneIsRefused(text: String) {
        #expect(Network(text) == nil)
    }
}
