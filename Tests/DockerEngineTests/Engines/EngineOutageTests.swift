import DockerEngine
import Foundation
import Lab
import Testing

/// Engines that go away and come back.
@Suite(.enabled(if: DockerHosts.isPossible, "namespaces take root"), .timeLimit(.minutes(10)))
struct EngineOutageTests {
    @Test(arguments: [DockerHosts.Release.system, .newer])
    func `no event is lost while the connection is away, and none is told twice`(
        release: DockerHosts.Release
    ) async throws {
        let lab = try await offPool { try DockerHosts(.init(release: release)) }
        let host = lab[0]
        var limits = EngineLimits()
        limits.heartbeat = .milliseconds(500)
        limits.ping = .seconds(2)
        limits.connect = .seconds(1)
        limits.retryMax = .milliseconds(500)
        let filters = ["type": ["container"], "event": ["create", "start", "die", "destroy"]]
        let followed = try Engines.client(host, limits: limits)
        let log = MessageLog(EventFollower(followed, filters: filters))
        let local = try DockerEngine(DockerAddress("unix://\(host.socket)"), logger: Engines.quiet)
        let reference = MessageLog(EventFollower(local, filters: filters))
        try await log.wait(for: "connected") { $0 == .connected }
        try await reference.wait(for: "connected") { $0 == .connected }

        var place = 0
        for round in 0..<3 {
            let before = try await host.command("run", "-d", "lab:1")
            try await log.wait(forEvent: "start", of: before)
            try await offPool { try host.cut() }
            // While it is away: a life from beginning to end, and the end of another.
            let short = try await host.command("run", "-d", "lab:1")
            try await host.command("rm", "-f", short, before)
            place = try await log.wait(for: "an outage", from: place) {
                if case .unavailable = $0 { true } else { false }
            }
            try await offPool { try host.mend() }
            place = try await log.wait(for: "reconnected", from: place) { $0 == .reconnected }
            try await log.wait(forEvent: "destroy", of: short, from: place)
            try await log.wait(forEvent: "destroy", of: before, from: place)
            try await reference.wait(forEvent: "destroy", of: before)
            #expect(Self.inOrder(log.events) == Self.inOrder(reference.events), "round \(round)")
        }
        #expect(log.events.count == 3 * 8)
    }

    @Test(arguments: [DockerHosts.Release.system, .newer])
    func `a list kept up by events is true after the engine was restarted, or its power cut`(
        release: DockerHosts.Release
    ) async throws {
        let lab = try await offPool { try DockerHosts(.init(release: release)) }
        let host = lab[0]
        let engine = try DockerEngine(DockerAddress("unix://\(host.socket)"), logger: Engines.quiet)
        let log = MessageLog(EventFollower(engine, filters: ["type": ["container"]]))
        try await log.wait(for: "connected") { $0 == .connected }
        let known = KnownContainers(engine)
        let staying = try await host.command("run", "-d", "--restart", "always", "lab:1")
        let ending = try await host.command("run", "-d", "lab:1")
        var place = try await log.wait(forEvent: "start", of: ending)
        try await known.follow(log.messages[..<place])
        #expect(await known.running == [staying, ending])

        for hasPower in [true, false] {
            try await offPool { hasPower ? try host.stop() : try host.crash() }
            let away = try await log.wait(for: "an outage", from: place) {
                if case .unavailable = $0 { true } else { false }
            }
            try await offPool { try host.start() }
            let back = try await log.wait(for: "reconnected", from: away) { $0 == .reconnected }
            let fresh = try await host.command("run", "-d", "lab:1")
            let end = try await log.wait(forEvent: "start", of: fresh, from: back)
            try await known.follow(log.messages[place..<end])
            place = end
            let running = try await host.command("ps", "-q", "--no-trunc").split(separator: "\n").map(String.init)
            #expect(running.contains(fresh) && !running.contains(ending))
            // A container that is started again after its engine may start a moment later.
            #expect(await known.running.subtracting([staying]) == Set(running).subtracting([staying]))
            try await host.command("rm", "-f", fresh)
        }
        #expect(Set(log.events.map { "\($0.timeNano) \($0.actorID) \($0.action)" }).count == log.events.count)
    }

