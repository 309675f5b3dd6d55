import Testing
import Wire

@testable import Routing

struct ByteIndexTests {
    private struct Fixture {
        var pool: [UInt8] = []
        var index: ByteIndex
        var keys: [PoolRange] = []

        init(seed: UInt64) { index = ByteIndex(seed: seed) }

        mutating func insert(_ key: String, salt: UInt32 = 0, value: Int32) -> Int32 {
            let range = PoolRange(start: UInt32(pool.count), count: UInt32(key.utf8.count))
            pool += Array(key.utf8)
            return index.insert(range, salt: salt, value: value, pool: pool)
        }

        func value(_ key: String, salt: UInt32 = 0) -> Int {
            let octets = Array("..\(key)..".utf8)
            let count = octets.count - 4
            return unsafe index.value(of: octets.span.bytes, from: 2, count: count, salt: salt, pool: pool.span.bytes)
        }
    }

    @Test func keysOfAllLengthsAreFoundAndNoOthers() {
        var fixture = Fixture(seed: 1)
        // One octet apart, at every place: no octet is left out of the hash or the comparison.
        let base = "abcdefghijklmnopqrstuvwxyz0123456789"
        var keys: [String] = []
        for count in 0...base.count {
            keys.append(String(base.prefix(count)))
            for place in 0..<count {
                var octets = Array(base.prefix(count).utf8)
                octets[place] = UInt8(ascii: "_")
                keys.append(String(decoding: octets, as: UTF8.self))
            }
        }
        for (value, key) in keys.enumerated() { #expect(fixture.insert(key, value: Int32(value)) == Int32(value)) }
        for (value, key) in keys.enumerated() { #expect(fixture.value(key) == value) }
        for key in keys { #expect(fixture.value(key + "~") == -1) }
        #expect(fixture.index.count == keys.count)
    }

    @Test func theFirstValueOfAKeyStays() {
        var fixture = Fixture(seed: 2)
        #expect(fixture.insert("a", value: 5) == 5)
        #expect(fixture.insert("a", value: 6) == 5)
        #expect(fixture.insert("a", salt: 1, value: 7) == 7)
        #expect(fixture.value("a") == 5)
        #expect(fixture.value("a", salt: 1) == 7)
        #expect(fixture.value("a", salt: 2) == -1)
    }

    @Test(arguments: [10, 1_000, 20_000])
    func aLookUpTakesAFewStepsHoweverManyHostsThereAre(count: Int) {
        var fixture = Fixture(seed: 0x1234_5678_9ABC_DEF0)
        for number in 0..<count { _ = fixture.insert("shop-\(number).example.com", value: Int32(number)) }
        // Linear probing at half load takes 1.5 steps for a hit on average if the hash is good.
        #expect(fixture.index.averageSteps < 1.7)
        #expect(fixture.value("shop-\(count - 1).example.com") == count - 1)
        #expect(fixture.value("shop-\(count).example.com") == -1)
    }

    @Test func anotherSeedGivesAnotherOrder() {
        let octets = Array("shop.example.com".utf8)
        let hashes = (0..<16).map { seed in
            unsafe ByteHash.hash(octets.span.bytes, from: 0, count: octets.count, seed: seed, salt: 0)
        }
        #expect(Set(hashes).count == 16)
    }
}

struct HostPatternTests {
    @Test(arguments: [
        "a", "a.b", "shop-1.example.com", "0.0.0.0", "xn--bcher-kva.example", "a_b.test", "a-.test", "-a.test",
        "ab--c.test",
    ])
    func whatIsTakenAsCanonicalIsCanonical(name: String) throws {
        if HostPattern.isCanonical(name) { #expect(HostName.canonical(name) == name) }
        if case .exact(let found) = try HostPattern(name) { #expect(found == HostName.canonical(name)) }
    }

    @Test(arguments: [
        ("Shop.Example.COM.", HostPattern.exact("shop.example.com")),
        ("*.BÜCHER.example", .wildcard("xn--bcher-kva.example")),
        ("*.a.b.", .wildcard("a.b")),
        ("Web-80.*", .firstLabel("web-80")),
        ("~^V1", .regex("^V1")),
        ("*", .any),
        ("[2001:DB8::1]", .exact("[2001:db8::1]")),
    ])
    func patternsAreReadInAnySpelling(text: String, expected: HostPattern) throws {
        #expect(try HostPattern(text) == expected)
    }
}
