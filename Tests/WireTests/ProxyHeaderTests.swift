import Testing
import Wire

/// The PROXY protocol, read and written.
@Suite struct ProxyHeaderTests {
    private static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10] + Array("QUIT\n".utf8)
    private static let client = ProxiedAddress(high: 0x0101_0A0A, low: 0, port: 4660, isIPv6: false)
    private static let edge = ProxiedAddress(high: 0x0202_0A0A, low: 0, port: 443, isIPv6: false)

    private static func binary(_ command: UInt8, _ family: UInt8, _ rest: [UInt8]) -> [UInt8] {
        signature + [command, family, UInt8(rest.count >> 8), UInt8(rest.count & 255)] + rest
    }

    @Test func aLineTellsClientAndDestination() {
        let line = octets("PROXY TCP4 10.10.1.1 10.10.2.2 4660 443\r\n")
        #expect(
            WireInvariants.parseProxy(line + octets("GET"))
                == .complete(
                    ProxyHeader(origin: .client(source: Self.client, destination: Self.edge), count: line.count)))
        #expect(WireInvariants.writeProxy(.v1, Self.client, Self.edge) == line)
    }

    @Test func aBinaryHeaderTellsClientAndDestination() {
        let header = Self.binary(0x21, 0x11, [10, 10, 1, 1, 10, 10, 2, 2, 0x12, 0x34, 1, 187])
        #expect(
            WireInvariants.parseProxy(header + [22])
                == .complete(
                    ProxyHeader(origin: .client(source: Self.client, destination: Self.edge), count: header.count)))
        #expect(WireInvariants.writeProxy(.v2, Self.client, Self.edge) == header)
    }

    @Test(arguments: [ProxyHeader.Version.v1, .v2])
    func addressesOfTwoFamiliesGoAsIPv6(_ version: ProxyHeader.Version) {
        let six = ProxiedAddress(high: 0xB80D_0120, low: 0x0100_0000_0000_0000, port: 65535, isIPv6: true)
        let written = WireInvariants.writeProxy(version, six, Self.edge)
        let mapped = ProxiedAddress(high: 0, low: 0x0202_0A0A_FFFF_0000, port: 443, isIPv6: true)
        #expect(
            WireInvariants.parseProxy(written)
                == .complete(ProxyHeader(origin: .client(source: six, destination: mapped), count: written.count)))
        if version == .v1 {
            #expect(written == octets("PROXY TCP6 2001:db8:0:0:0:0:0:1 0:0:0:0:0:ffff:a0a:202 65535 443\r\n"))
        }
    }

    @Test func clientsWithoutAnAddressAreTold() {
        let line = WireInvariants.writeProxy(.v1, nil, nil)
        #expect(line == octets("PROXY UNKNOWN\r\n"))
        #expect(WireInvariants.parseProxy(line) == .complete(ProxyHeader(origin: .unknown, count: line.count)))
        let binary = WireInvariants.writeProxy(.v2, nil, nil)
        #expect(WireInvariants.parseProxy(binary) == .complete(ProxyHeader(origin: .local, count: 16)))
    }

    @Test(arguments: [
        "PROXY UNKNOWN\r\n", "PROXY UNKNOWN whatever it says here\r\n",
        "PROXY TCP6 ::1 2001:db8:1:2:3:4:5:6 0 65535\r\n",
    ])
    func lines(_ line: String) {
        guard case .complete(let header) = WireInvariants.parseProxy(octets(line)) else {
            Issue.record("\(line) is refused")
            return
        }
        #expect(header.count == line.utf8.count)
    }

    @Test(arguments: [
        "PROXY TCP4 10.0.0.1 10.0.0.2 1 2\n", "PROXY TCP4 10.0.0.1 10.0.0.2 1 65536\r\n",
        "PROXY TCP4 10.0.0.1  10.0.0.2 1 2\r\n", "PROXY TCP4 10.0.0.1 10.0.0.2 1 2 \r\n",
        "PROXY TCP4 10.0.0.1 10.0.0.2 01 2\r\n", "PROXY TCP4 010.0.0.1 10.0.0.2 1 2\r\n",
        "PROXY TCP4 ::1 10.0.0.2 1 2\r\n", "PROXY TCP6 10.0.0.1 ::1 1 2\r\n", "PROXY tcp4 10.0.0.1 10.0.0.2 1 2\r\n",
        "PROXY UDP4 10.0.0.1 10.0.0.2 1 2\r\n", "PROXY TCP4 10.0.0.1 10.0.0.2 1\r\n", "PROXY \r\n",
        "PROXY unknown\r\n", "PROXY TCP4 10.0.0.1 10.0.0.2 1 2 3\r\n", "PROXY TCP4 10.0.0.1 10.0.0.2 -1 2\r\n",
    ])
    func aMalformedLineIsRefused(_ line: String) {
        #expect(WireInvariants.parseProxy(octets(line)) == .rejected(.malformed))
    }

    @Test func whatIsNoHeaderIsRefusedAtItsFirstOctets() {
        #expect(WireInvariants.parseProxy(octets("G")) == .rejected(.noSignature))
        #expect(WireInvariants.parseProxy(octets("PROXZ")) == .rejected(.noSignature))
        #expect(WireInvariants.parseProxy([13, 10, 13, 10, 1]) == .rejected(.noSignature))
        #expect(WireInvariants.parseProxy([22, 3, 1]) == .rejected(.noSignature))
    }

    @Test func anEndlessHeaderIsRefused() {
        let line = octets("PROXY UNKNOWN " + String(repeating: "x", count: 200))
        #expect(WireInvariants.parseProxy(Array(line[..<106])) == .incomplete)
        #expect(WireInvariants.parseProxy(line) == .rejected(.tooLong))
        // Told by its length, without waiting for what is announced.
        #expect(WireInvariants.parseProxy(Self.signature + [0x21, 0x11, 0xFF, 0xFF]) == .rejected(.tooLong))
        let largest = Self.binary(0x20, 0, [UInt8](repeating: 0, count: ProxyHeader.limit - 16))
        #expect(WireInvariants.parseProxy(largest) == .complete(ProxyHeader(origin: .local, count: 4096)))
    }

    @Test func binaryHeadersOfOtherKindsAreReadOrRefused() {
        let parse = WireInvariants.parseProxy
        let addresses = [UInt8](repeating: 0, count: 216)
        #expect(
            parse(Self.binary(0x21, 0x31, addresses)) == .complete(ProxyHeader(origin: .unknown, count: 232)))
        #expect(
            parse(Self.binary(0x21, 0x12, Array(addresses[..<12])))
                == .complete(ProxyHeader(origin: .unknown, count: 28)))
        #expect(parse(Self.binary(0x20, 0x11, [1, 2, 3])) == .complete(ProxyHeader(origin: .local, count: 19)))
        #expect(parse(Self.binary(0x11, 0x11, Array(addresses[..<12]))) == .rejected(.malformed))
        #expect(parse(Self.binary(0x22, 0x11, Array(addresses[..<12]))) == .rejected(.malformed))
        #expect(parse(Self.binary(0x21, 0x41, Array(addresses[..<12]))) == .rejected(.malformed))
        #expect(parse(Self.binary(0x21, 0x21, Array(addresses[..<12]))) == .rejected(.malformed))
    }

    @Test func fieldsArePassedOverAndTheChecksumIsChecked() {
        let parse = WireInvariants.parseProxy
        let addresses: [UInt8] = [10, 10, 1, 1, 10, 10, 2, 2, 0x12, 0x34, 1, 187]
        let origin = ProxyHeader.Origin.client(source: Self.client, destination: Self.edge)
        let fields = addresses + [1, 0, 2, 104, 50, 4, 0, 0]
        #expect(parse(Self.binary(0x21, 0x11, fields)) == .complete(ProxyHeader(origin: origin, count: 36)))
        #expect(parse(Self.binary(0x21, 0x11, fields + [5])) == .rejected(.malformed))
        #expect(parse(Self.binary(0x21, 0x11, fields + [5, 0, 1])) == .rejected(.malformed))
        // The checksum of this header worked out apart.
        let sealed = Self.binary(0x21, 0x11, addresses + [3, 0, 4, 0, 0, 0, 0])
        #expect(parse(sealed) == .rejected(.badChecksum))
        let checksum: UInt32 = 0x2FDE_281F
        let good = sealed.dropLast(4) + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (24 - 8 * $0)) }
        #expect(parse(Array(good)) == .complete(ProxyHeader(origin: origin, count: 35)))
    }
}
