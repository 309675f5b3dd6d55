import Foundation
import Lab
import Logging
import Testing

@testable import KeyValue

/// The store against a real etcd, beyond what every store does.
@Suite(.timeLimit(.minutes(3)))
struct EtcdStoreTests {
    /// One server for tests that leave it as it is; each uses keys of its own.
    private static let shared = Result { try EtcdServer() }

    private func server() async throws -> EtcdServer { try await offPool { try Self.shared.get() } }

    @Test(arguments: ["", "/", "portico/"])
    func `a root stands before every key, and only there`(root: String) async throws {
        let server = try await server()
        let store = try StoreSpecimen.etcd(server.port, root: root)
        try await store.put("roots/a", value: [0x31], flags: 0)
        #expect(try await offPool { try server.api.get("\(root)roots/a") } == "1")
        try await offPool { try server.api.put("\(root)roots/b", "2") }
        #expect(try await store.get("/roots/b")?.value == [0x32])
        #expect(try await store.list(prefix: "roots/").entries.map(\.key) == ["roots/a", "roots/b"])
        var reader = WatchReader(store.watch(prefix: "roots/"))
        #expect(await reader.next()?.values == ["roots/a": "1", "roots/b": "2"])
        try await offPool { try server.api.put("\(root)roots/c", "3") }
        #expect(await reader.next()?.values?.keys.sorted() == ["roots/a", "roots/b", "roots/c"])
        try await store.deleteTree(prefix: "roots/")
        #expect(try await offPool { try server.api.get("\(root)roots/b") } == nil)
    }

