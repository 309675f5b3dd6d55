import Admin
import Control
import KeyValue
import Logging

/// The admin API of an edge.
extension EdgeCommand.RunningEdge {
    /// How long an edge that has taken over waits for the address that its predecessor is letting go of.
    private static let addressTime: Duration = .seconds(30)

    private var adminServer: AdminServer? {
        guard let address = configuration.admin.address else { return nil }
        var subject = AdminSubject(
            gateway: gateway, controller: controller, configuration: configuration, store: store.name,
            version: VersionCommand.version, journal: journal, logLevel: levels)
        subject.spans = spans
        return AdminServer(subject, address: address, configuration: configuration.admin, logger: logger)
    }

    /// Serves the admin API; throws if it cannot be served where somebody has asked for it.
    func serveAdmin(in group: inout ThrowingTaskGroup<Void, any Error>) async throws {
        guard let server = adminServer else { return }
        group.addTask { [logger] in
            do {
                try await server.run()
            } catch {
                // Whether that matters is decided where the port is asked for.
                logger.debug("the admin API has ended: \(error)")
            }
        }
        do {
            _ = try await server.boundPort()
        } catch {
            guard !configuration.admin.isChosen else { throw error }
            logger.warning("there is no admin API and no metrics: \(error): --admin ADDR chooses another address")
        }
    }

    /// Serves the admin API of an edge that has taken over: as soon as its predecessor has let go of the address.
    func serveAdminInTime() async {
        let deadline = ContinuousClock.now + Self.addressTime
        while let server = adminServer {
            do {
                try await server.run()
                return
            } catch {
                guard !Task.isCancelled else { return }
                guard ContinuousClock.now < deadline else {
                    logger.error("there is no admin API and no metrics: \(error)")
                    return
                }
            }
            // Cut short where the task is cancelled: then the next turn ends.
            try? await Task.sleep(for: .milliseconds(100))
        }
    }
}
