import Foundation
import Lab
import Testing

@testable import KeyValue

/// The store against answers that no etcd gives: none of them is ever taken for an empty listing.
@Suite(.timeLimit(.minutes(2)))
struct EtcdFaultTests {
    private static let header = #""header":{"cluster_id":"7","member_id":"1","revision":"10","raft_term":"2"}"#
    private static let created = "{\"result\":{\(header),\"created\":true}}\n"

    private func store(
        _ server: ScriptedServer, _ change: (inout EtcdConfiguration) -> Void = { _ in }
    ) throws -> EtcdStore {
        try StoreSpecimen.etcd(server.port) { configuration in
            configuration.limits.answer = .milliseconds(500)
            configuration.limits.body = .milliseconds(500)
            configuration.limits.bodyBytesMax = 4096
            configuration.limits.silence = .milliseconds(300)
            configuration.limits.pulse = .milliseconds(300)
            configuration.limits.retry = .milliseconds(5)
            change(&configuration)
        }
    }

    private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    private static func entry(_ key: String, _ value: String, revision: Int = 5) -> String {
        "{\"key\":\"\(base64(key))\",\"create_revision\":\"3\",\"mod_revision\":\"\(revision)\",\"version\":\"1\","
            + "\"value\":\"\(base64(value))\"}"
    }

    private static func json(_ body: String, status: String = "200 OK", type: String = "application/json") -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static func range(_ entries: String..., more: String = "") -> String {
        json("{\(header),\"kvs\":[\(entries.joined(separator: ","))],\"count\":\"\(entries.count)\"\(more)}")
    }

    /// A watch that says `messages`, and stays open unless it `ends`.
    private static func stream(_ messages: String, ends: Bool = false) -> ScriptedServer.Answer {
        let text =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "\(String(messages.utf8.count, radix: 16))\r\n\(messages)\r\n"
        return ends ? .rawThenClose(text + "0\r\n\r\n") : .raw(text)
    }

    /// Answers of a member whose watches say nothing after their beginning.
    private static func calm(_ range: String) -> ScriptedServer.Script {
        { target in target == "/v3/watch" ? stream(created) : .raw(range) }
    }

