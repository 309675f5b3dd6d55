import Testing
import Wire

/// Addresses and lists of proxies, as `X-Forwarded-For` and `Forwarded` carry them.
@Suite struct ForwardedTests {
    private func address(_ text: String) -> ForwardedAddress? {
        unsafe Array(text.utf8).withUnsafeBytes { unsafe ForwardedAddress($0) }
    }

    /// The address's octets.
    private func octets(_ address: ForwardedAddress) -> [UInt8] {
        let all = unsafe withUnsafeBytes(of: (address.high, address.low)) { unsafe Array($0) }
        return address.isIPv6 ? all : Array(all.prefix(4))
    }

    private func elements(_ lines: [String], isForwarded: Bool = false) -> [String?] {
        var head: [UInt8] = Array("x".utf8)
        var ranges: [ByteRange] = []
        for line in lines {
            ranges.append(ByteRange(start: UInt32(head.count), count: UInt32(line.utf8.count)))
            head += line.utf8
        }
        return unsafe head.withUnsafeBytes { bytes in
            var elements = ForwardedElements()
            for range in ranges { unsafe elements.add(range, of: bytes) }
            return (0..<elements.count).map { distance in
                let element = elements.fromLast(distance)
                let range = isForwarded ? unsafe ForwardedElements.node(element, of: bytes) : element
                guard let range else { return nil }
                return unsafe String(decoding: bytes[Int(range.start)..<Int(range.end)], as: UTF8.self)
            }
        }
    }

    @Test(
        arguments: [
            ("192.0.2.1", [192, 0, 2, 1]), ("192.0.2.1:65535", [192, 0, 2, 1]), ("0.0.0.0", [0, 0, 0, 0]),
            ("::1", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
            ("::", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            ("[2001:db8::8:800]:443", [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 0]),
            ("[2001:DB8::]", [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            ("1:2:3:4:5:6:7:8", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]),
            ("1:2:3:4:5:6:7::", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0]),
            ("64:ff9b::192.0.2.1", [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1]),
            ("::ffff:192.0.2.1", [192, 0, 2, 1]), ("[::ffff:c000:201]:80", [192, 0, 2, 1]),
        ] as [(String, [UInt8])])
    func anAddressIsRead(text: String, expected: [UInt8]) throws {
        #expect(octets(try #require(address(text))) == expected)
    }

    @Test(arguments: [
        "", "unknown", "_hidden", "192.0.2", "192.0.2.1.2", "192.0.2.256", "192.0.02.1", "192.0.2.1:",
        "192.0.2.1:65536",
        "192.0.2.1:x", "192.0.2.1 ", " 192.0.2.1", "0x7f.0.0.1", "2130706433", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "1::2::3", ":1", "1:", ":::", "[::1", "::1]", "[::1]80", "[::1]:", "[]", "[", "]", "12345::", "fe80::1%eth0",
        "::192.0.2.1.5", "1:2:3:4:5:6:7:192.0.2.1", "::1:80:", "[192.0.2.1]", "example.com", "192.0.2.1:_port",
        "\u{0}", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8",
    ])
    func whatIsNoneIsNone(text: String) {
        #expect(address(text) == nil)
    }

    @Test func aListIsWalkedFromItsEndOverAllLines() {
        #expect(elements(["a, b", " ,,c ", "", "\td\t"]) == ["d", "c", "b", "a"])
        #expect(elements([]) == [])
        let many = (0..<100).map { "\($0)" }
        #expect(elements([many.joined(separator: ",")]) == many.reversed().prefix(ForwardedElements.limit).map { $0 })
    }

    @Test(
        arguments: [
            ("for=192.0.2.1", "192.0.2.1"), ("For=\"[2001:db8::1]:80\";proto=https", "[2001:db8::1]:80"),
            ("proto=http ; FOR=_hidden", "_hidden"), ("by=1;host=\"a;b,c\";for=unknown", "unknown"),
            ("for=\"a\\\"b\"", "a\\\"b"), ("for=[::1]", "[::1]"), ("host=x", nil), ("for=1;for=2", nil), ("for", nil),
            ("for=", nil), ("=1", nil), ("for=\"1", nil), ("for=1 x", nil), ("a b=1;for=2", nil), ("for=1;;for=2", nil),
            ("for=1\"2\"", nil), ("\"for\"=1", nil),
        ] as [(String, String?)])
    func anElementNamesItsNode(text: String, node: String?) {
        #expect(elements([text], isForwarded: true) == [node])
    }

    @Test func commasInQuotesDivideNothing() {
        #expect(elements(["for=1;host=\"a,b\", for=2"], isForwarded: true) == ["2", "1"])
        // Without an end, a quote takes the rest with it: nothing in there is anybody's word.
        #expect(elements(["for=1, for=\"2, for=3"], isForwarded: true) == [nil, "1"])
    }

    @Test func hostileOctetsEndInAnAddressOrInNone() {
        var random = SeededGenerator(seed: 7239)
        let alphabet = Array("0123456789abcdefF:.[],;=\"\\ \tfor_-%".utf8)
        for _ in 0..<20_000 {
            let line = (0..<Int.random(in: 0...64, using: &random)).map { _ in
                Int.random(in: 0..<50, using: &random) == 0
                    ? UInt8.random(in: 0...255, using: &random) : alphabet.randomElement(using: &random) ?? 0
            }
            unsafe line.withUnsafeBytes { bytes in
                var elements = ForwardedElements()
                unsafe elements.add(ByteRange(start: 0, count: UInt32(bytes.count)), of: bytes)
                for distance in 0..<elements.count {
                    let element = elements.fromLast(distance)
                    #expect(Int(element.end) <= bytes.count && !element.isEmpty)
                    if let node = unsafe ForwardedElements.node(element, of: bytes) {
                        #expect(node.start >= element.start && node.end <= element.end)
                    }
                    let text = unsafe UnsafeRawBufferPointer(rebasing: bytes[Int(element.start)..<Int(element.end)])
                    _ = unsafe ForwardedAddress(text)
                }
            }
        }
    }
}
