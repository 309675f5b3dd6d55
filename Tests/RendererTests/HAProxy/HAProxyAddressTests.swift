import Testing

@testable import Renderer

/// Addresses that the runtime API can set, and those that it cannot.
@Suite struct HAProxyAddressTests {
    @Test(arguments: [
        ("10.0.0.1:80", "10.0.0.1", 80), ("0.0.0.0:1", "0.0.0.0", 1), ("ipv4@1.2.3.4:65535", "1.2.3.4", 65535),
        ("[::1]:8080", "::1", 8080), ("ipv6@[fd00::a:1]:1", "fd00::a:1", 1),
        ("[::ffff:10.0.0.1]:80", "::ffff:10.0.0.1", 80),
        ("[1:2:3:4:5:6:7:8]:9", "1:2:3:4:5:6:7:8", 9), ("[::]:9", "::", 9),
    ])
    func `an IP address with a port is one`(text: String, host: String, port: UInt16) throws {
        let address = try #require(HAProxyAddress(text))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(try #require(HAProxyAddress(address.text)) == address)
    }

    @Test(arguments: [
        "", ":80", "10.0.0.1", "10.0.0.1:", "10.0.0.1:0", "10.0.0.1:65536", "10.0.0.1:+80", "10.0.0.1:-80",
        "10.0.0.1:8a",
        "10.0.0.1:80-90", "10.0.0:80", "10.0.0.0.1:80", "10.0.0.256:80", "010.0.0.1:80", "10.0.0.1 :80", "web:80",
        "*:80", "/run/web.sock", "unix@/run/web.sock", "abns@web:80", "fd@5", "::1:80", "::1", "[::1]", "[::1]80",
        "[10.0.0.1]:80", "[:::1]:80", "[1::2::3]:80", "[1:2:3:4:5:6:7]:80", "[1:2:3:4:5:6:7:8:9]:80", "[12345::]:80",
        "[g::]:80", "[1:2:3:4:5:6:7::8]:80", "[+1::]:80", "ipv6@10.0.0.1:80", "ipv4@[::1]:80", "[1.2.3.4::]:80",
    ])
    func `anything else is none`(text: String) {
        #expect(HAProxyAddress(text) == nil)
    }

    @Test func `one address in two forms is one address`() {
        #expect(HAProxyAddress("[::1]:80") == HAProxyAddress("[0:0:0:0:0:0:0:1]:80"))
        #expect(HAProxyAddress("[FD00::1]:80") == HAProxyAddress("[fd00:0::1]:80"))
        #expect(HAProxyAddress("10.0.0.1:80") != HAProxyAddress("[::ffff:10.0.0.1]:80"))
        #expect(HAProxyAddress("10.0.0.1:80") != HAProxyAddress("10.0.0.1:81"))
    }

    @Test(arguments: [
        ("2.6.12-1+deb12u4", 2, 6), ("3.0.2-a45a8e6", 3, 0), ("2.9-dev13", 2, 9), ("1.8.0", 1, 8),
    ])
    func `a version is read from what show info says`(text: String, major: Int, minor: Int) throws {
        #expect(try #require(HAProxyVersion(text)) == HAProxyVersion(major: major, minor: minor))
    }

    @Test(arguments: ["", "2", "x.6", "2.x"])
    func `what is no version is none`(text: String) {
        #expect(HAProxyVersion(text) == nil)
    }
}
