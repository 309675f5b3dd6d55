import Gateway
import Routing
import Testing

@testable import Lab

/// Endpoints that are checked, with real sockets.
@Suite(.apart) struct HealthCheckTests {
    /// Checks of `/healthz` that come soon and judge soon.
    private static func policy(_ edit: (inout HealthPolicy) -> Void = { _ in }) -> HealthPolicy {
        var policy = HealthPolicy()
        policy.kind = .request
        policy.path = "/healthz"
        policy.interval = 20
        policy.timeout = 20_000
        policy.healthy = 2
        policy.unhealthy = 2
        edit(&policy)
        return policy
    }

    private static func edge(
        _ backends: [TestBackend], _ policy: HealthPolicy, _ edit: (inout ServiceDescription) -> Void = { _ in }
    ) throws -> Edge {
        try Edge(
            .one(backends.map(\.address)) {
                $0.checks = [policy]
                edit(&$0)
            })
    }

    /// Answers `/healthz` as `check` says, and everything else with the backend's name.
    private static func checked(_ check: Behavior) -> Behavior {
        .custom { name, request, stream in
            try (request.target == "/healthz" ? check : .identity).answer(name, request, stream)
        }
    }

    @discardableResult
    private static func wait(
        _ edge: Edge, for backend: TestBackend, _ isRight: @escaping (EndpointStanding) -> Bool
    ) throws -> EndpointStanding {
        let identity = "web-80/\(backend.address)"
        let statistics = try edge.statistics { $0.standings[identity].map(isRight) ?? false }
        return try #require(statistics.standings[identity])
    }

    /// The names of those that have answered 12 requests.
    private static func answering(_ edge: Edge) throws -> Set<String> {
        let stream = try edge.client.connect()
        return Set(try (0..<12).map { _ in try stream.roundTrip(get()).text })
    }

    @Test func anEndpointThatSaysNoLeavesAndComesBack() throws {
        let (ill, well) = (try TestBackend("ill"), try TestBackend("well"))
        let edge = try Self.edge([ill, well], Self.policy())
        let events = Guarded<[EndpointEvent]>([])
        let gateway = edge.gateway
        let reader = Task(executorPreference: ThreadExecutor()) {
            for await event in gateway.endpointEvents { events.change { $0.append(event) } }
        }
        defer { reader.cancel() }
        try Self.wait(edge, for: ill) { $0.health == .up }
        #expect(try Self.answering(edge) == ["ill", "well"])
        ill.behave(Self.checked(.status(503)))
        let standing = try Self.wait(edge, for: ill) { $0.health == .down }
        #expect(standing.trouble == "GET /healthz: 503, expected 200-399")
        #expect(standing.checksFailed >= 2)
        #expect(try Self.answering(edge) == ["well"])
        ill.behave(.identity)
        try Self.wait(edge, for: ill) { $0.health == .up }
        #expect(try Self.answering(edge) == ["ill", "well"])
        let told = try #require(events.wait(until: .after(.seconds(20))) { $0.count >= 2 ? $0 : nil })
        #expect(told.map(\.kind) == [.down, .up])
        #expect(told[0].description == "web-80/\(ill.address) is down: GET /healthz: 503, expected 200-399")
    }

    @Test func theRequestIsAsThePolicySays() throws {
        let backend = try TestBackend("one")
        let policy = Self.policy {
            $0.method = "HEAD"
            $0.host = "shop.test"
            $0.headers = [NameValue(name: "X-Probe", value: "yes")]
        }
        let edge = try Self.edge([backend], policy)
        let request = try backend.waitForRequests(1)
        #expect(request.method == "HEAD")
        #expect(request.target == "/healthz")
        #expect(request["Host"] == "shop.test")
        #expect(request["X-Probe"] == "yes")
        #expect(request["User-Agent"] == "portico-health")
        #expect(request["Connection"] == "close")
        try Self.wait(edge, for: backend) { $0.health == .up }
    }

    @Test func aCheckWithoutAnAnswerFailsInTime() throws {
        let backend = try TestBackend("slow")
        let gate = Gate()
        defer { gate.open() }
        backend.behave(Self.checked(.identity(after: gate)))
        let edge = try Self.edge([backend], Self.policy { $0.timeout = 100 })
        let standing = try Self.wait(edge, for: backend) { $0.health == .down }
        #expect(standing.trouble == "GET /healthz: no answer within 100 ms")
    }

    @Test func aConnectionIsEnoughWhereNothingElseIsAsked() throws {
        let backend = try TestBackend("one", .status(500))
        let edge = try Self.edge([backend], Self.policy { $0.kind = .connection })
        try Self.wait(edge, for: backend) { $0.health == .up }
        backend.stop()
        let standing = try Self.wait(edge, for: backend) { $0.health == .down }
        #expect(standing.trouble == "connect: Connection refused")
        try backend.start()
        try Self.wait(edge, for: backend) { $0.health == .up }
    }

    @Test func aConnectionThatNeverComesUpFailsInTime() throws {
        let full = try FullListener()
        let edge = try Edge(
            .one(["127.0.0.1:\(full.port)"]) { $0.checks = [Self.policy { $0.timeout = 100 }] })
        let identity = "web-80/127.0.0.1:\(full.port)"
        let statistics = try edge.statistics { $0.standings[identity]?.health == .down }
        #expect(statistics.standings[identity]?.trouble == "connect: no answer within 100 ms")
    }

    @Test func anotherPortMayBeAsked() throws {
        let (backend, sidecar) = (try TestBackend("one"), try TestBackend("sidecar", .status(503)))
        let edge = try Self.edge([backend], Self.policy { $0.port = sidecar.port })
        try Self.wait(edge, for: backend) { $0.health == .down }
        #expect(backend.requestCount == 0)
        sidecar.behave(.identity)
        try Self.wait(edge, for: backend) { $0.health == .up }
    }

