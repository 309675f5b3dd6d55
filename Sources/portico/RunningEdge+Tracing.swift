import Control
import Gateway
import Logging
import Spans

/// The export of an edge's spans.
extension EdgeCommand.RunningEdge {
    /// How long an edge that ends waits for its last spans to be sent.
    private static let lastSpansTime: Duration = .seconds(2)

    /// What sends spans as the configuration says; nil where it does not.
    static func exporter(
        _ configuration: EdgeConfiguration, _ gateway: Gateway, _ logger: Logger
    ) -> SpanExporter? {
        guard let tracing = configuration.tracing else { return nil }
        let resource = SpanResource(
            service: tracing.serviceName, version: VersionCommand.version, host: HostIdentity.systemName,
            more: tracing.attributes)
        return SpanExporter(tracing, of: gateway, as: resource, logger: logger)
    }

    /// Has the last spans sent, for as long as that may take.
    func finishSpans(_ exporting: Task<Void, Never>?) async {
        guard let exporting, let spans else { return }
        spans.hurry()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await exporting.value }
            group.addTask {
                // Cut short where they are sent sooner.
                try? await Task.sleep(for: Self.lastSpansTime)
                exporting.cancel()
            }
            await group.next()
            group.cancelAll()
        }
    }
}
