import Lab
import Logging
import Testing

@testable import KeyValue

/// The store against answers that no Consul gives: none of them is ever taken for an empty listing.
@Suite(.timeLimit(.minutes(1)))
struct ConsulFaultTests {
    private func store(
        _ server: ScriptedServer, _ change: (inout ConsulConfiguration) -> Void = { _ in }
    ) throws -> ConsulStore {
        var configuration = ConsulConfiguration(addresses: [.network(host: "127.0.0.1", port: Int(server.port))])
        configuration.limits.answer = .milliseconds(500)
        configuration.limits.body = .milliseconds(500)
        configuration.limits.bodyBytesMax = 4096
        configuration.limits.wait = .milliseconds(300)
        configuration.limits.waitAllowance = .milliseconds(100)
        configuration.limits.retry = .milliseconds(5)
        change(&configuration)
        return try ConsulStore(configuration, logger: Logger(label: "test"))
    }

    /// Raw answers to a listing and the kind of error that they are.
    static let faults: [(name: String, answer: ScriptedServer.Answer, kind: KeyValueError.Kind)] = [
        ("HTML of a proxy", .raw(ScriptedServer.listing("<html>Bad Gateway</html>")), .garbled),
        ("an empty body", .raw(ScriptedServer.listing("")), .garbled),
        ("null", .raw(ScriptedServer.listing("null")), .garbled),
        ("an object", .raw(ScriptedServer.listing("{}")), .garbled),
        ("truncated JSON", .raw(ScriptedServer.listing("[{\"Key\":\"p/a\",\"Val")), .garbled),
        ("other types", .raw(ScriptedServer.listing("[{\"Key\":7}]")), .garbled),
        (
            "a key that was not asked for", .raw(ScriptedServer.listing("[\(ScriptedServer.entry("q/a", "1"))]")),
            .garbled
        ),
        (
            "a key twice",
            .raw(ScriptedServer.listing("[\(ScriptedServer.entry("p/a", "1")),\(ScriptedServer.entry("p/a", "2"))]")),
            .garbled
        ),
        (
            "a 404 without Consul's index", .raw(ScriptedServer.listing("", index: nil, status: "404 Not Found")),
            .garbled
        ),
        ("a 204", .raw("HTTP/1.1 204 No Content\r\nX-Consul-Index: 5\r\n\r\n"), .garbled),
        ("a redirect", .raw("HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n"), .garbled),
        ("a body that ends early", .rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n[{\"Key\""), .garbled),
        (
            "a chunked body that ends early",
            .rawThenClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n"), .garbled
        ),
        ("a body without end", .raw("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n[{\"Key\""), .unavailable),
        ("a body larger than the limit", .raw(ScriptedServer.listing(String(repeating: " ", count: 5000))), .garbled),
        ("not HTTP", .rawThenClose("SSH-2.0-OpenSSH_9.2\r\n\r\n"), .garbled),
        ("500", .raw(ScriptedServer.listing("No cluster leader", status: "500 Internal Server Error")), .unavailable),
        ("503 with a listing", .raw(ScriptedServer.listing("[]", status: "503 Service Unavailable")), .unavailable),
        ("429", .raw(ScriptedServer.listing("slow down", status: "429 Too Many Requests")), .unavailable),
        ("silence", .silence, .unavailable),
        ("a closed connection", .close, .unavailable),
        (
            "a token that sees nothing",
            .raw(ScriptedServer.listing("[]", fields: "X-Consul-Results-Filtered-By-ACLs: true\r\n")), .denied
        ),
    ]

    @Test(arguments: faults.indices)
    func `a listing that is none is an error, and the watch tells it and goes on`(index: Int) async throws {
        let fault = Self.faults[index]
        let good = ScriptedServer.listing("[\(ScriptedServer.entry("p/a", "1"))]")
        let server = try ScriptedServer { _ in .raw(good) }
        let store = try store(server)
        var reader = WatchReader(store.watch(prefix: "p/"))
        #expect(await reader.next()?.values == ["p/a": "1"], "\(fault.name)")
        server.follow { _ in fault.answer }
        let error = await #expect(throws: KeyValueError.self, "\(fault.name)") { try await store.list(prefix: "p/") }
        #expect(error?.kind == fault.kind, "\(fault.name): \(error?.description ?? "")")
        #expect(await reader.next()?.error?.kind == fault.kind, "\(fault.name)")
        server.follow { _ in .raw(ScriptedServer.listing("[\(ScriptedServer.entry("p/a", "2"))]", index: "11")) }
        let back = await reader.first { $0.values != nil }
        #expect(back?.values == ["p/a": "2"], "\(fault.name)")
        #expect(back?.isFirstAfterOutage == true, "\(fault.name)")
    }

    @Test func `Consul's 404 with its index is an empty listing`() async throws {
        let server = try ScriptedServer { _ in .raw(ScriptedServer.listing("", index: "1", status: "404 Not Found")) }
        #expect(try await store(server).list(prefix: "p/").entries.isEmpty)
        #expect(try await store(server).get("p/a") == nil)
    }

    @Test func `entries out of order are put in order`() async throws {
        let body = "[\(ScriptedServer.entry("p/b", "2")),\(ScriptedServer.entry("p/a", "1"))]"
        let server = try ScriptedServer { _ in .raw(ScriptedServer.listing(body)) }
        #expect(try await store(server).list(prefix: "p/").entries.map(\.key) == ["p/a", "p/b"])
    }

    @Test func `a server that answers at once for ever makes no busy loop`() async throws {
        let server = try ScriptedServer { _ in .raw(ScriptedServer.listing("[]", index: nil)) }
        let store = try store(server)
        var reader = WatchReader(store.watch(prefix: "p/"))
        _ = await reader.next()
        try await Task.sleep(for: .seconds(1))
        #expect(server.targets.count < 20)
    }

    @Test func `blocking queries carry index, wait and stale, and start again from 0 after a failure`() async throws {
        let server = try ScriptedServer { target in
            target.contains("index=10") ? .close : .raw(ScriptedServer.listing("[]", index: "10"))
        }
        let store = try store(server)
        var reader = WatchReader(store.watch(prefix: "p/"))
        _ = await reader.next()
        while server.targets.count < 3 { try await Task.sleep(for: .milliseconds(5)) }
        let targets = server.targets
        #expect(targets[0] == "/v1/kv/p/?recurse&stale")
        #expect(targets[1] == "/v1/kv/p/?recurse&stale&index=10&wait=300ms")
        #expect(targets[2] == "/v1/kv/p/?recurse&stale")
    }

    @Test func `a blocking query that is never answered is given up after its wait`() async throws {
        let server = try ScriptedServer { target in
            target.contains("index=") ? .silence : .raw(ScriptedServer.listing("[]", index: "10"))
        }
        let store = try store(server)
        var reader = WatchReader(store.watch(prefix: "p/"))
        _ = await reader.next()
        let clock = ContinuousClock()
        let began = clock.now
        let outage = await reader.next()
        #expect(outage?.error?.description.contains("no answer in time") == true)
        #expect(clock.now - began < .seconds(5))
    }

    @Test func `a compare-and-set whose answer was lost is not made twice`() async throws {
        let server = try ScriptedServer { _ in .close }
        await #expect(throws: KeyValueError.self) {
            try await store(server).compareAndSet("p/a", value: [], flags: 0, index: 0)
        }
        #expect(server.targets.count == 1)
        await #expect(throws: KeyValueError.self) { try await store(server).put("p/a", value: [], flags: 0) }
        #expect(server.targets.count == 3)
    }

