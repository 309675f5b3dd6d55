import Testing

@testable import Renderer

/// The language of `sockaddr`, over interfaces made for it.
@Suite struct SocketAddressTests {
    private static let template = SocketAddressTemplate(
        interfaces: {
            [
                NetworkInterface(
                    name: "lo", address: "127.0.0.1", octets: [127, 0, 0, 1], prefix: 8, isLoopback: true),
                NetworkInterface(name: "eth0", address: "203.0.113.5", octets: [203, 0, 113, 5], prefix: 24),
                NetworkInterface(name: "eth0", address: "10.1.2.3", octets: [10, 1, 2, 3], prefix: 16),
                NetworkInterface(name: "eth1", address: "192.168.7.9", octets: [192, 168, 7, 9], prefix: 24),
            ]
        }, defaultName: { "eth0" })

    @Test(arguments: [
        ("GetPrivateIP", "10.1.2.3"), ("GetPublicIP", "203.0.113.5"), ("GetPrivateIPs", "10.1.2.3 192.168.7.9"),
        (#"GetInterfaceIP "eth1""#, "192.168.7.9"), (#"GetInterfaceIP "none""#, ""),
        (#"GetAllInterfaces | include "network" "192.168.0.0/16" | attr "address""#, "192.168.7.9"),
        (#"GetAllInterfaces | exclude "flags" "loopback" | sort "-address" | limit 1 | attr "name""#, "eth0"),
        (#"GetAllInterfaces | include "rfc" "1918" | sort "address" | join "address" ",""#, "10.1.2.3,192.168.7.9"),
        (#"GetAllInterfaces | include "name" "^eth" | unique "name" | join "name" " ""#, "eth0 eth1"),
    ])
    func `gives addresses`(expression: String, text: String) throws {
        #expect(String(decoding: try Self.template.text(of: expression), as: UTF8.self) == text)
    }

    @Test(arguments: ["Nope", #"GetAllInterfaces | include "colour" "red""#, #"GetAllInterfaces | sort "luck""#])
    func `refuses what it does not know`(expression: String) {
        #expect(throws: (any Error).self) { try Self.template.text(of: expression) }
    }
}
