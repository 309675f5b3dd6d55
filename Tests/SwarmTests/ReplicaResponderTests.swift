import DockerEngine
import KeyValue
import Logging
import Testing

@testable import Swarm

@Suite("What replicas do with requests", .timeLimit(.minutes(1)))
struct ReplicaResponderTests {
    /// Answers everything with its name.
    private struct Local: ManagerResponder {
        func reply(to request: ManagerRequest) async throws(RequestError) -> ManagerReply {
            .answer(ManagerAnswer(text: "local"))
        }
    }

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func request(_ target: String, mark: String? = nil) throws -> ManagerRequest {
        ManagerRequest(
            method: "GET", target: target, path: try #require(APIPath(target)),
            fields: [("X-Other", "1")] + (mark.map { [("x-swarm-replica", $0)] } ?? []), body: NoBody())
    }

    private func isLocal(_ reply: ManagerReply) -> Bool {
        if case .answer(let answer) = reply { answer == ManagerAnswer(text: "local") } else { false }
    }

    /// A manager that sees `primary` hold the lock.
    private func replica(of primary: String) async throws -> (ReplicaResponder, Task<Void, Never>) {
        let store = MemoryStore()
        let session = try await store.createSession(
            name: "", ttl: .seconds(600), behavior: .release, lockDelay: .zero)
        _ = try await store.acquire(
            "docker/swarm/leader", value: Array(primary.utf8), flags: 0, session: session)
        let leadership = Leadership(
            Leadership.Ballot(
                source: DiscoverySource.Store(store: store, keys: SwarmKeys(prefix: ""), kind: .plain),
                address: try #require(NodeAddress("10.0.0.1:4000")), timeToLive: .seconds(20), logger: logger))
        let run = Task { await leadership.run() }
        for await role in leadership.roles where role == .replica(of: primary) { break }
        return (ReplicaResponder(Local(), leadership: leadership, tls: nil, logger: logger), run)
    }

    @Test("a primary answers all itself")
    func primary() async throws {
        let responder = ReplicaResponder(Local(), leadership: Leadership(), tls: nil, logger: logger)
        #expect(isLocal(try await responder.reply(to: try request("/v1.40/containers/json"))))
        #expect(isLocal(try await responder.reply(to: try request("/containers/json", mark: "10.0.0.2:4000"))))
    }

    @Test("a replica tells of itself, and sends all else on as it stands")
    func forwards() async throws {
        let (responder, run) = try await replica(of: "10.0.0.2:4000")
        defer { run.cancel() }
        for target in ["/_ping", "/v1.40/_ping", "/v1.24/info", "/info"] {
            #expect(isLocal(try await responder.reply(to: try request(target))), "\(target)")
        }
        let reply = try await responder.reply(to: try request("/v1.40/containers/json?all=1"))
        guard case .splice(let splice) = reply else {
            Issue.record("no splice")
            return
        }
        #expect(splice.target == "/v1.40/containers/json?all=1")
        #expect(splice.engine.address == DockerAddress(.network(host: "10.0.0.2", port: 4000)))
        #expect(splice.fields?.map(\.name) == ["X-Other", "X-Swarm-Replica"])
        let error = splice.unreachable?(DockerError(.unreachable, "refused"))
        #expect(error == RequestError(500, "Unable to reach primary cluster manager (refused): 10.0.0.2:4000"))
    }

    @Test("what a replica has sent on goes no further")
    func endsLoops() async throws {
        let (responder, run) = try await replica(of: "10.0.0.2:4000")
        defer { run.cancel() }
        let error = await #expect(throws: RequestError.self) {
            try await responder.reply(to: try request("/containers/json", mark: "10.0.0.2:4000"))
        }
        #expect(error == RequestError(500, "No elected primary cluster manager"))
    }
}
