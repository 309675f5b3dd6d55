import Lab
import Logging
import Testing

@testable import KeyValue

/// The store against a real Consul.
@Suite(.timeLimit(.minutes(3)))
struct CatalogStoreTests {
    /// One agent for tests that leave it as it is; each has services of its own.
    private static let shared = Result { try ConsulAgent() }

    private static func store(
        _ agent: ConsulAgent, _ change: (inout StoreURL.Catalog) -> Void = { _ in }
    ) throws -> CatalogStore {
        var settings = StoreURL.Catalog(
            consul: StoreURL.Consul(addresses: [.network(host: "127.0.0.1", port: Int(agent.port))]))
        change(&settings)
        return try CatalogStore(settings, environment: [:], logger: Logger(label: "test"))
    }

    /// Registers a service as anybody would.
    private static func register(
        _ agent: ConsulAgent, _ name: String, _ id: String, _ port: UInt16 = 80, more: String = ""
    ) throws {
        let body = #"{"Name":"\#(name)","ID":"\#(id)","Address":"10.0.0.5","Port":\#(port)\#(more)}"#
        try call(agent, "/v1/agent/service/register", body)
    }

    private static func call(_ agent: ConsulAgent, _ path: String, _ body: String = "") throws {
        let answer = try agent.api.request("PUT", path, body: Array(body.utf8))
        guard answer.status == 200 else { throw LabError("\(path): \(answer.status) \(answer.text)") }
    }

    /// The node's name as it says itself: the catalog has it only some moments after the start.
    private static func node(_ agent: ConsulAgent) async throws -> String {
        let store = try store(agent)
        let octets = try await store.consul.answer(to: ConsulQuery(["agent", "self"]))
        let text = String(decoding: octets.filter { $0 > 0x20 }, as: UTF8.self)
        let tail = try #require(text.firstRange(of: #""NodeName":""#)).upperBound
        return String(text[tail...].prefix { $0 != "\"" })
    }

    private static let ttlCheck = #","Check":{"TTL":"10m","Status":"passing"}"#

