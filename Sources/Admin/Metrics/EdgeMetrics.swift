internal import Control
internal import Gateway
internal import Routing
internal import Spans

/// All that is measured of an edge at one moment, and its exposition.
///
/// What services, routes and endpoints have is written for so many of each at the most, the first in the table's order, so
/// that a scraper is not drowned; the others are summed, and how many they are is told.
struct EdgeMetrics {
    /// The most services, routes and endpoints with metrics of their own.
    struct Caps: Sendable {
        var services = 5_000
        var routes = 5_000
        var endpoints = 20_000
        /// Services whose durations are told, each with a line a range.
        var histograms = 1_000
    }

    let version: String
    let seen: GatewayObservation
    let status: ControllerStatus
    let times: TableTimes
    let isReady: Bool
    let problems: (warnings: Int, notices: Int)
    let process: ProcessFigures
    let caps: Caps
    /// The labels of the table's, by `caps`.
    let labels: TableLabels
    var spans = SpanFigures()

    /// The whole text.
    func exposition() -> [UInt8] {
        // A hundred octets a line: 20 lines an endpoint, 20 and a histogram a service, a dozen a route.
        var writer = ExpositionWriter(
            capacity: 2000 * labels.endpoints.count + 6000 * labels.services.count + 1200 * labels.routes.count
                + 64 << 10)
        writeWhole(&writer)
        writeTable(&writer)
        writeListeners(&writer)
        writeRoutes(&writer)
        writeServices(&writer)
        writeEndpoints(&writer)
        writeProcess(&writer)
        return writer.octets
    }

    private func writeWhole(_ writer: inout ExpositionWriter) {
        typealias Whole = MetricCatalogue.Whole
        let totals = seen.totals
        writer.begin(Whole.build)
        writer.sample(.init(("version", version)), 1)
        writer.single(Whole.ready, isReady ? 1 : 0)
        writer.single(Whole.workers, totals.workers)
        writer.single(Whole.connectionLimit, totals.connectionsMaximum)
        writer.begin(Whole.refusedConnections)
        writer.sample(.init(("reason", "limit")), totals.refusals.limit)
        writer.sample(.init(("reason", "descriptors")), totals.refusals.descriptors)
        writer.sample(.init(("reason", "address")), totals.refusals.address)
        writer.single(Whole.malformed, totals.badRequests)
        writer.begin(Whole.errors)
        for error in totals.errors {
            writer.sample(.init(("cause", error.label), ("side", error.side)), error.count)
        }
        writer.single(Whole.open, totals.upstreamConnections)
        writer.single(Whole.idle, totals.idleConnections)
        writer.single(Whole.dials, totals.dials)
        writer.single(Whole.reuses, totals.reuses)
        writer.begin(Whole.upstreamHandshakes)
        writer.sample(.init(("result", "full")), totals.upstreamHandshakes &- totals.upstreamResumptions)
        writer.sample(.init(("result", "resumed")), totals.upstreamResumptions)
        writer.sample(.init(("result", "failed")), totals.upstreamHandshakeFailures)
        writer.single(Whole.tunnels, totals.tunnelsBegun)
        writer.single(Whole.openTunnels, totals.tunnels)
        writeHTTP2(&writer)
        writer.single(Whole.compressed, totals.compressed)
        writer.single(Whole.compressionInput, totals.compressedIn)
        writer.single(Whole.compressionOutput, totals.compressedOut)
        writer.single(Whole.logDropped, totals.logLinesDropped)
        writer.single(Whole.spansExported, spans.exported)
        writer.single(Whole.spansDropped, spans.dropped)
        writer.begin(Whole.leftOut)
        for (kind, count) in leftOut { writer.sample(.init(("kind", kind)), count) }
    }

    /// How many have no metrics of their own, by what they are.
    private var leftOut: [(String, Int)] {
        let durations = min(seen.durations.prefix(caps.services).count { $0 != nil }, caps.histograms)
        return [
            ("service", max(0, seen.services.count - caps.services)),
            ("route", max(0, seen.routes.count - caps.routes)),
            ("endpoint", max(0, seen.endpoints.count - caps.endpoints)),
            ("service_durations", seen.services.count - durations),
        ]
    }

    private func writeTable(_ writer: inout ExpositionWriter) {
        typealias Table = MetricCatalogue.Table
        writer.single(Table.generation, seen.totals.generation == .max ? 0 : seen.totals.generation)
        writer.single(Table.installed, status.installedAt)
        writer.single(Table.services, seen.services.count)
        writer.single(Table.endpoints, seen.endpoints.count)
        writer.single(Table.routes, seen.routes.count)
        for (family, histogram) in [(Table.updates, times.updates), (Table.compilations, times.compilations)] {
            writer.begin(family)
            writer.histogram(
                .none, bounds: Self.bounds, counts: histogram.counts, nanoseconds: histogram.sum)
        }
        writer.single(Table.swaps, seen.totals.swaps)
        writer.single(Table.swapTime, nanoseconds: seen.totals.swapNanoseconds)
        writer.single(Table.store, status.isStoreAvailable ? 1 : 0)
        writer.begin(Table.problems)
        writer.sample(.init(("severity", "warning")), problems.warnings)
        writer.sample(.init(("severity", "notice")), problems.notices)
        writer.single(Table.overrides, status.overrides.count)
        writer.begin(Table.certificates)
        for certificate in status.certificates {
            writer.sample(
                .init(("certificate", certificate.name), ("source", certificate.source)), certificate.notAfter)
        }
    }

    private func writeProcess(_ writer: inout ExpositionWriter) {
        typealias Process = MetricCatalogue.Process
        if let value = process.cpuSeconds { writer.single(Process.cpu, seconds: value) }
        if let value = process.residentBytes { writer.single(Process.resident, value) }
        if let value = process.virtualBytes { writer.single(Process.virtual, value) }
        if let value = process.descriptors { writer.single(Process.descriptors, value) }
        if let value = process.descriptorLimit { writer.single(Process.descriptorLimit, value) }
        if let value = process.startedAt { writer.single(Process.started, seconds: value) }
    }

    /// The bounds of durations, as they stand in the text.
    static let bounds: [[UInt8]] =
        (0..<DurationHistogram.boundCount).map {
            ExpositionWriter.bound(nanoseconds: DurationHistogram.bound($0))
        } + [ExpositionWriter.bound(nanoseconds: nil)]

    /// Nanoseconds as seconds.
    static func seconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1e9 }
}
