import Synchronization
import Testing

@testable import Routing

/// Sticky cookies: what they hold and whom they find.
struct AffinityTests {
    private func description(_ numbers: [Int], key: SipKey = SipKey(1, 2)) -> TableDescription {
        BalanceStage.description(numbers, [], .roundRobin) { description in
            description.services[0].sticky = StickyPolicy()
            description.services[0].sticky?.key = key
        }
    }

    private func text(_ token: (high: UInt64, low: UInt64)) -> [UInt8] {
        [token.high, token.low].flatMap { word in
            let digits = String(word, radix: 16)
            return Array((String(repeating: "0", count: 16 - digits.count) + digits).utf8)
        }
    }

    private func find(_ text: [UInt8], in table: RoutingTable) -> EndpointAddress? {
        guard let affinity = table.affinity(of: 0) else { return nil }
        let endpoint = unsafe affinity.endpoint(of: text.span.bytes)
        return endpoint < 0 ? nil : table.endpoints[endpoint].address
    }

    @Test func aTokenFindsItsEndpointInEveryTable() throws {
        let first = description(Array(0..<50)).compiled()
        let affinity = try #require(first.affinity(of: 0))
        let texts = first.endpoints.indices.map { text(affinity.token(of: $0)) }
        #expect(Set(texts).count == 50)
        // Another order, other neighbours, another process.
        let second = description([60] + (0..<49).reversed()).compiled()
        for (index, text) in texts.enumerated() {
            let found = find(text, in: second)
            #expect(found == (index == 49 ? nil : first.endpoints[index].address))
        }
    }

    @Test func withoutTheKeyNoTokenIsMade() throws {
        let table = description([0, 1]).compiled()
        let other = description([0, 1], key: SipKey(1, 3)).compiled()
        let token = text(try #require(other.affinity(of: 0)).token(of: 0))
        #expect(find(token, in: table) == nil)
        #expect(find(token, in: other) != nil)
        let own = text(try #require(table.affinity(of: 0)).token(of: 0))
        for index in own.indices {
            var forged = own
            forged[index] = forged[index] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            #expect(find(forged, in: table) == nil)
        }
        let upper = String(decoding: own, as: UTF8.self).uppercased()
        for wrong in ["", "0", upper, upper.lowercased() + "0", String(repeating: " ", count: 32)] {
            #expect(find(Array(wrong.utf8), in: table) == nil || Array(wrong.utf8) == own)
        }
    }

    @Test func anotherServicesTokenIsNoUse() throws {
        var description = description([0])
        description.services.append(description.services[0])
        description.services[1].name = "t"
        let table = description.compiled()
        let token = text(try #require(table.affinity(of: 1)).token(of: 1))
        #expect(find(token, in: table) == nil)
        #expect(try #require(table.affinity(of: 0)).cookie != (try #require(table.affinity(of: 1))).cookie)
    }

    @Test func linesSayWhatThePolicyDoes() throws {
        var description = description([0])
        var policy = StickyPolicy()
        policy.cookie = "sid"
        policy.sameSite = .lax
        policy.maxAge = 3_600
        policy.path = "/shop"
        description.services[0].sticky = policy
        let affinity = try #require(description.compiled().affinity(of: 0))
        #expect(String(decoding: affinity.lineStart, as: UTF8.self) == "Set-Cookie: sid=")
        #expect(
            String(decoding: affinity.lineEnd, as: UTF8.self) == "; Path=/shop; Max-Age=3600; HttpOnly; SameSite=Lax")
    }

    @Test(arguments: [("a b", "/"), ("a;b", "/"), ("é", "/"), ("sid", "shop"), ("sid", "/a;b"), ("sid", "/a\r\nX: y")])
    func aCookieThatIsNoneIsAProblem(name: String, path: String) {
        var description = description([0])
        description.services[0].sticky?.cookie = name
        description.services[0].sticky?.path = path
        let (table, problems) = RoutingTable.compile(description, previous: nil)
        #expect(problems.count == 1)
        #expect(table.affinity(of: 0) == nil)
        #expect(table.services[0].traits.isEmpty)
    }

    @Test func whoIsThereStaysWhileItDrainsAndNotWhenItIsOut() {
        var description = description([0, 1, 2])
        description.services[0].endpoints[1].isDraining = true
        description.services[0].endpoints[2].weight = 0
        let table = description.compiled()
        for index in 0..<3 {
            var choice = EndpointChoice(random: 0, now: 10)
            choice.limit = 5
            #expect(table.mayStay(at: index, of: 0, choice))
            table.states[index].ejectedUntil.store(11, ordering: .relaxed)
            #expect(!table.mayStay(at: index, of: 0, choice))
            table.states[index].ejectedUntil.store(0, ordering: .relaxed)
            table.states[index].inFlight.store(5, ordering: .relaxed)
            #expect(!table.mayStay(at: index, of: 0, choice))
            table.states[index].inFlight.store(0, ordering: .relaxed)
            table.states[index].health.store(2, ordering: .relaxed)
            #expect(!table.mayStay(at: index, of: 0, choice))
            table.states[index].health.store(1, ordering: .relaxed)
            choice.tried.insert(Int(table.endpoints[index].slot))
            #expect(!table.mayStay(at: index, of: 0, choice))
        }
        #expect(!table.mayStay(at: 3, of: 0, EndpointChoice(random: 0, now: 0)))
        #expect(!table.mayStay(at: -1, of: 0, EndpointChoice(random: 0, now: 0)))
    }

    /// With the reference's key, and messages of these lengths that count up from 0.
    @Test(arguments: [
        (0, "a3817f04ba25a8e66df67214c7550293"), (1, "da87c1d86b99af44347659119b22fc45"),
        (7, "a1f1ebbed8dbc153c0b84aa61ff08239"), (8, "3b62a9ba6258f5610f83e264f31497b4"),
        (15, "5493e99933b0a8117e08ec0f97cfc3d9"), (63, "5150d1772f50834a503e069a973fbd7c"),
    ])
    func sipHashIsTheReferences(count: Int, expected: String) {
        let key = SipKey(0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908)
        let hash = SipHash.hash((0..<count).map { UInt8($0) }, key: key)
        #expect(String(decoding: text((hash.0.byteSwapped, hash.1.byteSwapped)), as: UTF8.self) == expected)
    }
}
