import Admin
import Certificates
import Control
import Gateway
import KeyValue
import Logging

/// What listens in a demo: each where it was asked to, or, if nothing was asked for and the usual place is taken, at a free
/// port.
extension DemoCommand {
    /// Where the edge listens for https if nothing is said.
    static let listenTLSDefault = "127.0.0.1:8443"
    /// A port of the kernel's choice.
    private static let anyPort = "127.0.0.1:0"

    /// A gateway that listens for http and https.
    func bind(_ certificates: DevelopmentFolder) throws -> (EdgeConfiguration, Gateway) {
        var configuration = EdgeConfiguration()
        configuration.workers = 1
        configuration.certificateFolder = certificates.path
        var failure: any Error = Connection.Failure(description: "the edge listens nowhere")
        for secure in listenTLS.map({ [$0] }) ?? [Self.listenTLSDefault, Self.anyPort] {
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

    /// Serves the store's API.
    ///
    /// - Returns: its port.
    func serve(
        _ store: EmbeddedStore, _ logger: Logger, in group: inout ThrowingTaskGroup<Void, any Error>
    ) async throws -> Int {
        var failure: (any Error)?
        for address in storeListen.map({ [$0] }) ?? [EdgeCommand.RunningEdge.storeListenDefault, Self.anyPort] {
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

    /// Serves the dashboard and the admin API.
    ///
    /// - Returns: its port.
    func serve(
        _ subject: AdminSubject, _ logger: Logger, in group: inout ThrowingTaskGroup<Void, any Error>
    ) async throws -> Int {
        var failure: (any Error)?
        for address in admin.map({ [$0] }) ?? [AdminConfiguration.addressDefault, Self.anyPort] {
            let server = AdminServer(subject, address: address, configuration: AdminConfiguration(), logger: logger)
            group.addTask { _ = try? await server.run() }
            do {
                return try await server.boundPort()
            } catch {
                failure = error
            }
        }
        throw failure ?? Connection.Failure(description: "the admin API listens nowhere")
    }
}
