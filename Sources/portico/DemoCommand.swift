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
        surroundings.onEvent = { event in
            switch event {
            case .installed(let installation): witness.tell(installation)
            case .appeared(let problem): witness.tell(problem)
            case .gone, .endpoint, .ordered: break
            }
        }
        let controller = Controller(store: store, configuration: configuration, surroundings: surroundings)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for backend in backends { group.addTask { await backend.run() } }
            let storePort = try await serve(store, quiet, in: &group)
            let stage = Stage(
                edgePort: ports[0], securePort: ports[1], storePort: storePort,
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

    /// Where the edge listens for https if nothing is said.
    private static let listenTLSDefault = "127.0.0.1:8443"

    /// A gateway that listens where it was asked to, and for https at a free port if nothing was asked for and the usual one
    /// is taken.
    private func bind(_ certificates: DevelopmentFolder) throws -> (EdgeConfiguration, Gateway) {
        var configuration = EdgeConfiguration()
        configuration.workers = 1
        configuration.certificateFolder = certificates.path
        var failure: any Error = Connection.Failure(description: "the edge listens nowhere")
        for secure in listenTLS.map({ [$0] }) ?? [Self.listenTLSDefault, "127.0.0.1:0"] {
            guard let address = ListenAddress(text: listen), let tls = ListenAddress(text: secure) else { continue }
            var source = CertificateSource()
            // Addresses are no names to ask for (RFC 6066 §3), and here there is but one certificate.
            source.fallback = .first
            configuration.listeners = [
                EdgeListener(address: address, name: listen),
                EdgeListener(tls: tls, name: secure, certificates: source),
            ]
            do {
                return (configuration, try Gateway(configuration: configuration.gateway))
            } catch {
                failure = error
            }
        }
        throw failure
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