    /// Raw answers to a listing and the kind of error that they are.
    static let faults: [(name: String, answer: ScriptedServer.Answer, kind: KeyValueError.Kind)] = [
        ("HTML of a proxy", .raw(json("<html>Welcome</html>", type: "text/html")), .garbled),
        ("an empty body", .raw(json("")), .garbled),
        ("null", .raw(json("null")), .garbled),
        ("an empty object", .raw(json("{}")), .garbled),
        ("an array", .raw(json("[]")), .garbled),
        ("a header of nobody", .raw(json(#"{"header":{"revision":"10"},"count":"0"}"#)), .garbled),
        ("no revision", .raw(json(#"{"header":{"cluster_id":"7"},"count":"0"}"#)), .garbled),
        ("a negative revision", .raw(json(#"{"header":{"cluster_id":"7","revision":"-4"}}"#)), .garbled),
        ("truncated JSON", .raw(json("{\(header),\"kvs\":[{\"key\":\"cC9h")), .garbled),
        ("other types", .raw(json("{\(header),\"kvs\":7}")), .garbled),
        ("no base64", .raw(json("{\(header),\"kvs\":[{\"key\":\"cC9\",\"mod_revision\":\"5\"}]}")), .garbled),
        ("no number", .raw(json("{\(header),\"kvs\":[{\"key\":\"cC9h\",\"mod_revision\":\"5x\"}]}")), .garbled),
        ("a key that was not asked for", .raw(range(entry("q/a", "1"))), .garbled),
        ("a key twice", .raw(range(entry("p/a", "1"), entry("p/a", "2"))), .garbled),
        ("keys out of order", .raw(range(entry("p/b", "1"), entry("p/a", "2"))), .garbled),
        ("an empty page with more behind it", .raw(range(more: #","more":true"#)), .garbled),
        ("nesting without end", .raw(json("{\"a\":" + String(repeating: "[", count: 3000))), .garbled),
        ("a 404", .raw(json("404 page not found", status: "404 Not Found", type: "text/plain")), .garbled),
        ("a 204", .raw("HTTP/1.1 204 No Content\r\n\r\n"), .garbled),
        ("a redirect", .raw("HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n"), .garbled),
        ("a body that ends early", .rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"hea"), .garbled),
        ("a body without end", .raw("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"hea"), .unavailable),
        ("a body larger than the limit", .raw(json(String(repeating: " ", count: 5000))), .garbled),
        ("not HTTP", .rawThenClose("SSH-2.0-OpenSSH_9.2\r\n\r\n"), .garbled),
        ("silence", .silence, .unavailable),
        ("a closed connection", .close, .unavailable),
        (
            "no leader",
            .raw(json(#"{"error":"etcdserver: no leader","code":14}"#, status: "503 Service Unavailable")),
            .unavailable
        ),
        ("500 of a proxy", .raw(json("oh no", status: "500 Internal Server Error")), .unavailable),
        (
            "too many requests",
            .raw(json(#"{"error":"etcdserver: too many requests","code":8}"#, status: "429 Too Many Requests")),
            .unavailable
        ),
        (
            "a user who may not",
            .raw(json(#"{"error":"etcdserver: permission denied","code":7}"#, status: "403 Forbidden")), .denied
        ),
        (
            "a user who is asked for",
            .raw(json(#"{"error":"etcdserver: user name is empty","code":3}"#, status: "400 Bad Request")), .denied
        ),
        (
            "a certificate's name",
            .raw(
                json(
                    "CommonName of client sending a request against gateway will be ignored",
                    status: "400 Bad Request", type: "text/plain")), .denied
        ),
    ]

    @Test(arguments: faults.indices)
    func `a listing that is none is an error, and the watch tells it and goes on`(index: Int) async throws {
        let fault = Self.faults[index]
        let server = try ScriptedServer(Self.calm(Self.range(Self.entry("p/a", "1"))))
        let store = try store(server)
        var reader = WatchReader(store.watch(prefix: "p/"))
        #expect(await reader.next()?.values == ["p/a": "1"], "\(fault.name)")
        // The stream that is there stays silent: its member is asked, and answers like this.
        server.follow { _ in fault.answer }
        let error = await #expect(throws: KeyValueError.self, "\(fault.name)") { try await store.list(prefix: "p/") }
        #expect(error?.kind == fault.kind, "\(fault.name): \(error?.description ?? "")")
        server.hangUp()
        #expect(await reader.first { $0.error != nil }?.error?.kind == fault.kind, "\(fault.name)")
        server.follow(Self.calm(Self.range(Self.entry("p/a", "2"))))
        let back = await reader.first { $0.values != nil }
        #expect(back?.values == ["p/a": "2"], "\(fault.name)")
        #expect(back?.isFirstAfterOutage == true, "\(fault.name)")
    }

    /// What a stream says after its beginning, and what kind of error it is.
    static let babble: [(name: String, answer: ScriptedServer.Answer)] = [
        ("no JSON", stream(created + "<html>\n")),
        ("an empty object", stream(created + "{}\n")),
        ("a line without end", stream(created + String(repeating: "x", count: 5000))),
        (
            "an unknown type of event",
            stream(created + "{\"result\":{\(header),\"events\":[{\"type\":\"MOVE\",\"kv\":{}}]}}\n")
        ),
        ("an event without a key", stream(created + "{\"result\":{\(header),\"events\":[{\"kv\":{}}]}}\n")),
        ("its end", stream(created, ends: true)),
        (
            "an error",
            stream(
                created + #"{"error":{"grpc_code":14,"http_code":503,"message":"transport is closing"}}"#, ends: true)
        ),
        (
            "that it is cancelled",
            stream("{\"result\":{\(header),\"created\":true,\"canceled\":true,\"cancel_reason\":\"because\"}}\n")
        ),
        ("another cluster", stream(created.replacing("\"7\"", with: "\"8\""))),
        ("another's revision", stream(created.replacing("\"10\"", with: "\"9\""))),
        (
            "that it was compacted",
            stream("{\"result\":{\"header\":{\"cluster_id\":\"7\"},\"canceled\":true,\"compact_revision\":\"90\"}}\n")
        ),
    ]

    @Test(arguments: babble.indices)
    func `a stream that is none is begun anew, with a listing, and without a busy loop`(index: Int) async throws {
        let babble = Self.babble[index]
        let server = try ScriptedServer { target in
            target == "/v3/watch" ? babble.answer : .raw(Self.range(Self.entry("p/a", "1")))
        }
        let store = try store(server) { $0.limits.retry = .milliseconds(50) }
        var reader = WatchReader(store.watch(prefix: "p/"))
        #expect(await reader.next()?.values == ["p/a": "1"], "\(babble.name)")
        while server.bodies(of: "/v3/watch").count < 3 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(server.bodies(of: "/v3/kv/range").count >= 3, "\(babble.name)")
        server.follow(Self.calm(Self.range(Self.entry("p/a", "2"))))
        let back = await reader.first { $0.values == ["p/a": "2"] }
        #expect(back != nil, "\(babble.name)")
        // Twenty pauses that double from 50 ms are more than this takes.
        #expect(server.targets.count < 40, "\(babble.name): \(server.targets.count)")
    }

    @Test func `a watch begins after its listing's revision, and hears what changed with it`() async throws {
        let events =
            "{\"result\":{\(Self.header),\"events\":[{\"kv\":\(Self.entry("p/b", "2", revision: 11))},"
            + "{\"type\":\"DELETE\",\"kv\":{\"key\":\"\(Self.base64("p/a"))\",\"mod_revision\":\"12\"}}]}}\n"
        let server = try ScriptedServer { target in
            target == "/v3/watch"
                ? Self.stream(Self.created + events) : .raw(Self.range(Self.entry("p/a", "1")))
        }
        var reader = WatchReader(try store(server).watch(prefix: "p/"))
        #expect(await reader.next()?.values == ["p/a": "1"])
        let heard = await reader.next()
        #expect(heard?.values == ["p/b": "2"])
        #expect(heard?.index == 12)
        let asked = try #require(server.bodies(of: "/v3/watch").first)
        #expect(asked.contains(#""start_revision":"11""#))
        #expect(asked.contains(#""key":"\#(Self.base64("p/"))","range_end":"\#(Self.base64("p0"))""#))
    }

    @Test func `pages are of one revision, and a listing whose revision is compacted meanwhile is begun anew`()
        async throws
    {
        let compacted = Self.json(
            #"{"error":"etcdserver: mvcc: required revision has been compacted","code":11}"#, status: "400 Bad Request")
        let rounds = Guarded(0)
        let server = try ScriptedServer { _ in
            let round = rounds.change { round in
                round += 1
                return round
            }
            switch round {
            case 1, 3: return .raw(Self.range(Self.entry("p/a", "1"), Self.entry("p/b", "1"), more: #","more":true"#))
            case 2: return .raw(compacted)
            default: return .raw(Self.range(Self.entry("p/c", "1")))
            }
        }
        let listing = try await store(server).list(prefix: "p/")
        #expect(listing.entries.map(\.key) == ["p/a", "p/b", "p/c"])
        #expect(listing.index == 10)
        let asked = server.bodies(of: "/v3/kv/range")
        #expect(asked.count == 4)
        #expect(asked[0].contains(#""revision":"0""#))
        #expect(asked[3].contains(#""revision":"10""#))
        #expect(asked[3].contains(#""key":"\#(Self.base64("p/b\0"))""#))
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

    @Test func `another server's answer does not end a session`() async throws {
        let server = try ScriptedServer { _ in
            .raw(Self.json("404 page not found", status: "404 Not Found", type: "text/plain"))
        }
        await #expect(throws: KeyValueError.self) { try await store(server).renewSession("abc") }
        server.follow { _ in .raw(Self.json("{\"result\":{\(Self.header),\"ID\":\"2749\"}}")) }
        await #expect(throws: KeyValueError.self) { try await store(server).renewSession("abc") }
        server.follow { _ in .raw(Self.json("{\"result\":{\(Self.header),\"ID\":\"2748\"}}")) }
        #expect(try await !store(server).renewSession("abc"))
    }

    @Test func `a token is asked for once, and again when it is refused`() async throws {
        let refuses = Guarded(false)
        let logins = Guarded(0)
        let server = try ScriptedServer { target in
            if target == "/v3/auth/authenticate" {
                let count = logins.change { count in
                    count += 1
                    return count
                }
                refuses.change { $0 = false }
                return .raw(Self.json("{\(Self.header),\"token\":\"t\(count)\"}"))
            }
            if refuses.read({ $0 }) {
                return .raw(
                    Self.json(#"{"error":"etcdserver: invalid auth token","code":16}"#, status: "401 Unauthorized"))
            }
            return .raw(Self.range(Self.entry("p/a", "1")))
        }
        let store = try store(server) { $0.user = .init(name: "me", password: "s\"ecret") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<10 { group.addTask { _ = try await store.list(prefix: "p/") } }
            try await group.waitForAll()
        }
        #expect(server.bodies(of: "/v3/auth/authenticate") == [#"{"name":"me","password":"s\"ecret"}"#])
        refuses.change { $0 = true }
        #expect(try await store.list(prefix: "p/").entries.count == 1)
        #expect(server.bodies(of: "/v3/auth/authenticate").count == 2)
        // One that is refused for ever is not asked for for ever.
        server.follow { target in
            target == "/v3/auth/authenticate"
                ? .raw(Self.json("{\(Self.header),\"token\":\"t\"}"))
                : .raw(Self.json(#"{"error":"etcdserver: invalid auth token","code":16}"#, status: "401 Unauthorized"))
        }
        let error = await #expect(throws: KeyValueError.self) { try await store.list(prefix: "p/") }
        #expect(error?.kind == .denied)
        #expect(error?.description.contains("s\"ecret") == false)
    }
}
