import Lab
import Routing
import Testing

/// Lists of networks: the most specific one counts.
@Suite struct NetworkTableTests {
    private func networks(_ texts: String...) throws -> [Network] {
        try texts.map { try #require(Network($0), "\($0)") }
    }

    private func address(_ text: String) throws -> EndpointAddress {
        try #require(EndpointAddress("\(text):1"))
    }

    @Test func theMostSpecificNetworkCounts() throws {
        let table = NetworkTable(
            allow: try networks("10.0.0.0/8", "10.1.2.0/24", "2001:db8::/32"),
            deny: try networks("10.1.0.0/16", "2001:db8:bad::/48", "10.0.0.7"))
        for (text, isIn) in [
            ("10.0.0.6", true), ("10.0.0.7", false), ("10.0.0.8", true), ("10.1.1.1", false), ("10.1.2.3", true),
            ("10.1.3.0", false), ("10.255.255.255", true), ("11.0.0.0", false), ("9.255.255.255", false),
            ("[2001:db8::1]", true), ("[2001:db8:bad::1]", false), ("[2001:db8:bae::]", true), ("[::1]", false),
            ("[::ffff:10.1.2.3]", true), ("[::ffff:10.1.3.3]", false),
        ] {
            #expect(table.admits(try address(text)) == isIn, "\(text)")
        }
        #expect(!table.admitsUnknown)
    }

    @Test func withoutAllowAllOthersAreIn() throws {
        let table = NetworkTable(allow: [], deny: try networks("10.0.0.0/8", "::/0"))
        #expect(!table.admits(try address("10.2.3.4")))
        #expect(table.admits(try address("192.0.2.1")))
        #expect(!table.admits(try address("[2001:db8::1]")))
        #expect(table.admitsUnknown)
    }

    @Test func ofTwoAlikeTheOneThatDeniesCounts() throws {
        let table = NetworkTable(allow: try networks("10.0.0.0/8"), deny: try networks("10.0.0.0/8"))
        #expect(table.verdict(on: try address("10.0.0.1")) == .denied)
        #expect(table.verdict(on: try address("11.0.0.1")) == .none)
    }

    @Test func mappedNetworksAreIPv4() throws {
        let table = NetworkTable(allow: try networks("::ffff:10.0.0.0/104"))
        #expect(table.admits(try address("10.200.0.1")))
        #expect(!table.admits(try address("11.0.0.1")))
    }

    /// What a table says, found by looking at every network.
    private func reference(_ allow: [Network], _ deny: [Network], _ address: EndpointAddress) -> NetworkTable.Verdict {
        let allowed = allow.filter { $0.contains(address) }.map(\.prefixLength).max() ?? -1
        let denied = deny.filter { $0.contains(address) }.map(\.prefixLength).max() ?? -1
        return allowed < 0 && denied < 0 ? .none : denied >= allowed ? .denied : .allowed
    }

    private func random4(_ random: inout SeededGenerator) -> UInt32 {
        // Few leading octets, so that networks nest.
        let first = [10, 10, 172, 192].randomElement(using: &random) ?? 10
        return UInt32(first) << 24 | UInt32.random(in: 0..<4, using: &random) << 20
            | UInt32.random(in: 0..<1 << 20, using: &random)
    }

    private func network4(_ random: inout SeededGenerator) throws -> Network {
        let length = Int.random(in: 0...32, using: &random)
        let bits = length == 0 ? 0 : random4(&random) & (UInt32.max << UInt32(32 - length))
        return try #require(Network("\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)/\(length)"))
    }

    private func text6(_ number: UInt128) -> String {
        (0..<8).map { String(UInt16(truncatingIfNeeded: number >> UInt128(112 - 16 * $0)), radix: 16) }
            .joined(separator: ":")
    }

    private func random6(_ random: inout SeededGenerator) -> UInt128 {
        let tail = UInt128(UInt64.random(in: 0..<8, using: &random)) << 92 | UInt128(random.next() & 0xff)
        return 0x2001_0db8 << 96 | tail
    }

    @Test func tablesSayWhatALookAtEveryNetworkSays() throws {
        var random = SeededGenerator(seed: 4632)
        for _ in 0..<40 {
            let count = Int.random(in: 1...60, using: &random)
            var lists: [[Network]] = [[], []]
            for _ in 0..<count {
                let which = Int.random(in: 0...1, using: &random)
                if Bool.random(using: &random) {
                    lists[which].append(try network4(&random))
                } else {
                    let length = Int.random(in: 0...128, using: &random)
                    let number = length == 0 ? 0 : random6(&random) & (UInt128.max << UInt128(128 - length))
                    lists[which].append(try #require(Network("\(text6(number))/\(length)")))
                }
            }
            let table = NetworkTable(allow: lists[0], deny: lists[1])
            for probe in 0..<200 {
                let text: String
                if probe % 2 == 0 {
                    let bits = random4(&random)
                    text = "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
                } else {
                    text = "[\(text6(random6(&random)))]"
                }
                let address = try address(text)
                #expect(
                    table.verdict(on: address) == reference(lists[0], lists[1], address), "\(text) in \(lists)")
            }
        }
    }

    @Test func tenThousandNetworksAreOneTable() throws {
        var random = SeededGenerator(seed: 10_000)
        var deny: [Network] = []
        for _ in 0..<10_000 { deny.append(try network4(&random)) }
        deny.removeAll { $0.prefixLength < 12 }
        let table = NetworkTable(allow: [], deny: deny)
        for network in deny.prefix(500) { #expect(!table.admits(network.address)) }
        for _ in 0..<500 {
            let bits = random4(&random)
            let address = try address("\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)")
            #expect(table.admits(address) == (reference([], deny, address) == .none))
        }
    }
}
