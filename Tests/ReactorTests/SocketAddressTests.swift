import Glibc
import Testing

@testable import Reactor

@Suite struct SocketAddressTests {
    /// What `inet_pton` makes of `address`, as a peer's.
    private func peer(_ address: String) -> SocketAddress {
        var storage = sockaddr_storage()
        let isIPv6 = address.contains(":")
        storage.ss_family = sa_family_t(isIPv6 ? AF_INET6 : AF_INET)
        unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            unsafe bytes.storeBytes(of: UInt16(8080).bigEndian, toByteOffset: 2, as: UInt16.self)
            let place = unsafe bytes.baseAddress.map { unsafe $0 + (isIPv6 ? 8 : 4) }
            #expect(unsafe inet_pton(isIPv6 ? AF_INET6 : AF_INET, address, place) == 1)
        }
        return SocketAddress(storage)
    }

    private func text(_ address: SocketAddress) -> String {
        var pool = BufferPool()
        var buffer = pool.take(46)
        address.append(to: &buffer)
        defer { pool.give(&buffer) }
        return unsafe String(decoding: buffer.bytes, as: UTF8.self)
    }

    @Test(arguments: [
        "0.0.0.0", "127.0.0.1", "10.20.30.40", "255.255.255.255", "::", "::1", "1::", "2001:db8::1", "fe80::1:2:3:4",
        // RFC 5952 §4.2.2: one group of zeroes is not shortened; §4.2.3: the longest run is, of equals the first.
        "2001:db8:0:1:1:1:1:1", "2001:0:0:1::1", "2001:db8::1:0:0:1", "1:0:0:2::3", "::1:0:0:0:0:0:0",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "1:2:3:4:5:6:7::", "0:1:2:3:4:5:6:7",
    ])
    func anAddressIsWrittenAsRFC5952Says(written: String) {
        let address = peer(written)
        let expected =
            switch written {
            // A run at the end or beginning of one group is not shortened either.
            case "1:2:3:4:5:6:7::": "1:2:3:4:5:6:7:0"
            case "::1:0:0:0:0:0:0": "0:1::"
            default: written
            }
        #expect(text(address) == expected)
        #expect(address.port == 8080)
        #expect(address.isIPv6 == written.contains(":"))
    }

    @Test func aMappedAddressIsTheIPv4AddressThatItHolds() {
        let mapped = peer("::ffff:192.0.2.7")
        #expect(!mapped.isIPv6)
        #expect(text(mapped) == "192.0.2.7")
        #expect(mapped == peer("192.0.2.7"))
        // Close to it, but not it.
        #expect(peer("::fffe:192.0.2.7").isIPv6)
        #expect(peer("1::ffff:192.0.2.7").isIPv6)
    }

    @Test func theKernelsFormComesBack() {
        for written in ["192.0.2.7", "2001:db8::7"] {
            let address = peer(written)
            let again = unsafe address.withSockaddr { pointer, length in
                var storage = sockaddr_storage()
                unsafe memcpy(&storage, pointer, Int(length))
                return SocketAddress(storage)
            }
            #expect(again == address)
        }
    }

    @Test func aUnixPeerHasNoAddress() {
        var storage = sockaddr_storage()
        storage.ss_family = sa_family_t(AF_UNIX)
        let address = SocketAddress(storage)
        #expect(address.isUnix)
        #expect(text(address) == "unix")
    }
}
