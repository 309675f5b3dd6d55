import Lab
import Testing

extension IntegrationTests {
    /// Endpoints change under load, and no client notices.
    @Suite(.timeLimit(.minutes(3))) struct HotSwap {
        @Test(
            "1,000 endpoint changes under load: nothing fails, and half are in force within 10 ms",
            arguments: StoreKind.allCases)
        func thousandChanges(store: StoreKind) throws {
            let swapping = try Swapping(store)
            let load = LoadGenerator(
                port: swapping.setting.edge.port, hosts: ["web-80.test", "api-80.test"], connections: 64,
                pause: .milliseconds(10), check: swapping.cast.problem)
            try load.wait(for: 1_000)
            try swapping.change(times: 1_000)
            try load.wait(for: 1_000)
            let report = try load.stop()

            let delays = swapping.delays.sorted()
            let median = delays[delays.count / 2]
            let p99 = delays[delays.count * 99 / 100]
            print(
                "\(store.rawValue): \(report.latencies.count) requests, \(delays.count) new endpoints reached after "
                    + "\(median) ms in the median, \(p99) ms at p99; latency p50 \(report.percentile(0.5)) ms, "
                    + "p99 \(report.percentile(0.99)) ms")
            #expect(report.failureCount == 0, "\(report.failures)\n\(report.firstFailures)")
            #expect(report.idleClosings == 0)
            #expect(report.connections == 64, "no client connection was lost")
            #expect(median < 10, "milliseconds from the write's answer to the first request, median")
        }

        @Test("an endpoint that is gone gets no new request, and a slow answer of it still arrives")
        func inFlightFinishes() throws {
            let gate = Gate()
            let (old, new) = (try TestBackend("old", .identity(after: gate)), try TestBackend("new"))
            let setting = try Setting(backend: old)
            let slow = try setting.client.connect()
            try slow.socket.send("GET / HTTP/1.1\r\nHost: web-80.test\r\n\r\n")
            try old.waitForRequests()
            try setting.put("services/web-80/h1:c0:80", new)
            try setting.settle()
            for _ in 0..<20 {
                #expect(try setting.client.get(host: "web-80.test").text == "new")
            }
            gate.open()
            #expect(try slow.answer(by: .after(.seconds(5))).text == "old")
            #expect(old.requestCount == 1)
            try old.waitForConnections { $0 == 0 }
        }

        @Test("a service's last endpoint goes at once: 503 with Retry-After")
        func lastEndpoint() throws {
            let backend = try TestBackend("only")
            let setting = try Setting(backend: backend)
            try setting.edge.waitForAnswer(200, host: "web-80.test")
            try setting.api.put("routes/web", #"{"hosts": ["web.test"], "service": "web-80"}"#)
            try setting.edge.waitForAnswer(200, host: "web.test")
            try setting.api.delete("services/web-80/h1:c0:80")
            let answer = try setting.edge.waitForAnswer(503, host: "web.test")
            #expect(answer["Retry-After"] != nil)
            #expect(answer["Server"] == "portico")
        }

        @Test("a burst of 10,000 writes is swallowed, and the last of them holds")
        func burst() throws {
            let backends = try ["a", "b"].map { try TestBackend($0) }
            let setting = try Setting(backend: backends[0])
            for batch in 0..<200 {
                try setting.api.transact(
                    (0..<50).map { ("services/web-80/h1:c0:80", backends[(batch + $0) % 2].address) })
            }
            try setting.put("services/web-80/h1:c0:80", backends[1])
            try setting.edge.waitForAnswer(200, host: "web-80.test", from: "b", within: .seconds(2))
        }
    }
}

/// The backends of a swapping test: who serves what, and since when no longer.
final class Cast: Sendable {
    private struct Entry {
        let service: String
        var removed: ContinuousClock.Instant?
    }

    private let entries = Guarded<[String: Entry]>([:])

    func add(_ name: String, to service: String) {
        self.entries.change { $0[name] = Entry(service: service) }
    }

    func remove(_ name: String) {
        self.entries.change { $0[name]?.removed = .now }
    }

    /// What is wrong with an answer: from another service's endpoint, or from one that was gone long before the request.
    @Sendable func problem(_ answer: LoadGenerator.Answer) -> String? {
        self.entries.read { entries in
            guard let entry = entries[answer.backend] else { return "answer of the unknown backend \(answer.backend)" }
            guard answer.host == "\(entry.service).test" else { return "\(answer.host) was served by \(entry.service)" }
            if let removed = entry.removed, answer.sent - removed > .seconds(1) {
                return "\(answer.backend) was asked a second after its removal"
            }
            return nil
        }
    }
}

/// Two services whose endpoints are added, removed and moved, one change after the other.
final class Swapping {
    let setting: Setting
    let cast = Cast()
    /// Milliseconds from each write's answer to the first request at the new endpoint.
    private(set) var delays: [Double] = []
    private var endpoints: [String: [(key: String, backend: TestBackend)]] = [:]
    private var leaving: [(due: Deadline, backend: TestBackend)] = []
    private var made = 0

    init(_ store: StoreKind) throws {
        self.setting = try Setting(store)
        for service in ["web-80", "api-80"] {
            for _ in 0..<3 { try self.add(to: service, measured: false) }
            try self.setting.edge.waitForAnswer(200, host: "\(service).test")
        }
    }

    /// Makes `times` changes, every third an addition, a removal, a new address; backends of removed endpoints stop five
    /// seconds later.
    func change(times: Int) throws {
        for turn in 0..<times {
            let service = turn / 3 % 2 == 0 ? "web-80" : "api-80"
            switch turn % 3 {
            case 0: try self.add(to: service, measured: true)
            case 1: try self.remove(from: service)
            default: try self.move(in: service)
            }
            self.stopThoseDue()
        }
        while let next = self.leaving.first {
            next.due.pass()
            self.stopThoseDue()
        }
    }

    private func newBackend(for service: String) throws -> TestBackend {
        self.made += 1
        let backend = try TestBackend("\(service)-\(self.made)")
        self.cast.add(backend.name, to: service)
        return backend
    }

    private func write(_ key: String, _ backend: TestBackend, measured: Bool) throws {
        try self.setting.api.put(key, backend.address)
        let answered = ContinuousClock.now
        guard measured else { return }
        let delay = try backend.waitForFirstRequest() - answered
        self.delays.append(max(0, delay.inMilliseconds))
    }

    private func add(to service: String, measured: Bool) throws {
        let backend = try self.newBackend(for: service)
        let key = "services/\(service)/h1:c\(self.made):80"
        self.endpoints[service, default: []].append((key, backend))
        try self.write(key, backend, measured: measured)
    }

    private func remove(from service: String) throws {
        guard let oldest = self.endpoints[service]?.removeFirst() else { return }
        try self.setting.api.delete(oldest.key)
        self.retire(oldest.backend)
    }

    private func move(in service: String) throws {
        guard let oldest = self.endpoints[service]?.removeFirst() else { return }
        let backend = try self.newBackend(for: service)
        self.endpoints[service]?.append((oldest.key, backend))
        try self.write(oldest.key, backend, measured: true)
        self.retire(oldest.backend)
    }

    private func retire(_ backend: TestBackend) {
        self.cast.remove(backend.name)
        self.leaving.append((.after(.seconds(5)), backend))
    }

    private func stopThoseDue() {
        while let next = self.leaving.first, next.due.hasPassed {
            next.backend.stop()
            self.leaving.removeFirst()
        }
    }
}
