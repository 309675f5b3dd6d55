import Foundation
import Lab
import Logging
import Testing

@testable import KeyValue

/// Users, tokens and TLS, against a real etcd.
@Suite(.timeLimit(.minutes(3)))
struct EtcdSecurityTests {
    private static func open(_ url: String, _ environment: [String: String] = [:]) throws -> any KeyValueStore {
        try openStore(StoreURL(url), environment: environment, logger: Logger(label: "test"))
    }

    @Test func `users are who their passwords say, and may what their roles say`() async throws {
        let server = try await offPool {
            let server = try EtcdServer(isPersistent: true)
            try server.api.put("services/a", "1")
            try server.api.enableUsers(root: "r@ot/1", readers: ["edge": "look"], prefix: "services/")
            return server
        }
        let root = try Self.open("etcd://root:r%40ot%2F1@127.0.0.1:\(server.port)")
        #expect(!root.name.contains("ot"))
        try await root.put("services/b", value: [0x32], flags: 0)
        let edge = try Self.open(
            "etcd://127.0.0.1:\(server.port)", ["ETCDCTL_USER": "edge:look"])
        #expect(try await edge.list(prefix: "services/").entries.count == 2)
        var reader = WatchReader(edge.watch(prefix: "services/"))
        #expect(await reader.next()?.values == ["services/a": "1", "services/b": "2"])
        let write = await #expect(throws: KeyValueError.self) {
            try await edge.put("services/c", value: [], flags: 0)
        }
        #expect(write?.kind == .denied)
        let elsewhere = await #expect(throws: KeyValueError.self) { try await edge.list(prefix: "secret/") }
        #expect(elsewhere?.kind == .denied)
        var other = WatchReader(edge.watch(prefix: "secret/"))
        #expect(await other.next()?.error?.kind == .denied)
        for (url, words) in [
            ("etcd://127.0.0.1:\(server.port)", "user name is empty"),
            ("etcd://edge:wrong@127.0.0.1:\(server.port)", "authentication failed"),
        ] {
            let error = await #expect(throws: KeyValueError.self) { try await Self.open(url).list(prefix: "services/") }
            #expect(error?.kind == .denied)
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
            #expect(error?.description.contains("wrong") == false)
        }
        // A restart forgets all tokens; reads, writes and watches go on with new ones.
        try await offPool {
            try server.stop()
            try server.start()
        }
        try await root.put("services/c", value: [0x33], flags: 0)
        #expect(await reader.first { $0.values?.count == 3 } != nil)
        #expect(try await edge.get("services/c")?.value == [0x33])
    }

    @Test func `users may be asked for, and no longer, while the store is used`() async throws {
        let server = try await offPool { try EtcdServer() }
        let store = try Self.open("etcd://root:pw@127.0.0.1:\(server.port)")
        try await store.put("a", value: [0x31], flags: 0)
        try await offPool { try server.api.enableUsers(root: "pw", prefix: "a") }
        try await store.put("a", value: [0x32], flags: 0)
        var reader = WatchReader(store.watch(prefix: "a"))
        #expect(await reader.next()?.values == ["a": "2"])
    }

    @Test func `TLS verifies the server, shows a certificate, and says what is wrong`() async throws {
        let (authority, certificate) = try await offPool {
            let authority = try TestAuthority()
            return (authority, try authority.issue("localhost", "127.0.0.1"))
        }
        let server = try await offPool { try EtcdServer(certificate: certificate) }
        let port = try #require(server.securePort)
        let store = try Self.open("etcds://127.0.0.1:\(port)/portico", ["ETCDCTL_CACERT": authority.certificate])
        #expect(store.name == "etcds://127.0.0.1:\(port)/portico/")
        try await store.put("a", value: [0x31], flags: 0)
        #expect(try await offPool { try server.api.get("portico/a") } == "1")
        var reader = WatchReader(store.watch(prefix: "a"))
        #expect(await reader.next()?.values == ["a": "1"])
        let stranger = try await offPool { try TestAuthority("Stranger") }
        for environment in [["ETCDCTL_CACERT": stranger.certificate], [:]] {
            let error = await #expect(throws: KeyValueError.self) {
                try await Self.open("etcds://127.0.0.1:\(port)", environment).get("a")
            }
            #expect(error?.kind == .unavailable)
            #expect(error?.description.contains("ETCDCTL_CACERT") == true, "\(error?.description ?? "")")
        }
        let careless = try Self.open(
            "etcd://",
            [
                "ETCDCTL_ENDPOINTS": "https://127.0.0.1:\(port)", "ETCDCTL_INSECURE_SKIP_TLS_VERIFY": "true",
            ])
        #expect(try await careless.get("portico/a")?.value == [0x31])
        // In the clear, to the port of TLS.
        let clear = await #expect(throws: KeyValueError.self) {
            try await Self.open("etcd://127.0.0.1:\(port)").get("a")
        }
        #expect(clear != nil)
    }

    @Test func `a client's certificate is shown where one is asked for`() async throws {
        let (authority, certificate, client) = try await offPool {
            let authority = try TestAuthority()
            return try (authority, authority.issue("localhost", "127.0.0.1"), authority.issue("client.example.com"))
        }
        let server = try await offPool { try EtcdServer(certificate: certificate, clientAuthority: authority) }
        let port = try #require(server.securePort)
        var environment = ["ETCDCTL_CACERT": authority.certificate]
        let without = await #expect(throws: KeyValueError.self) {
            try await Self.open("etcds://127.0.0.1:\(port)", environment).get("a")
        }
        #expect(without?.kind == .unavailable)
        environment["ETCDCTL_CERT"] = client.certificate
        environment["ETCDCTL_KEY"] = client.key
        let store = try Self.open("etcds://127.0.0.1:\(port)", environment)
        do throws(KeyValueError) {
            try await store.put("a", value: [0x31], flags: 0)
            let entry = try await store.get("a")
            #expect(entry?.value == [0x31])
        } catch {
            // etcd 3.4's gateway refuses certificates that name somebody, and the error says so.
            #expect(error.kind == .denied)
            #expect(error.description.contains("common name"), "\(error)")
        }
    }
}
