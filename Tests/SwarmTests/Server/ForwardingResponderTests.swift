import Lab
import Logging
import Synchronization
import Testing

@testable import Swarm

@Suite struct ForwardingResponderTests {
    /// Says who it is, and what it was asked.
    private struct Local: ManagerResponder {
        var name: String

        func reply(to request: ManagerRequest) async throws(RequestError) -> ManagerReply {
            let mark = request.field(ForwardingResponder.mark) ?? "-"
            let body = String(decoding: try await request.body.collect(upTo: 1_000), as: UTF8.self)
            return .answer(ManagerAnswer(text: "\(name) \(request.method) \(request.target) \(mark) \(body)"))
        }
    }

    /// A manager of that role, which tests may change.
    private final class Roles: Sendable {
        let role = Mutex(ClusterReport.Role.replica(of: nil))
        let waits = Mutex<[Duration]>([])
    }

    private static func run(
        _ name: String, _ roles: Roles, _ body: (ScriptedManager) async throws -> Void
    ) async throws {
        let responder = ForwardingResponder(
            Local(name: name), address: "10.0.0.1:4000", tls: nil, logger: ScriptedManager.quiet
        ) { patience in
            roles.waits.withLock { $0.append(patience) }
            return roles.role.withLock { $0 }
        }
        try await ScriptedManager.run { request throws(RequestError) in
            try await responder.reply(to: request)
        } _: {
            try await body($0)
        }
    }

    private static func get(_ target: String, _ more: String = "") -> String {
        "GET \(target) HTTP/1.1\r\nHost: docker\r\n\(more)\r\n"
    }

    @Test func `the primary answers itself`() async throws {
        let roles = Roles()
        roles.role.withLock { $0 = .primary }
        try await Self.run("one", roles) { manager in
            let answer = try await manager.exchange(Self.get("/v1.45/containers/json"))
            #expect(answer.text == "one GET /v1.45/containers/json - ")
            #expect(roles.waits.withLock { $0 } == [ForwardingResponder.patience])
        }
    }

    @Test func `a replica sends on all but what it says of itself`() async throws {
        let (first, second) = (Roles(), Roles())
        first.role.withLock { $0 = .primary }
        try await Self.run("one", first) { primary in
            second.role.withLock { $0 = .replica(of: "127.0.0.1:\(primary.port)") }
            try await Self.run("two", second) { replica in
                let post =
                    "POST /v1.45/x?a=b%20c HTTP/1.1\r\nHost: docker\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"
                let sent = try await replica.exchange(post, method: "POST")
                #expect(sent.text == "one POST /v1.45/x?a=b%20c 10.0.0.1:4000 body")
                for target in ["/_ping", "/v1.45/info"] {
                    let own = try await replica.exchange(Self.get(target))
                    #expect(own.text == "two GET \(target) - ")
                }
            }
        }
    }

    @Test func `a request is not sent on twice, nor to oneself, nor to nobody`() async throws {
        let (first, second) = (Roles(), Roles())
        try await Self.run("one", first) { one in
            try await Self.run("two", second) { two in
                first.role.withLock { $0 = .replica(of: "127.0.0.1:\(two.port)") }
                second.role.withLock { $0 = .replica(of: "127.0.0.1:\(one.port)") }
                for _ in 0..<2 {
                    let answer = try await one.exchange(Self.get("/v1.45/version"))
                    #expect(answer.status == 500)
                    #expect(answer.text == #"{"message":"No elected primary cluster manager"}"#)
                    first.role.withLock { $0 = .replica(of: "10.0.0.1:4000") }
                }
                first.role.withLock { $0 = .replica(of: nil) }
                let nobody = try await one.exchange(Self.get("/v1.45/version"))
                #expect(nobody.status == 500)
            }
        }
    }

    @Test func `a primary that cannot be reached is named`() async throws {
        let backend = try TestBackend("gone")
        backend.stop()
        let roles = Roles()
        roles.role.withLock { $0 = .replica(of: backend.address) }
        try await Self.run("two", roles) { manager in
            let answer = try await manager.exchange(Self.get("/v1.45/version"))
            #expect(answer.status == 500)
            let reason = "Unable to reach primary cluster manager (connection refused): \(backend.address)"
            #expect(answer.text == #"{"message":"\#(reason)"}"#)
        }
    }
}