    @Test func `keys that are no text are passed over`() async throws {
        let server = try await server()
        let store = try StoreSpecimen.etcd(server.port)
        try await store.put("octets/a", value: [0x31], flags: 0)
        let odd = Data(Array("octets/".utf8) + [0xFF, 0xFE]).base64EncodedString()
        var reader = WatchReader(store.watch(prefix: "octets/"))
        #expect(await reader.next()?.values == ["octets/a": "1"])
        try await offPool { _ = try server.api.call("kv/put", #"{"key": "\#(odd)", "value": "MQ=="}"#) }
        #expect(try await store.list(prefix: "octets/").entries.map(\.key) == ["octets/a"])
        try await store.put("octets/b", value: [0x32], flags: 0)
        #expect(await reader.next()?.values == ["octets/a": "1", "octets/b": "2"])
        let error = await #expect(throws: KeyValueError.self) { try await store.put("a\0b", value: [], flags: 0) }
        #expect(error?.kind == .invalid)
    }

    @Test func `a listing in pages is of one revision, while others write`() async throws {
        let server = try await server()
        let store = try StoreSpecimen.etcd(server.port) { $0.limits.pageEntries = 7 }
        for number in 0..<50 { try await store.put("pages/\(number)", value: [0x30], flags: 0) }
        let writing = Task {
            // Each round moves every key's value on; a page of another revision would mix two rounds more than one apart.
            var round = 0
            while !Task.isCancelled {
                round += 1
                for number in 0..<50 {
                    try await store.put("pages/\(number)", value: Array("\(round)".utf8), flags: 0)
                }
            }
        }
        for _ in 0..<20 {
            let listing = try await store.list(prefix: "pages/")
            #expect(listing.entries.count == 50)
            #expect(listing.entries.allSatisfy { $0.modifyIndex <= listing.index })
            let rounds = Set(listing.entries.map { Int(String(decoding: $0.value, as: UTF8.self)) ?? -1 })
            #expect((rounds.max() ?? 0) - (rounds.min() ?? 0) <= 1, "\(rounds)")
        }
        writing.cancel()
        _ = await writing.result
    }

    @Test func `a change is heard within milliseconds of the write's answer`() async throws {
        let store = try StoreSpecimen.etcd(try await server().port)
        var reader = WatchReader(store.watch(prefix: "latency/"))
        _ = await reader.next()
        let clock = ContinuousClock()
        var delays: [Duration] = []
        for round in 0..<100 {
            let value = Array("10.0.0.\(round):80".utf8)
            try await store.put("latency/a", value: value, flags: 0)
            let answered = clock.now
            let heard = await reader.next()
            delays.append(clock.now - answered)
            #expect(heard?.values?["latency/a"] == String(decoding: value, as: UTF8.self))
        }
        delays.sort()
        print("etcd: write's answer to event: median \(delays[50]), p95 \(delays[95]), worst \(delays[99])")
        #expect(delays[50] < .milliseconds(10))
    }

    @Test func `a watch outlives compactions, and one that begins again after them has the newest state`() async throws
    {
        let server = try await offPool { try EtcdServer(isPersistent: true) }
        let store = try StoreSpecimen.etcd(server.port)
        try await store.put("c/a", value: [0x30], flags: 0)
        var reader = WatchReader(store.watch(prefix: "c/"))
        #expect(await reader.next()?.values == ["c/a": "0"])
        for round in 1...9 {
            try await store.put("c/a", value: Array("\(round)".utf8), flags: 0)
            try await offPool { try server.api.compact() }
        }
        #expect(await reader.first { $0.values == ["c/a": "9"] }?.isFirstAfterOutage == false)
        try await offPool {
            try server.stop()
            try server.start()
            try server.api.put("c/b", "1")
            try server.api.compact()
        }
        let back = await reader.first { $0.values == ["c/a": "9", "c/b": "1"] }
        #expect(back?.isRegressed == false)
    }

    @Test func `a store that hangs is noticed, and that it goes on again`() async throws {
        let server = try await offPool { try EtcdServer() }
        let store = try StoreSpecimen.etcd(server.port) { configuration in
            configuration.limits.answer = .seconds(1)
            configuration.limits.silence = .milliseconds(500)
            configuration.limits.pulse = .seconds(1)
        }
        try await store.put("hang/a", value: [0x31], flags: 0)
        var reader = WatchReader(store.watch(prefix: "hang/"))
        #expect(await reader.next()?.values == ["hang/a": "1"])
        server.freeze()
        let outage = await reader.first { $0.error != nil }
        #expect(outage?.error?.description.contains("no answer in time") == true)
        server.thaw()
        let back = await reader.first { $0.values != nil }
        #expect(back?.values == ["hang/a": "1"])
        #expect(back?.isRegressed == false)
        #expect(back?.isFirstAfterOutage == true)
    }

    @Test func `the next address answers when the first does not`() async throws {
        let server = try await server()
        let nobody = try FreePort.next()
        let broken = try ScriptedServer { _ in .raw("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n") }
        let store = try StoreSpecimen.etcd(nobody, broken.port, server.port)
        try await store.put("failover/a", value: [1], flags: 0)
        #expect(try await store.compareAndSet("failover/b", value: [1], flags: 0, index: 0))
        #expect(broken.targets.count == 1)
        var reader = WatchReader(store.watch(prefix: "failover/"))
        #expect(await reader.next()?.values?.count == 2)
    }

    @Test func `a value that is too large is refused with what would be right`() async throws {
        let store = try StoreSpecimen.etcd(try await server().port)
        for size in [1_600_000, 3_000_000] {
            let error = await #expect(throws: KeyValueError.self) {
                try await store.put("large/a", value: [UInt8](repeating: 0, count: size), flags: 0)
            }
            #expect(error?.kind == .invalid)
            #expect(error?.description.contains("--max-request-bytes") == true, "\(error?.description ?? "")")
        }
    }

    @Test func `what etcdctl writes is read, and etcdctl reads what is written`() async throws {
        let server = try await server()
        let store = try StoreSpecimen.etcd(server.port, root: "/")
        let etcdctl = { @Sendable (arguments: [String]) in
            try Command.run(
                "etcdctl", ["--endpoints=127.0.0.1:\(server.port)"] + arguments, environment: ["ETCDCTL_API": "3"])
        }
        #expect(try await offPool { try etcdctl(["put", "/ctl/a", "10.0.0.5:80"]) }.isSuccess)
        #expect(try await store.get("ctl/a")?.value == Array("10.0.0.5:80".utf8))
        let session = try await store.createSession(
            name: "s", ttl: .seconds(60), behavior: .delete, lockDelay: .zero)
        #expect(try await store.acquire("ctl/b", value: [0x32], flags: 0, session: session))
        let got = try await offPool { try etcdctl(["get", "--prefix", "/ctl/"]) }
        #expect(got.lines == ["/ctl/a", "10.0.0.5:80", "/ctl/b", "2"])
        let leases = try await offPool { try etcdctl(["lease", "list"]) }
        #expect(leases.lines.contains(session), "\(leases.text)")
    }
}
