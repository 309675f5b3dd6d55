import Gateway
import Routing
import Testing

@testable import Lab

/// The orderly end.
@Suite(.apart) struct DrainTests {
    @Test func whatIsUnderWayFinishesAndNothingNewIsTaken() throws {
        let gate = Gate()
        let backend = try TestBackend("b", .identity(after: gate))
        let edge = try Edge(.one([backend.address]), workers: 2)
        let stream = try edge.client.connect()
        try stream.socket.send(get())
        try backend.waitForRequests(1)
        let drain = Drain(edge.gateway, within: .seconds(20))
        try Self.waitForRefusal(edge.port())
        gate.open()
        let answer = try stream.answer(by: .after(.seconds(10)))
        #expect(answer.text == "b")
        #expect(answer["Connection"] == "close")
        #expect(try stream.hasEnded())
        #expect(try drain.result() == 0)
        try backend.waitForConnections { $0 == 0 }
    }

    @Test func idleConnectionsAreClosedAndTheDrainReturnsEarly() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        _ = try stream.roundTrip(get())
        let start = ContinuousClock.now
        #expect(try Drain(edge.gateway, within: .seconds(30)).result() == 0)
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(try stream.hasEnded())
    }

    @Test func aRequestOnAnIdleConnectionIsAnsweredOnceMore() throws {
        let gate = Gate()
        let backend = try TestBackend("b", .identity(after: gate))
        let edge = try Edge(.one([backend.address]))
        let (busy, idle) = (try edge.client.connect(), try edge.client.connect())
        try busy.socket.send(get())
        _ = try idle.roundTrip("GET / HTTP/1.1\r\nHost: unknown.test\r\n\r\n")
        try backend.waitForRequests(1)
        // A busy machine may take longer for the next lines than the second that a drain without a successor gives.
        let drain = Drain(edge.gateway, within: .seconds(20), successor: [])
        try Self.waitForRefusal(edge.port())
        let last = try idle.roundTrip("GET / HTTP/1.1\r\nHost: unknown.test\r\n\r\n")
        #expect(last.status == 404)
        #expect(last["Connection"] == "close")
        #expect(try idle.hasEnded())
        gate.open()
        #expect(try busy.answer(by: .after(.seconds(10))).text == "b")
        #expect(try drain.result() == 0)
    }

    @Test func aTunnelIsCutAtTheDeadline() throws {
        let backend = try TestBackend("b", .upgradeEcho)
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        try stream.socket.send(get("/", "Connection: Upgrade", "Upgrade: echo"))
        _ = try stream.head(by: .after(.seconds(10)))
        #expect(try Drain(edge.gateway, within: .milliseconds(300)).result() == 1)
        #expect(stream.socket.waitForEnd(by: .after(.seconds(10))))
        try backend.waitForConnections { $0 == 0 }
    }

    @Test func theDeadlineCutsWhatIsLeftAndCountsIt() throws {
        let backend = try TestBackend("b", .stall)
        let edge = try Edge(.one([backend.address]), workers: 2)
        let streams = try (0..<3).map { _ in try edge.client.connect() }
        for stream in streams { try stream.socket.send(get()) }
        try backend.waitForRequests(3)
        let start = ContinuousClock.now
        #expect(try Drain(edge.gateway, within: .milliseconds(500)).result() == 3)
        #expect(ContinuousClock.now - start < .seconds(5))
        for stream in streams { #expect(stream.socket.waitForEnd(by: .after(.seconds(5)))) }
        #expect(try Drain(edge.gateway, within: .seconds(1)).result() == 3)
    }

    @Test func aUnixSocketRefusesToo() throws {
        let folder = try ScratchFolder()
        let path = "\(folder.path)/edge.sock"
        let gate = Gate()
        let backend = try TestBackend("b", .identity(after: gate))
        let edge = try Edge(.one([backend.address]), workers: 2) {
            $0.listeners = [ListenerConfiguration(address: .unix(path), name: "unix")]
        }
        let stream = try MessageStream(Socket.connect(unix: path))
        try stream.socket.send(get())
        try backend.waitForRequests(1)
        let drain = Drain(edge.gateway, within: .seconds(20))
        let deadline = Deadline.after(.seconds(10))
        while (try? Socket.connect(unix: path)) != nil {
            if deadline.hasPassed { throw LabError("\(path) still takes connections") }
        }
        gate.open()
        #expect(try stream.answer(by: .after(.seconds(10))).text == "b")
        #expect(try drain.result() == 0)
    }

    @Test func aGatewayThatCannotBindSaysWhatAndWhere() throws {
        let backend = try TestBackend("b")
        var configuration = GatewayConfiguration()
        configuration.workers = 1
        configuration.listeners = [try Edge.listener(backend.address, name: "main")]
        let error = #expect(throws: GatewayStartError.self) { try Gateway(configuration: configuration) }
        #expect(error?.description.contains("listener main: bind: Address already in use") == true)
    }

    private static func waitForRefusal(_ port: UInt16) throws {
        let deadline = Deadline.after(.seconds(10))
        while (try? Socket.connect(port: port)) != nil {
            if deadline.hasPassed { throw LabError("port \(port) still takes connections") }
            Deadline.after(.milliseconds(5)).pass()
        }
    }
}
