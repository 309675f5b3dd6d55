import Testing

@testable import Routing

struct EndpointAddressTests {
    @Test(arguments: [
        ("10.0.0.5:80", "10.0.0.5:80"),
        ("0.0.0.0:1", "0.0.0.0:1"),
        ("255.255.255.255:65535", "255.255.255.255:65535"),
        ("[::]:80", "[::]:80"),
        ("[::1]:80", "[::1]:80"),
        ("[1::]:80", "[1::]:80"),
        ("[2001:DB8::A]:443", "[2001:db8::a]:443"),
        ("[2001:0db8:0:0:1:0:0:1]:443", "[2001:db8::1:0:0:1]:443"),
        ("[1:0:0:2:0:0:0:3]:1", "[1:0:0:2::3]:1"),
        ("[1:2:3:4:5:6:7:8]:1", "[1:2:3:4:5:6:7:8]:1"),
        ("[1:2:3:4:5:6:7::]:1", "[1:2:3:4:5:6:7:0]:1"),
        ("[::2:3:4:5:6:7:8]:1", "[0:2:3:4:5:6:7:8]:1"),
        ("[::ffff:10.0.0.5]:80", "[::ffff:10.0.0.5]:80"),
        ("[::FFFF:0a00:0005]:80", "[::ffff:10.0.0.5]:80"),
        ("[64:ff9b::192.0.2.33]:80", "[64:ff9b::c000:221]:80"),
        ("[1:2:3:4:5:6:1.2.3.4]:80", "[1:2:3:4:5:6:102:304]:80"),
    ])
    func addressesAreReadAndSpelledInOneWay(text: String, canonical: String) throws {
        let address = try #require(EndpointAddress(text))
        #expect(address.description == canonical)
        #expect(EndpointAddress(canonical) == address)
    }

    @Test(arguments: [
        "", ":80", "10.0.0.5", "10.0.0.5:", "10.0.0.5:0", "10.0.0.5:65536", "10.0.0.5:+80", "10.0.0.5:80 ",
        " 10.0.0.5:80",
        "10.0.0.5:8o", "10.0.5:80", "10.0.0.0.5:80", "10.0.0.256:80", "10.0.0.05:80", "010.0.0.5:80", "10.0.0.:80",
        "0x0a.0.0.5:80", "10.0.0.5:000080", "web:80", "localhost:80", "::1:80", "[::1]", "[::1]:", "[::1]:0", "[::1:80",
        "[]:80", "[:]:80", "[:::]:80", "[1::2::3]:80", "[1:2:3:4:5:6:7]:80", "[1:2:3:4:5:6:7:8:9]:80",
        "[1:2:3:4:5:6:7:8::]:80", "[::1:2:3:4:5:6:7:8]:80", "[1:2:3:4::5:6:7:8]:80", "[12345::]:80", "[g::]:80",
        "[::1%eth0]:80", "[1:]:80",
        "[:1]:80", "[::1.2.3]:80", "[::1.2.3.4:5]:80", "[1:2:3:4:5:6:7:1.2.3.4]:80", "[::1]80", "[10.0.0.5]:80",
        "unix:/run/x",
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(EndpointAddress(text) == nil)
    }

    @Test func portZeroIsForListeners() throws {
        #expect(try #require(EndpointAddress("127.0.0.1:0", allowingPortZero: true)).port == 0)
        #expect(EndpointAddress("127.0.0.1:", allowingPortZero: true) == nil)
    }

    @Test func octetsLieInNetworkOrderInMemory() throws {
        let ipv4 = try #require(EndpointAddress("1.2.3.4:5"))
        let octets = unsafe withUnsafeBytes(of: ipv4.high) { unsafe Array($0) }
        #expect(octets == [1, 2, 3, 4, 0, 0, 0, 0])
        #expect(ipv4.low == 0)
        #expect(ipv4.port == 5)
        #expect(!ipv4.isIPv6)
        let ipv6 = try #require(EndpointAddress("[102:304:506:708:90a:b0c:d0e:f10]:5"))
        let pair = (ipv6.high, ipv6.low)
        let all = unsafe withUnsafeBytes(of: pair) { unsafe Array($0) }
        #expect(all == Array(1...16))
        #expect(ipv6.isIPv6)
    }

    @Test func theAddressAloneHasNoPort() throws {
        #expect(try #require(EndpointAddress("10.0.0.5:80")).ipDescription == "10.0.0.5")
        #expect(try #require(EndpointAddress("[::1]:80")).ipDescription == "::1")
    }
}