    @Test func `another server's 404 does not end a session`() async throws {
        let server = try ScriptedServer { _ in
            .raw(ScriptedServer.listing("<html>", index: nil, status: "404 Not Found"))
        }
        await #expect(throws: KeyValueError.self) { try await store(server).renewSession("abc") }
        server.follow { _ in
            .raw(ScriptedServer.listing("Session id 'abc' not found", index: nil, status: "404 Not Found"))
        }
        #expect(try await !store(server).renewSession("abc"))
    }

    @Test func `a slow reader of a watch hears the newest state, and that the store was wiped`() async throws {
        let mailbox = WatchMailbox()
        let empty = KeyValueListing(entries: [], index: 1)
        let newest = KeyValueListing(entries: [KeyValueEntry(key: "a", value: [])], index: 2)
        mailbox.offer(.unavailable(KeyValueError(.unavailable, "away")))
        mailbox.offer(.listing(empty, isRegressed: true, isFirstAfterOutage: true))
        mailbox.offer(.listing(newest, isRegressed: false, isFirstAfterOutage: false))
        mailbox.offer(.unavailable(KeyValueError(.garbled, "again")))
        guard case .listing(newest, isRegressed: true, isFirstAfterOutage: true) = await mailbox.next() else {
            Issue.record("not the newest listing with what was said before it")
            return
        }
        guard case .unavailable(let error) = await mailbox.next() else {
            Issue.record("the outage after it was lost")
            return
        }
        #expect(error.kind == .garbled)
        mailbox.finish()
        #expect(await mailbox.next() == nil)
    }
}
