internal import Control
internal import Gateway

/// All that is measured of an edge at one moment, and its exposition.
///
/// What services, routes and endpoints have is written for so many of each at the most, the first in the table's order, so
/// that a scraper is not drowned; how many were left out is told.
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
    var caps = Caps()

    /// The whole text.
    func exposition() -> [UInt8] {
        // A hundred octets a line, and a dozen lines an endpoint.
        var writer = ExpositionWriter(capacity: 1200 * min(seen.endpoints.count, caps.endpoints) + 64 << 10)
        writeWhole(&writer)
        writeTable(&writer)
        writeTraffic(&writer)
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
        writer.single(Whole.connections, totals.connections)
        writer.single(Whole.refusedConnections, totals.acceptFailures)
        writer.single(Whole.malformed, totals.badRequests)
        writer.begin(Whole.errors)
        for error in totals.errors {
            writer.sample(.init(("cause", error.label), ("side", error.side)), error.count)
        }
        writer.single(Whole.idle, totals.idleConnections)
        writer.single(Whole.dials, totals.dials)
        writer.begin(Whole.handshakes)
        writer.sample(.init(("result", "full")), totals.handshakes &- totals.resumptions)
        writer.sample(.init(("result", "resumed")), totals.resumptions)
        writer.sample(.init(("result", "failed")), totals.handshakeFailures)
        writeHTTP2(&writer)
        writer.single(Whole.compressed, totals.compressed)
        writer.single(Whole.compressionInput, totals.compressedIn)
        writer.single(Whole.compressionOutput, totals.compressedOut)
        writer.single(Whole.logDropped, totals.logLinesDropped)
        writer.begin(Whole.leftOut)
        for (kind, count, cap) in [
            ("service", seen.services.count, caps.services), ("route", seen.routes.count, caps.routes),
            ("endpoint", seen.endpoints.count, caps.endpoints),
            ("service_durations", seen.services.count, writtenDurations.count),
        ] {
            writer.sample(.init(("kind", kind)), max(0, count - cap))
        }
    }

    /// The services whose durations are written.
    var writtenDurations: [Int] {
        Array(seen.durations.indices.lazy.filter { seen.durations[$0] != nil }.prefix(caps.histograms))
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
            writer.histogram(.none, bounds: Self.bounds, counts: histogram.counts, sum: Self.seconds(histogram.sum))
        }
        writer.single(Table.swaps, seen.totals.swaps)
        writer.single(Table.swapTime, seconds: Self.seconds(seen.totals.swapNanoseconds))
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
            ExpositionWriter.bound(seconds(DurationHistogram.bound($0)))
        } + [ExpositionWriter.bound(nil)]

    /// Nanoseconds as seconds.
    static func seconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1e9 }
}