    @Test func `a call to a frozen engine ends at its deadline, and events go on when it thaws`() async throws {
        let lab = try await offPool { try DockerHosts(.init(release: .newer)) }
        let host = lab[0]
        var limits = EngineLimits()
        limits.ping = .milliseconds(500)
        limits.answer = .milliseconds(700)
        // Under load an engine that is not frozen takes longer than such limits: what it is to answer has its time.
        let patient = try Engines.client(host)
        let id = try await host.command("create", "lab:1")
        _ = try await patient.apiVersion()
        for address in [host.endpoint, "unix://\(host.socket)"] {
            let engine = try DockerEngine(DockerAddress(address), limits: limits, logger: Engines.quiet)
            // The version is agreed on while the engine answers, however long that takes.
            try await soon("an agreement on the version") {
                while (try? await engine.apiVersion()) == nil { try await Task.sleep(for: .milliseconds(10)) }
            }
            try await offPool { try host.freeze() }
            try await Self.expectLate { () async throws(DockerError) in _ = try await engine.ping() }
            try await Self.expectLate { () async throws(DockerError) in _ = try await engine.inspect(id) }
            try await Self.expectLate { () async throws(DockerError) in _ = try await engine.listContainers() }
            try await Self.expectLate { () async throws(DockerError) in _ = try await engine.events() }
            try await offPool { try host.thaw() }
        }
        limits.ping = .seconds(3)
        limits.answer = .seconds(3)
        limits.heartbeat = .milliseconds(300)
        limits.retryMax = .milliseconds(300)
        let log = MessageLog(EventFollower(try Engines.client(host, limits: limits)))
        let begun = try await log.wait(for: "connected") { $0 == .connected }
        try await offPool { try host.freeze() }
        let away = try await log.wait(for: "that it is late", from: begun) {
            if case .unavailable(let error) = $0 { error.kind == .late } else { false }
        }
        try await offPool { try host.thaw() }
        #expect(try await patient.inspect(id)?.state.status == "created")
        try await log.wait(for: "reconnected", from: away) { $0 == .reconnected }
        try await host.command("rm", id)
        try await log.wait(forEvent: "destroy", of: id, from: away)
    }

    @Test func `another engine at the same address is spoken to in its own version`() async throws {
        let lab = try await offPool { try DockerHosts(.init(), .init(release: .newer)) }
        let relay = try await offPool { try ConnectionRelay(to: lab[1].address) }
        let engine = try DockerEngine(DockerAddress("tcp://127.0.0.1:\(relay.port)"), logger: Engines.quiet)
        let newer = try await engine.apiVersion()
        #expect(try await engine.listContainers().isEmpty)
        try await offPool { try relay.lead(to: lab[0].address) }
        #expect(try await engine.listContainers().isEmpty)
        #expect(try await engine.apiVersion() < newer)
        try await offPool { try relay.lead(to: lab[1].address) }
        #expect(try await engine.listContainers().isEmpty)
    }

    /// Events in the order of their times: engines put them in order only nearly.
    private static func inOrder(_ events: [EngineEvent]) -> [EngineEvent] {
        events.sorted { ($0.timeNano, $0.action) < ($1.timeNano, $1.action) }
    }

    private static func expectLate(
        _ body: @escaping @Sendable () async throws(DockerError) -> Void
    ) async throws {
        let error = try await soon("an end") { () -> DockerError? in
            do {
                try await body()
                return nil
            } catch {
                return error as? DockerError
            }
        }
        #expect(error?.kind == .late)
        #expect(error?.isRetryable == true)
    }
}

/// What a reader of a follower makes of it: a list anew at every beginning, and a look at every container that an event
/// names.
private actor KnownContainers {
    private(set) var running: Set<String> = []
    private let engine: DockerEngine

    init(_ engine: DockerEngine) {
        self.engine = engine
    }

    func follow(_ messages: ArraySlice<EventFollower.Message>) async throws {
        for message in messages {
            switch message {
            case .connected, .reconnected: running = Set(try await engine.listContainers().map(\.id))
            case .event(let event):
                if try await engine.inspect(event.actorID)?.state.isRunning == true {
                    running.insert(event.actorID)
                } else {
                    running.remove(event.actorID)
                }
            case .unavailable: break
            }
        }
    }
}
