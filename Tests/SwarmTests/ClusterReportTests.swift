import Testing

@testable import Swarm

@Suite("What docker info shows")
struct ClusterReportTests {
    @Test(
        "sizes with four digits that count",
        arguments: [
            (0, "0 B"), (1, "1 B"), (1_023, "1023 B"), (1_024, "1 KiB"), (20 << 20, "20 MiB"), (42 << 20, "42 MiB"),
            (26_540_327_117, "24.72 GiB"), (8_790_849_126, "8.187 GiB"), (1_536, "1.5 KiB"), (1 << 50, "1 PiB"),
            (1_100_000_000_000, "1 TiB"), (10_480_000, "9.995 MiB"), (-5, "0 B"),
        ])
    func writesSizes(_ octets: Int64, _ text: String) {
        #expect(BinarySize.text(octets) == text)
    }

    private func engine(_ name: String, _ address: String) throws -> EngineReport {
        EngineReport(name: name, address: try #require(NodeAddress(address)), standing: EngineStanding(failuresMax: 3))
    }

    @Test("rows in their order, engines by name, numbers as numbers")
    func writesRows() throws {
        var first = try engine("dh10", "10.99.0.20:2375")
        _ = first.standing.validated()
        first.id = "MQXN"
        first.running = 2
        first.stopped = 1
        first.processors = 4
        first.reservedProcessors = 1
        first.memoryBytes = 8_790_849_126
        first.reservedMemoryBytes = 20 << 20
        first.labels = ["zone": "z1", "ostype": "linux"]
        first.updated = "2026-11-24T02:20:31Z"
        first.version = "20.10.24"
        var second = try engine("", "10.99.0.12:2375")
        _ = second.standing.failed("refused")
        let report = ClusterReport(
            role: .replica(of: "10.0.0.1:4000"), scheduler: Scheduler(),
            engines: [first, second, try engine("dh9", "10.99.0.19:2375")].map(ShownEngine.init))
        let document = try JSONValue(
            parsing: report.octets(host: (name: "vm", kernel: "6.1"), time: "now", listeners: 2))
        let text = (document["SystemStatus"].elements ?? []).map { $0.texts.joined(separator: ": ") }
        #expect(
            text.prefix(5) == [
                "Role: replica", "Primary: 10.0.0.1:4000", "Strategy: spread",
                "Filters: health, port, containerslots, dependency, affinity, constraint, whitelist", "Nodes: 3",
            ])
        #expect(
            text[5...13].elementsEqual([
                " (unknown): 10.99.0.12:2375", "  └ ID: (unknown)", "  └ Status: Pending", "  └ Containers: 0",
                "  └ Reserved CPUs: 0 / 0", "  └ Reserved Memory: 0 B / 0 B", "  └ Labels: ", "  └ Error: refused",
                "  └ UpdatedAt: ",
            ]))
        #expect(text.firstIndex(of: " dh9: 10.99.0.19:2375") ?? 99 < text.firstIndex(of: " dh10: 10.99.0.20:2375") ?? 0)
        #expect(
            text.suffix(8).elementsEqual([
                "  └ ID: MQXN|10.99.0.20:2375", "  └ Status: Healthy",
                "  └ Containers: 3 (2 Running, 0 Paused, 1 Stopped)",
                "  └ Reserved CPUs: 1 / 4", "  └ Reserved Memory: 20 MiB / 8.187 GiB",
                "  └ Labels: ostype=linux, zone=z1",
                "  └ UpdatedAt: 2026-11-24T02:20:31Z", "  └ ServerVersion: 20.10.24",
            ]))
        #expect(
            document["Containers"].integer == 3 && document["NCPU"].integer == 4
                && document["NEventsListener"].integer == 2)
    }

    @Test("an engine is shown as it is now, whatever was shown before")
    func showsChanges() throws {
        let address = try #require(NodeAddress("10.99.0.20:2375"))
        var state = ClusterState()
        state.addEngine(address, failuresMax: 3)
        #expect(state.shownEngines().map(\.report.standing.condition) == [.pending])
        state.updateEngine(address) { _ = $0.standing.validated() }
        #expect(state.shownEngines().map(\.report.standing.condition) == [.healthy])
        #expect(state.identify(address, id: "MQXN", name: "dh1") == nil)
        #expect(state.shownEngines().map(\.report.name) == ["dh1"])
        #expect(
            String(decoding: state.shownEngines()[0].rows, as: UTF8.self).hasPrefix(#"[" dh1","10.99.0.20:2375"],["#))
    }
}
