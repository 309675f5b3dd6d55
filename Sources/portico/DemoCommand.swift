import ArgumentParser
import Control
import FoundationEssentials
import Gateway
import KeyValue
import Logging
import Routing
import Reactor

/// `portico demo`: a store, three backends and the edge in one process.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "See it work: a store, three small backends and the edge, until Ctrl-C.",
        discussion: "Nothing is kept: the store lies in a temporary directory that is removed at the end.")

    @Option(help: "Where the edge listens.") var listen = "127.0.0.1:8080"
    @Option(help: "Where the store's API listens. Default: 127.0.0.1:8500, or a free port if that is taken.")
    var storeListen: String?
    @Flag(help: "Take the tour by itself and end, rather than wait for you to take it.") var tour = false

    func run() async throws {
        guard let address = ListenAddress(text: listen), case .ip = address else {
            KVCommand.tell("--listen: \"\(listen)\": an address is :8080 or 127.0.0.1:8080")
            throw ExitCode(2)
        }
        let directory = FileManager.default.temporaryDirectory.path + "/portico-demo-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do {
            try await run(address, directory: directory)
        } catch let code as ExitCode {
            throw code
        } catch {
            KVCommand.tell("\(error)")
            throw ExitCode(1)
        }
    }

    private func run(_ address: ListenAddress, directory: String) async throws {
        let signals = EdgeCommand.SignalStream()
        let store = try EmbeddedStore(directory: directory)
        let backends = try ["web-1", "web-2", "web-3"].map { try Backend(name: $0) }
        for backend in backends.dropLast() {
            try await store.put(Stage.key(backend), value: Array(backend.address.utf8), flags: 0)
        }
        var configuration = EdgeConfiguration()
        configuration.listeners = [ListenerConfiguration(address: address, name: listen)]
        configuration.workers = 1
        let gateway = try Gateway(configuration: configuration.gateway)
        guard case .ip(let bound)? = gateway.listenAddresses.first else { return }
        let witness = Witness(backends)
        let quiet = Logger(label: "portico.demo") { _ in SwiftLogNoOpLogHandler() }
        var surroundings = Controller.Surroundings(installer: gateway, logger: quiet)
        surroundings.onInstall = { witness.tell($0) }
        surroundings.onProblem = { witness.tell($0) }
        let controller = Controller(store: store, configuration: configuration, surroundings: surroundings)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for backend in backends { group.addTask { await backend.run() } }
            let storePort = try await serve(store, quiet, in: &group)
            let stage = Stage(edgePort: bound.port, storePort: storePort, backends: backends)
            KVCommand.writeLine(stage.introduction)
            group.addTask { await controller.run() }
            _ = await controller.waitUntilReady(timeout: .seconds(5))
            try gateway.start()
            if tour {
                try await stage.takeTour(witness)
            } else {
                KVCommand.writeLine(stage.invitation)
                for await signal in signals.signals where signal == .stop { break }
                KVCommand.writeLine("\nThat was it: nothing is left behind.")
            }
            _ = await gateway.drain(timeout: .seconds(1))
            group.cancelAll()
            while await group.nextResult() != nil {}
        }
        try await store.close()
    }

    /// Serves the store where it was asked for, or at a free port if nothing was asked for and the usual one is taken.
    private func serve(
        _ store: EmbeddedStore, _ logger: Logger, in group: inout ThrowingTaskGroup<Void, any Error>
    ) async throws -> Int {
        let usual = EdgeCommand.RunningEdge.storeListenDefault
        var failure: (any Error)?
        for address in storeListen.map({ [$0] }) ?? [usual, "127.0.0.1:0"] {
            let server = ConsulAPIServer(store: store, address: address, logger: logger)
            // What keeps it from listening is told by boundPort.
            group.addTask { _ = try? await server.run() }
            do {
                return try await server.boundPort()
            } catch {
                failure = error
            }
        }
        throw failure ?? Connection.Failure(description: "the store's API listens nowhere")
    }
}