    @Test func theBodyMayBeAsked() throws {
        let backend = try TestBackend("I am ill")
        let edge = try Self.edge([backend], Self.policy { $0.body = "~well|fine" })
        let standing = try Self.wait(edge, for: backend) { $0.health == .down }
        #expect(standing.trouble == "GET /healthz: 200, but the body is not what is expected: ~well|fine")
        backend.behave(.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nfi\r\n2\r\nne\r\n0\r\n\r\n"))
        try Self.wait(edge, for: backend) { $0.health == .up }
    }

    @Test func garbageIsNoAnswer() throws {
        let random = Guarded(SeededGenerator(seed: 11))
        let backend = try TestBackend("noise")
        backend.behave(
            .custom { _, _, stream in
                let octets = random.change { random in
                    (0..<Int.random(in: 1..<20_000, using: &random)).map { _ in
                        UInt8.random(in: 0...255, using: &random)
                    }
                }
                try stream.socket.send(octets)
                return false
            })
        let edge = try Self.edge([backend], Self.policy { $0.interval = 10 })
        let standing = try Self.wait(edge, for: backend) { $0.checksFailed >= 50 }
        #expect(standing.health == .down)
        #expect(standing.checksPassed == 0)
    }

    @Test func whereAllAreDownRequestsAreServedAllTheSame() throws {
        let backend = try TestBackend("one", Self.checked(.status(500)))
        let edge = try Self.edge([backend], Self.policy())
        try Self.wait(edge, for: backend) { $0.health == .down }
        #expect(try Self.answering(edge) == ["one"])
    }

    @Test func oneThatIsToProveItselfGetsNothingBefore() throws {
        let (old, new) = (try TestBackend("old"), try TestBackend("new", Self.checked(.status(503))))
        let policy = Self.policy { $0.initial = .down }
        let edge = try Self.edge([old], policy)
        try Self.wait(edge, for: old) { $0.health == .up }
        try edge.install(.one([old.address, new.address], generation: 2) { $0.checks = [policy] })
        try Self.wait(edge, for: new) { $0.checksFailed > 0 }
        #expect(try Self.answering(edge) == ["old"])
        new.behave(.identity)
        try Self.wait(edge, for: new) { $0.health == .up }
        #expect(try Self.answering(edge) == ["old", "new"])
    }

    // MARK: - TLS

    /// An edge in front of `backend` that serves https, to be an endpoint of another.
    private static func secured(_ backend: TestBackend, _ pair: Pair) throws -> Edge {
        let edge = try Edge(.one([backend.address])) { configuration in
            configuration.listeners[0].tls = TLSListenerConfiguration()
            configuration.listeners[0].http2 = true
        }
        edge.gateway.install(certificates: Pair.table([pair]), at: 0)
        return edge
    }

    @Test(arguments: [
        (EndpointProtocol.https, HealthPolicy.Kind.request), (.https, .connection), (.h2, .request), (.h2, .connection),
    ])
    func checksGoUnderTLSAsRequestsDo(_ spoken: EndpointProtocol, kind: HealthPolicy.Kind) throws {
        let pair = try Pair([host])
        let backend = try TestBackend("one")
        let endpoint = try Self.secured(backend, pair)
        let address = "127.0.0.1:\(endpoint.port())"
        var tls = UpstreamTLS()
        tls.serverName = host
        tls.authorities = Array(try pair.folder.read("cert.pem").utf8)
        let policy = Self.policy {
            $0.kind = kind
            $0.host = host
        }
        func service(_ name: String) -> (inout ServiceDescription) -> Void {
            { service in
                service.protocol = spoken
                service.tls = tls
                service.tls?.serverName = name
                service.checks = [policy]
            }
        }
        let edge = try Edge(.one([address], service: service(host)))
        try edge.statistics { ($0.standings["web-80/\(address)"]?.checksPassed ?? 0) >= 3 }
        #expect(edge.gateway.statistics().standings["web-80/\(address)"]?.health == .up)
        if spoken == .https, kind == .request { #expect(backend.requestCount > 0) }
        // Another's certificate is not believed.
        try edge.install(.one([address], generation: 2, service: service("other.test")))
        let statistics = try edge.statistics { $0.standings["web-80/\(address)"]?.health == .down }
        let trouble = try #require(statistics.standings["web-80/\(address)"]?.trouble)
        #expect(trouble.hasPrefix("TLS handshake: the certificate: "), "\(trouble)")
    }

    // MARK: - Many

    /// However busy the machine is, no check can begin before its turn: there is no burst.
    @Test func fiveThousandEndpointsAreCheckedOneAfterTheOther() throws {
        let listener = try EveryAddress()
        let policy = Self.policy {
            $0.kind = .connection
            $0.interval = 5_000
            $0.timeout = 60_000
        }
        let addresses = (0..<5_000).map { "127.1.\($0 / 250).\($0 % 250 + 1):\(listener.port)" }
        let edge = try Edge(.one([]))
        let began = ContinuousClock.now
        try edge.install(.one(addresses, generation: 2) { $0.checks = [policy] })
        let arrivals = try listener.arrivals(5_000, within: .seconds(120))
        for (index, arrival) in arrivals.prefix(5_000).enumerated() {
            let soonest = Duration.milliseconds(index) * 9 / 10
            guard arrival - began < soonest else { continue }
            Issue.record("check \(index) came after \(arrival - began)")
            break
        }
        try edge.statistics { statistics in
            statistics.standings.count { $0.value.health == .up } == 5_000
        }
        #expect(edge.gateway.statistics().standings.values.allSatisfy { $0.checksFailed == 0 })
    }
}
