import DockerEngine
import Lab
import Logging
import Synchronization

@testable import Swarm

/// A cluster of fake engines, all of them taken in, and who answers requests about it.
final class TestCluster: Sendable {
    let engines: FakeEngines
    let cluster: Cluster
    let responder: ClusterResponder
    /// Where it is kept which engines are drained.
    let maintenance = MemoryMaintenance()

    /// A cluster whose engine of each index is in `zone` z1, z2 and so on.
    ///
    /// - Parameters:
    ///   - face: what the manager tells of itself.
    ///   - script: what engines answer from the start in place of what they would.
    ///   - retries: how often a creation that failed is tried again.
    ///   - confirmLeadership: throws where the manager is not to place anything.
    init(
        count: Int, containers: Int = 0, face: ManagerFace = ManagerFace(), script: FakeEngines.Script? = nil,
        retries: Int = 0, confirmLeadership: @escaping @Sendable () async throws(RequestError) -> Void = {}
    ) async throws {
        engines = try FakeEngines(count: count, containers: containers) { ["zone=z\($0 + 1)"] }
        if let script { engines.play(script) }
        var settings = ClusterSettings()
        settings.failuresMax = 1
        cluster = Cluster(settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let creator = ContainerCreator(cluster: cluster, retries: retries, confirmLeadership: confirmLeadership)
        var responder = ClusterResponder(creator: creator, maintenance: maintenance)
        responder.face = face
        self.responder = responder
        let changes = cluster.changes()
        for address in engines.addresses {
            guard let address = NodeAddress(address) else { continue }
            cluster.add(address)
        }
        guard count > 0 else { return }
        var connected = 0
        for await change in changes where change.kind == .connected {
            connected += 1
            if connected == count { break }
        }
    }

    deinit {
        cluster.shutDown()
    }

    /// Waits until an engine that refuses connections has none left that was made before; its standing takes no note.
    ///
    /// What is asked for on one that is just being closed may have been done, and is not tried elsewhere.
    func waitForRefusal(_ index: Int) async throws {
        guard let member = NodeAddress(engines.addresses[index]).flatMap({ cluster.member($0) }) else { return }
        for _ in 0..<100 {
            do throws(DockerError) {
                _ = try await member.client.exchange(EngineCall("GET", "/info", what: "wait"))
            } catch {
                if error.kind == .unreachable { return }
            }
        }
        throw LabError("engine \(index) still answers, or fails otherwise")
    }

    /// What a request is answered with.
    struct Answer {
        var status: Int
        var octets: [UInt8]
        /// The target at an engine, where the request goes on to one.
        var target: String?

        var text: String { String(decoding: octets, as: UTF8.self) }
        var json: JSONValue { (try? JSONValue(parsing: octets)) ?? .null }
        /// Lines of progress: `ID: status`, and errors.
        var progress: [String] {
            octets.split(separator: UInt8(ascii: "\n")).map { line in
                let document = (try? JSONValue(parsing: Array(line))) ?? .null
                if let error = document["error"].text { return "error: \(error)" }
                return "\(document["id"].text ?? ""): \(document["status"].text ?? document["stream"].text ?? "")"
            }
        }
    }

    /// The answer to a request; errors are answers, too.
    func ask(
        _ method: String, _ target: String, _ body: any RequestBody = PiecewiseBody("")
    ) async throws -> Answer {
        guard let path = APIPath(target) else { return Answer(status: 400, octets: []) }
        let request = ManagerRequest(method: method, target: target, path: path, fields: [], body: body)
        let reply: ManagerReply
        do {
            reply = try await responder.reply(to: request)
        } catch {
            return Answer(status: error.status, octets: Array(error.message.utf8))
        }
        switch reply {
        case .answer(let answer): return Answer(status: answer.status, octets: answer.body)
        case .stream(let answer, let body):
            let writer = CollectingWriter()
            try await body(writer)
            return Answer(status: answer.status, octets: writer.octets)
        case .splice(let splice):
            return Answer(status: 0, octets: Array("\(splice.engine.address)".utf8), target: splice.target)
        }
    }

    func ask(_ method: String, _ target: String, _ body: String) async throws -> Answer {
        try await ask(method, target, PiecewiseBody(body))
    }
}

/// Keeps what is written.
final class CollectingWriter: ReplyWriter {
    private let written = Mutex<[UInt8]>([])

    var octets: [UInt8] { written.withLock(\.self) }

    func write(_ octets: [UInt8]) async throws {
        written.withLock { $0 += octets }
    }
}