    @Test func `services are listed as endpoints, and single ones are found`() async throws {
        let agent = try Self.shared.get()
        let node = try await Self.node(agent)
        try Self.register(
            agent, "listed", "l1", 8080, more: #","Tags":["v1"],"Meta":{"portico_host":"shop.example.com"}"#)
        let store = try Self.store(agent)
        let key = "services/listed-8080/\(node):l1:8080"
        let listing = try await store.list(prefix: "services/listed")
        #expect(listing.entries.map(\.key) == [key])
        let entry = try #require(try await store.get("/" + key))
        #expect(String(decoding: entry.value, as: UTF8.self) == "10.0.0.5:8080 host=shop.example.com tags=v1")
        #expect(entry.modifyIndex > 0)
        #expect(listing.index >= entry.modifyIndex)
        #expect(try await store.get("services/listed-8080/\(node):l2:8080") == nil)
        #expect(try await store.list(prefix: "services/listed-8080/x").entries.isEmpty)
        #expect(try await !store.list(prefix: "services/").entries.contains { $0.key.hasPrefix("services/consul") })
    }

    @Test func `everything else is the key-value store's`() async throws {
        let agent = try Self.shared.get()
        try Self.register(agent, "beside", "b1")
        let store = try Self.store(agent)
        try await store.put("routes/beside", value: [1], flags: 3)
        // What is in the key-value store under the services' prefix is not seen: the catalog is there.
        try await store.consul.put("services/hidden-80/h:c:80", value: [1], flags: 0)
        #expect(try await store.get("routes/beside")?.flags == 3)
        let all = try await store.list(prefix: "").entries.map(\.key)
        #expect(all.contains("routes/beside"))
        #expect(all.contains { $0.hasPrefix("services/beside-80/") })
        #expect(!all.contains { $0.hasPrefix("services/hidden") })
        #expect(all == all.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(try await store.compareAndSet("routes/cas", value: [1], flags: 0, index: 0))
        let index = try #require(try await store.get("routes/cas")).modifyIndex
        #expect(try await store.compareAndDelete("routes/cas", index: index))
        try await store.deleteTree(prefix: "routes/")
        #expect(try await store.list(prefix: "routes/").entries.isEmpty)
        var reader = WatchReader(store.watch(prefix: "routes/"))
        #expect(await reader.next()?.values == [:])
        try await store.put("routes/a", value: [0x31], flags: 0)
        #expect(await reader.next()?.values == ["routes/a": "1"])
        try await store.delete("routes/a")
    }

    @Test func `what comes from the catalog is not written`() async throws {
        let store = try Self.store(try Self.shared.get())
        let key = "services/web-80/h:c:80"
        let attempts: [() async throws -> Void] = [
            { try await store.put(key, value: [], flags: 0) }, { try await store.delete("/" + key) },
            { try await store.deleteTree(prefix: "services/web") }, { try await store.deleteTree(prefix: "") },
            { _ = try await store.compareAndSet(key, value: [], flags: 0, index: 0) },
            { _ = try await store.compareAndDelete(key, index: 1) },
            { _ = try await store.acquire(key, value: [], flags: 0, session: "s") },
            { _ = try await store.release(key, value: [], session: "s") },
        ]
        for attempt in attempts {
            let error = await #expect(throws: KeyValueError.self) { try await attempt() }
            #expect(error?.kind == .unsupported)
            #expect(error?.description.contains("/v1/agent/service/register") == true)
        }
    }

    @Test func `a watch tells of services that come, change, fail, recover, drain and go`() async throws {
        let agent = try Self.shared.get()
        let node = try await Self.node(agent)
        let store = try Self.store(agent)
        let key = "services/watched-80/\(node):w1:80"
        var reader = WatchReader(store.watch(prefix: "services/watched"))
        #expect(await reader.next()?.values == [:])
        try Self.register(agent, "watched", "w1", more: Self.ttlCheck)
        #expect(await reader.next()?.values == [key: "10.0.0.5:80"])
        // Another instance whose tags and checks say nothing: only the list's index tells.
        try Self.register(agent, "watched", "w2")
        #expect(await reader.next()?.values?.count == 2)
        try Self.call(agent, "/v1/agent/service/deregister/w2")
        #expect(await reader.next()?.values == [key: "10.0.0.5:80"])
        try Self.register(agent, "watched", "w1", more: #","Meta":{"weight":"5"}"# + Self.ttlCheck)
        #expect(await reader.next()?.values == [key: "10.0.0.5:80 weight=5"])
        try Self.call(agent, "/v1/agent/check/warn/service:w1")
        try Self.call(agent, "/v1/agent/check/fail/service:w1")
        #expect(await reader.next()?.values == [:])
        try Self.call(agent, "/v1/agent/check/pass/service:w1")
        #expect(await reader.next()?.values == [key: "10.0.0.5:80 weight=5"])
        try Self.call(agent, "/v1/agent/service/maintenance/w1?enable=true")
        #expect(await reader.next()?.values == [key: "10.0.0.5:80 drain weight=5"])
        try Self.call(agent, "/v1/agent/service/maintenance/w1?enable=false")
        #expect(await reader.next()?.values == [key: "10.0.0.5:80 weight=5"])
        try Self.call(agent, "/v1/agent/service/deregister/w1")
        let last = await reader.next()
        #expect(last?.values == [:])
        #expect(last?.isRegressed == false)
        #expect(last?.isFirstAfterOutage == false)
    }

    @Test func `a node in maintenance drains`() async throws {
        let agent = try ConsulAgent()
        let store = try Self.store(agent)
        try Self.register(agent, "web", "w1")
        var reader = WatchReader(store.watch(prefix: "services/"))
        #expect(await reader.first { $0.values?.count == 1 }?.values?.values.first == "10.0.0.5:80")
        try Self.call(agent, "/v1/agent/maintenance?enable=true")
        #expect(await reader.next()?.values?.values.first == "10.0.0.5:80 drain")
        try Self.call(agent, "/v1/agent/maintenance?enable=false")
        #expect(await reader.next()?.values?.values.first == "10.0.0.5:80")
    }

    @Test func `tags choose, and all of them have to be there`() async throws {
        let agent = try Self.shared.get()
        try Self.register(agent, "tagged", "t1", more: #","Tags":["a","b"]"#)
        try Self.register(agent, "tagged", "t2", more: #","Tags":["a"]"#)
        for (tags, count) in [(["a"], 2), (["a", "b"], 1), (["c"], 0)] {
            let store = try Self.store(agent) { $0.tags = tags }
            #expect(try await store.list(prefix: "services/tagged").entries.count == count, "\(tags)")
        }
        let near = try Self.store(agent) { $0.near = "_agent" }
        #expect(try await near.list(prefix: "services/tagged").entries.count == 2)
    }

    @Test func `the whole store can be watched at once`() async throws {
        let agent = try ConsulAgent()
        let store = try Self.store(agent)
        var reader = WatchReader(store.watch(prefix: ""))
        #expect(await reader.next()?.values == [:])
        try await store.put("routes/r", value: [0x31], flags: 0)
        #expect(await reader.next()?.values == ["routes/r": "1"])
        try Self.register(agent, "web", "w1")
        let both = await reader.first { $0.values?.count == 2 }
        #expect(both?.values?["routes/r"] == "1")
    }

    @Test func `a Consul that comes back empty is told as such, not as a mass removal`() async throws {
        let agent = try ConsulAgent()
        let store = try Self.store(agent)
        for number in 0..<30 { try Self.register(agent, "web\(number)", "w\(number)") }
        var reader = WatchReader(store.watch(prefix: "services/"))
        #expect(await reader.first { $0.values?.count == 30 } != nil)
        try agent.stop()
        #expect(await reader.first { $0.error != nil }?.error?.kind == .unavailable)
        try agent.start()
        let back = await reader.first { $0.values != nil }
        #expect(back?.values == [:])
        #expect(back?.isFirstAfterOutage == true)
        try Self.register(agent, "web", "w")
        #expect(await reader.first { $0.values?.count == 1 } != nil)
    }

    @Test func `many services come and go, and the watch ends with what there is`() async throws {
        let agent = try ConsulAgent()
        let store = try Self.store(agent)
        var reader = WatchReader(store.watch(prefix: "services/"))
        var generator = SeededGenerator(seed: 11)
        for round in 0..<400 {
            let number = Int.random(in: 0..<120, using: &generator)
            if Bool.random(using: &generator) {
                try Self.register(agent, "web\(number % 40)", "w\(number)", UInt16(80 + round % 3))
            } else {
                _ = try agent.api.request("PUT", "/v1/agent/service/deregister/w\(number)")
            }
        }
        try Self.register(agent, "last", "last")
        let node = try await Self.node(agent)
        // Names of services with several ports depend on what was seen before: addresses do not.
        let expected = try await store.list(prefix: "services/").entries.map {
            String(decoding: $0.value, as: UTF8.self)
        }
        let heard = await reader.first { heard in
            heard.values?["services/last-80/\(node):last:80"] != nil
                && heard.values?.values.sorted() == expected.sorted()
        }
        #expect(heard != nil)
    }

    @Test func `a check that fails is heard within milliseconds, however many services there are`() async throws {
        let agent = try ConsulAgent()
        let store = try Self.store(agent)
        for number in 0..<300 { try Self.register(agent, "web\(number)", "w\(number)", more: Self.ttlCheck) }
        var reader = WatchReader(store.watch(prefix: "services/"))
        #expect(await reader.first { $0.values?.count == 300 } != nil)
        let clock = ContinuousClock()
        var delays: [Duration] = []
        for number in 0..<40 {
            try Self.call(agent, "/v1/agent/check/fail/service:w\(number)")
            let answered = clock.now
            #expect(await reader.first { $0.values?.count == 299 - number } != nil)
            delays.append(clock.now - answered)
        }
        var registrations: [Duration] = []
        for number in 0..<40 {
            try Self.register(agent, "new\(number)", "n\(number)")
            let answered = clock.now
            #expect(await reader.first { $0.values?.count == 261 + number } != nil)
            registrations.append(clock.now - answered)
        }
        delays.sort()
        registrations.sort()
        print("check's answer to event: median \(delays[20]), worst \(delays[39])")
        print("registration's answer to event: median \(registrations[20]), worst \(registrations[39])")
        #expect(delays[20] < .seconds(1))
        #expect(registrations[20] < .seconds(1))
    }

    @Test func `a watch ends with its task`() async throws {
        let store = try Self.store(try Self.shared.get())
        let reading = Task {
            for await _ in store.watch(prefix: "services/") {}
        }
        var reader = WatchReader(store.watch(prefix: "services/"))
        _ = await reader.next()
        reading.cancel()
        await reading.value
    }

    @Test(arguments: ["<html>Bad Gateway</html>", "", "null", "[", "{\"web\":7}", "[{\"Node\":7}]"])
    func `an answer that is none is never taken for an empty catalog`(body: String) async throws {
        let server = try ScriptedServer { _ in .raw(ScriptedServer.listing(body)) }
        let settings = StoreURL.Catalog(
            consul: StoreURL.Consul(addresses: [.network(host: "127.0.0.1", port: Int(server.port))]))
        let store = try CatalogStore(settings, environment: [:], logger: Logger(label: "test"))
        var reader = WatchReader(store.watch(prefix: "services/"))
        #expect(await reader.next()?.error?.kind == .garbled)
        let error = await #expect(throws: KeyValueError.self) { try await store.list(prefix: "services/") }
        #expect(error?.kind == .garbled)
    }
}
