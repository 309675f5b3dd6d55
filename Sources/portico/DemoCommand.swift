import Admin
import ArgumentParser
import Certificates
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
    @Option(
        name: .customLong("listen-tls"),
        help: "Where the edge listens for https. Default: 127.0.0.1:8443, or a free port if that is taken.")
    var listenTLS: String?
    @Option(help: "Where the store's API listens. Default: 127.0.0.1:8500, or a free port if that is taken.")
    var storeListen: String?
    @Option(
        help: "Where the dashboard and the admin API are. Default: 127.0.0.1:9090, or a free port if that is taken.")
    var admin: String?
    @Flag(help: "Take the tour by itself and end, rather than wait for you to take it.") var tour = false

    func run() async throws {
        for (flag, text) in [("--listen", listen), ("--listen-tls", listenTLS ?? Self.listenTLSDefault)] {
            guard case .ip? = ListenAddress(text: text) else {
                KVCommand.tell("\(flag): \"\(text)\": an address is :8080 or 127.0.0.1:8080")
                throw ExitCode(2)
            }
        }
        let directory = FileManager.default.temporaryDirectory.path + "/portico-demo-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do {
            try await run(in: directory)
        } catch let code as ExitCode {
            throw code
        } catch {
            KVCommand.tell("\(error)")
            throw ExitCode(1)
        }
    }

    private func run(in directory: String) async throws {
        let signals = EdgeCommand.SignalStream()
        let store = try EmbeddedStore(directory: directory)
        let backends = try ["web-1", "web-2", "web-3"].map { try Backend(name: $0) }
        for backend in backends.dropLast() {
            try await store.put(Stage.key(backend), value: Array(backend.address.utf8), flags: 0)
        }
        let certificates = DevelopmentFolder(path: "\(directory)/certs")
        _ = try certificates.issue(DevelopmentAuthority.Request(names: Stage.certificateNames))
        let (configuration, gateway) = try bind(certificates)
        let ports = gateway.listenAddresses.map { address -> UInt16 in
            guard case .ip(let address) = address else { return 0 }
            return address.port
        }
        let witness = Witness(backends)
        let quiet = Logger(label: "portico.demo") { _ in SwiftLogNoOpLogHandler() }
        var surroundings = Controller.Surroundings(installer: gateway, logger: quiet)
        surroundings.certificateInstaller = gateway
        surroundings.endpointEvents = gateway.endpointEvents
        let journal = AdminJournal()
        surroundings.onEvent = { event in
            journal.note(event)
            switch event {
            case .installed(let installation): witness.tell(installation)
            case .appeared(let problem): witness.tell(problem)
            case .gone, .endpoint, .ordered: break
            }
        }
        let controller = Controller(store: store, configuration: configuration, surroundings: surroundings)
        let subject = AdminSubject(
            gateway: gateway, controller: controller, configuration: configuration, store: "the demo's",
            version: VersionCommand.version, journal: journal)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for backend in backends { group.addTask { await backend.run() } }
            let storePort = try await serve(store, quiet, in: &group)
            let adminPort = try await serve(subject, quiet, in: &group)
            let stage = Stage(
                edgePort: ports[0], securePort: ports[1], storePort: storePort, adminPort: adminPort,
                authority: certificates.authorityPath, backends: backends)
            try await store.put(Stage.redirectKey, value: Array(stage.redirect.utf8), flags: 0)
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
}
