@testable import DockerEngine
import Logging
import Synchronization
import Testing

@testable import Registrator

/// The daemon's task over an engine and a registry in memory.
struct RegistratorRunTests {
    /// An engine that says what the test says.
    private final class ScriptedEngine: ContainerEngine {
        private let containers = Mutex<[String: ContainerDetails]>([:])
        private let messages: AsyncStream<EventFollower.Message>
        private let say: AsyncStream<EventFollower.Message>.Continuation

        init() {
            (messages, say) = AsyncStream.makeStream()
            say.yield(.connected)
        }

        func follow() -> AsyncStream<EventFollower.Message> { messages }

        func running() async throws -> [String] { containers.withLock { $0.keys.sorted() } }

        func inspect(_ id: String) async throws -> ContainerDetails? { containers.withLock { $0[id] } }

        func run(_ id: String, port: Int) {
            var container = RunCommand.container("--name \(id) -p \(port):80 lab:1")
            container.id = id
            let made = container
            containers.withLock { $0[id] = made }
            happen("start", id)
        }

        func remove(_ id: String, exitCode: Int = 0) {
            _ = containers.withLock { $0.removeValue(forKey: id) }
            happen("die", id, ["exitCode": "\(exitCode)"])
        }

        func happen(_ action: String, _ id: String, _ attributes: [String: String] = [:]) {
            say.yield(.event(EngineEvent(action: action, actorID: id, attributes: attributes, timeNano: 0)))
        }
    }

    private struct Running {
        let engine = ScriptedEngine()
        let registries: [RecordingRegistry]
        let stop: AsyncStream<Void>.Continuation
        let task: Task<RegistratorRun.Ending, Never>

        init(
            _ change: (inout RegistratorOptions) -> Void = { _ in },
            registries: [RecordingRegistry] = [RecordingRegistry()]
        ) {
            var options = RegistratorOptions()
            change(&options)
            self.registries = registries
            let (stops, stop) = AsyncStream<Void>.makeStream()
            self.stop = stop
            var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            logger.logLevel = .critical
            let run = RegistratorRun(
                settings: RegistratorSettings(options), reader: ServiceReader(.made()), engine: engine,
                registries: registries, surroundings: RegistratorRun.Surroundings(logger: logger, stops: stops))
            task = Task { await run.run() }
        }
    }

    private static let a = "lab-80/dh1:a:80 = 10.99.0.11:1"

    @Test(.timeLimit(.minutes(2)))
    func `all registries have what runs, and nothing when it has ended in order`() async {
        let run = Running(registries: [RecordingRegistry(), RecordingRegistry()])
        run.engine.run("a", port: 1)
        for registry in run.registries { await registry.wait { $0.tree == Self.a } }
        run.engine.run("b", port: 2)
        run.engine.remove("a")
        for registry in run.registries { await registry.wait { $0.tree == "lab-80/dh1:b:80 = 10.99.0.11:2" } }
        // Twice at once is once.
        run.stop.yield()
        run.stop.yield()
        #expect(await run.task.value == .done)
        for registry in run.registries {
            #expect(registry.view.tree == "")
            #expect(registry.view.calls.last == "leave")
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `entries stay at the end if they are to`() async {
        let run = Running { $0.keepsEntries = true }
        run.engine.run("a", port: 1)
        await run.registries[0].wait { $0.tree == Self.a }
        run.stop.yield()
        #expect(await run.task.value == .done)
        #expect(run.registries[0].view.tree == Self.a)
    }

    @Test(.timeLimit(.minutes(2)))
    func `on success, the entries of who failed stay at the end`() async {
        let run = Running { $0.deregister = "on-success" }
        run.engine.run("a", port: 1)
        run.engine.run("b", port: 2)
        await run.registries[0].wait { $0.tree.contains("dh1:b:80") && $0.tree.contains("dh1:a:80") }
        run.engine.remove("a", exitCode: 1)
        run.engine.remove("b", exitCode: 0)
        await run.registries[0].wait { $0.tree == Self.a }
        run.stop.yield()
        #expect(await run.task.value == .done)
        #expect(run.registries[0].view.tree == Self.a)
    }

    @Test(.timeLimit(.minutes(2)))
    func `a store that comes back empty is filled, and one that is away does not hold up another`() async {
        let run = Running({ $0.timeToLive = 2 }, registries: [RecordingRegistry(), RecordingRegistry()])
        run.engine.run("a", port: 1)
        for registry in run.registries { await registry.wait { $0.tree == Self.a } }
        run.registries[0].setAway(true, forgets: true)
        run.engine.run("b", port: 2)
        await run.registries[1].wait { $0.tree.contains("dh1:b:80") }
        let count = run.registries[0].view.calls.count
        await run.registries[0].wait { $0.calls.count > count }
        run.registries[0].setAway(false)
        await run.registries[0].wait { $0.tree.contains("dh1:a:80") && $0.tree.contains("dh1:b:80") }
        run.stop.yield()
        #expect(await run.task.value == .done)
    }

    @Test(.timeLimit(.minutes(2)))
    func `a store that never answers ends a run that was told not to wait`() async {
        let registry = RecordingRegistry()
        registry.setAway(true)
        let run = Running(
            {
                $0.retryAttempts = 1; $0.retryInterval = 1
            }, registries: [registry])
        #expect(await run.task.value == .failed)
        #expect(registry.view.calls == ["ping", "ping"])
    }
}
