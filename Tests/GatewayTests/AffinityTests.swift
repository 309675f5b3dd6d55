import Foundation
import Gateway
import Lab
import Routing
import Synchronization
import Testing

/// Keys and cookies at a gateway with real endpoints.
@Suite(.apart) struct AffinityTests {
    private let backends: [TestBackend]
    private var addresses: [String] { backends.map(\.address) }

    init() throws { backends = try ["a", "b", "c", "d"].map { try TestBackend($0) } }

    private func get(_ target: String = "/", _ fields: [String] = []) -> String {
        (["GET \(target) HTTP/1.1", "Host: \(host)"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// Who answers each of `requests`, sent one after the other on one connection.
    private func answerers(_ requests: [String], of edge: Edge) throws -> [String] {
        let stream = try edge.client.connect()
        return try requests.map { try stream.roundTrip($0).text }
    }

    /// `NAME=VALUE` of what an answer sets, and the attributes behind it.
    private func cookie(_ answer: HTTPAnswer) -> (pair: String, attributes: String)? {
        guard let line = answer["Set-Cookie"], let end = line.firstIndex(of: ";") else { return nil }
        return (String(line[..<end]), String(line[end...]))
    }

    private func sticky(
        _ addresses: [String], generation: UInt64 = 1, edit: (inout ServiceDescription) -> Void = { _ in }
    ) -> TableDescription {
        .one(addresses, generation: generation) { service in
            service.sticky = StickyPolicy()
            service.sticky?.cookie = "sid"
            service.sticky?.key = SipKey(5, 6)
            edit(&service)
        }
    }

    // MARK: Keys

    /// A request whose key is `number`, and which differs otherwise.
    private func request(_ source: HashPolicy.Source, _ name: String, _ number: Int) -> String {
        switch source {
        case .header: get("/", ["x-user: u\(number)"])
        case .cookie: get("/", ["Cookie: other=1; user=u\(number); user=2"])
        case .query where name.isEmpty: get("/x?u\(number)")
        case .query: get("/x?a=1&user=u\(number)&b=\(number % 2)")
        case .path: get("/p/\(number)?\(number % 2)")
        default: get("/p?\(number)")
        }
    }

    @Test(arguments: [
        (HashPolicy.Source.header, "X-User"), (.cookie, "user"), (.query, "user"), (.query, ""), (.path, ""),
        (.uri, ""),
    ])
    func aKeyHasOneEndpointAndKeysAreSpread(source: HashPolicy.Source, name: String) throws {
        let edge = try Edge(
            .one(addresses) { service in
                service.balance = .hash
                service.hash.source = source
                service.hash.name = name
            })
        let requests = (0..<40).map { request(source, name, $0) }
        let first = try answerers(requests, of: edge)
        #expect(try answerers(requests.reversed(), of: edge) == first.reversed())
        #expect(Set(first).count == 4)
    }

    @Test func requestsWithoutTheKeyTakeTurns() throws {
        let edge = try Edge(
            .one(addresses) { service in
                service.balance = .hash
                service.hash.source = .header
                service.hash.name = "X-User"
            })
        #expect(try answerers(Array(repeating: get(), count: 4), of: edge).sorted() == ["a", "b", "c", "d"])
    }

    @Test func aClientsAddressHasOneEndpointThroughTrustedProxies() throws {
        let edge = try Edge(.one(addresses) { $0.balance = .source }) { configuration in
            configuration.trustedProxies = [Network("127.0.0.1/32")].compactMap { $0 }
        }
        #expect(Set(try answerers(Array(repeating: get(), count: 6), of: edge)).count == 1)
        let clients = (1...30).map { get("/", ["X-Forwarded-For: 203.0.113.\($0)"]) }
        let answerers = try answerers(clients + clients, of: edge)
        #expect(answerers.prefix(30) == answerers.suffix(30))
        #expect(Set(answerers).count == 4)
    }

    // MARK: Cookies

    @Test func aClientStaysAtItsEndpointWhateverTablesCome() throws {
        let edge = try Edge(sticky(addresses), workers: 2)
        let first = try edge.client.exchange(get())
        let (pair, attributes) = try #require(cookie(first))
        #expect(attributes == "; Path=/; HttpOnly")
        #expect(pair.hasPrefix("sid=") && pair.utf8.count == 4 + 32)
        let mine = get("/", ["Cookie: theme=dark; \(pair); x=y"])
        for _ in 0..<8 {
            let answer = try edge.client.exchange(mine)
            #expect(answer.text == first.text)
            #expect(answer["Set-Cookie"] == nil, "it is told once")
        }
        let order = [addresses[3], addresses[1], addresses[0], addresses[2]]
        try edge.install(sticky(order, generation: 2))
        try edge.statistics { $0.generation == 2 }
        for _ in 0..<8 { #expect(try edge.client.exchange(mine).text == first.text) }
        // Others are spread, and each is told where.
        var told: Set<String> = []
        for _ in 0..<8 { told.insert(try #require(cookie(try edge.client.exchange(get()))).pair) }
        #expect(told.count == 4)
    }

    @Test func whoseEndpointIsGoneGetsAnotherAndIsTold() throws {
        let edge = try Edge(sticky(addresses))
        let first = try edge.client.exchange(get())
        let (pair, _) = try #require(cookie(first))
        let mine = get("/", ["Cookie: \(pair)"])
        let index = try #require(backends.firstIndex { $0.name == first.text })
        // It refuses: the retry goes elsewhere.
        backends[index].stop()
        let second = try edge.client.exchange(mine)
        #expect(second.status == 200 && second.text != first.text)
        let (other, _) = try #require(cookie(second))
        #expect(other != pair)
        let now = get("/", ["Cookie: \(other)"])
        for _ in 0..<4 { #expect(try edge.client.exchange(now).text == second.text) }
        // It has left.
        try edge.install(sticky(addresses.filter { $0 != backends[index].address }, generation: 2))
        try edge.statistics { $0.generation == 2 }
        let third = try edge.client.exchange(mine)
        #expect(third.status == 200)
        #expect(cookie(third) != nil)
    }

    @Test func whoIsThereStaysWhileItDrains() throws {
        let edge = try Edge(sticky(addresses))
        let first = try edge.client.exchange(get())
        let (pair, _) = try #require(cookie(first))
        try edge.install(
            sticky(addresses, generation: 2) { service in
                for index in service.endpoints.indices where backends[index].name == first.text {
                    service.endpoints[index].isDraining = true
                }
            })
        try edge.statistics { $0.generation == 2 }
        for _ in 0..<4 { #expect(try edge.client.exchange(get("/", ["Cookie: \(pair)"])).text == first.text) }
        for _ in 0..<8 { #expect(try edge.client.exchange(get()).text != first.text) }
    }

    @Test func whatNamesNobodyIsAsIfItWereNotThere() throws {
        let edge = try Edge(sticky(addresses))
        for value in ["", "x", String(repeating: "0", count: 32), String(repeating: "f", count: 33), "\"a\""] {
            let answer = try edge.client.exchange(get("/", ["Cookie: sid=\(value)"]))
            #expect(answer.status == 200)
            #expect(cookie(answer) != nil)
        }
    }

    @Test func clientsOfHTTP2StayToo() throws {
        let edge = try Edge(sticky(addresses)) { $0.listeners[0].http2 = true }
        let client = try HTTP2RawClient(port: edge.port())
        let first = try client.get(host: host)
        let line = try #require(first["set-cookie"])
        let pair = String(line.prefix { $0 != ";" })
        for _ in 0..<6 {
            // Each crumb in a field of its own (RFC 9113 §8.2.3).
            let fields = [HTTP2Field].request("GET", "/", host: host)
            let stream = try client.request(
                fields + [HTTP2Field("cookie", "theme=dark"), HTTP2Field("cookie", pair)])
            let answer = try client.answer(on: stream)
            #expect(answer.text == first.text)
            #expect(answer["set-cookie"] == nil)
        }
    }

    // MARK: Latency

    @Test func howLongEndpointsLetWaitIsMeasuredWhereItIsAskedFor() throws {
        for balance in [Balance.peakEWMA, .roundRobin] {
            let edge = try Edge(.one([addresses[0]]) { $0.balance = balance })
            #expect(try edge.client.exchange(get()).text == "a")
            let state = try #require(edge.currentTable?.states.first)
            #expect((state.latency.load(ordering: .relaxed) > 0) == (balance == .peakEWMA))
        }
    }
}
