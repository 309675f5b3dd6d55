import Foundation
import Gateway
import Routing
import Testing

@testable import Lab

/// New tables under way: what begins by one ends by it.
@Suite(.apart) struct TableSwapTests {
    @Test func aNewTableIsInForceAtOnce() throws {
        let (old, new) = (try TestBackend("old"), try TestBackend("new"))
        let edge = try Edge(.one([old.address]), workers: 2)
        let stream = try edge.client.connect()
        #expect(try stream.roundTrip(get()).text == "old")
        try edge.install(.one([new.address], generation: 2))
        try edge.statistics { $0.generation == 2 }
        #expect(try stream.roundTrip(get()).text == "new")
        try edge.install(.one([], generation: 3))
        try edge.statistics { $0.generation == 3 }
        #expect(try stream.roundTrip(get()).status == 503)
    }

    @Test func aRequestUnderWayKeepsItsRouteAndEndpoint() throws {
        let gate = Gate()
        let (old, new) = (try TestBackend("old", .identity(after: gate)), try TestBackend("new"))
        let edge = try Edge(
            .one([old.address], route: { $0.responseHeaders.set = [NameValue(name: "X-Table", value: "1")] }))
        let stream = try edge.client.connect()
        try stream.socket.send(get())
        try old.waitForRequests(1)
        try edge.install(
            .one(
                [new.address], generation: 2,
                route: { $0.responseHeaders.set = [NameValue(name: "X-Table", value: "2")] }))
        try edge.statistics { $0.generation == 2 }
        let other = try edge.client.exchange(get())
        #expect(other.text == "new")
        #expect(other["X-Table"] == "2")
        gate.open()
        let answer = try stream.answer(by: .after(.seconds(10)))
        #expect(answer.text == "old")
        #expect(answer["X-Table"] == "1")
        // Its connection is not kept: the endpoint is in no table.
        try old.waitForConnections { $0 == 0 }
        #expect(try stream.roundTrip(get()).text == "new")
    }

    @Test func aRemovedEndpointsIdleConnectionsAreClosedAndASurvivorsAreKept() throws {
        let (leaves, stays) = (try TestBackend("leaves"), try TestBackend("stays"))
        let edge = try Edge(.one([leaves.address, stays.address]))
        let stream = try edge.client.connect()
        for _ in 0..<4 { _ = try stream.roundTrip(get()) }
        #expect(leaves.openConnections == 1)
        try edge.install(.one([stays.address], generation: 2))
        try leaves.waitForConnections { $0 == 0 }
        for _ in 0..<4 { #expect(try stream.roundTrip(get()).text == "stays") }
        #expect(stays.acceptedConnections == 1)
    }

    @Test func anEndpointNeverGetsTheConnectionsOfTheOneWhoseSlotItTakes() throws {
        let backends = try (0..<6).map { try TestBackend("\($0)") }
        let edge = try Edge(.one([backends[0].address]), workers: 2)
        let streams = try (0..<8).map { _ in try edge.client.connect() }
        for round in 1...60 {
            let current = backends[round % backends.count]
            try edge.install(.one([current.address], generation: UInt64(round + 1)))
            try edge.statistics { $0.generation == UInt64(round + 1) }
            for stream in streams { #expect(try stream.roundTrip(get()).text == current.name) }
        }
    }

    @Test func connectionsUnderWayAcrossManyTablesGoToTheirOwnEndpoints() throws {
        let slow = Behavior.custom { name, request, stream in
            Deadline.after(.milliseconds(Int.random(in: 0...4))).pass()
            return try Behavior.identity.answer(name, request, stream)
        }
        let backends = try (0..<5).map { try TestBackend("\($0)", slow) }
        // Each host has a service of its own, whose only endpoint moves among slots as tables come and go.
        func description(_ present: [Int], _ generation: UInt64) -> TableDescription {
            var all = TableDescription()
            all.generation = generation
            for index in present {
                var one = TableDescription.one([backends[index].address])
                one.services[0].name = "s-\(index)"
                one.routes[0].name = "r-\(index)"
                one.routes[0].hosts = ["h\(index).test"]
                one.routes[0].services = [WeightedService(service: "s-\(index)")]
                all.services += one.services
                all.routes += one.routes
            }
            return all
        }
        let edge = try Edge(description(Array(0..<5), 1), workers: 2)
        let port = edge.port()
        let isOver = Guarded(false)
        let clients = (0..<8).map { number in
            Background {
                var generator = SystemRandomNumberGenerator()
                let stream = try RawClient(port: port).connect()
                var answered = 0
                while !isOver.read({ $0 }) {
                    let index = (number + Int(generator.next(upperBound: UInt(5)))) % 5
                    let answer = try stream.roundTrip("GET / HTTP/1.1\r\nHost: h\(index).test\r\n\r\n")
                    // Present, or not there at all: never a neighbour's.
                    guard answer.status == 404 || answer.text == "\(index)" else {
                        throw LabError("host \(index) got \(answer.status) \(answer.text)")
                    }
                    if answer.status == 200 { answered += 1 }
                }
                return answered
            }
        }
        for round in 2...300 {
            try edge.install(description((0..<5).shuffled().prefix(3).sorted(), UInt64(round)))
            Deadline.after(.milliseconds(5)).pass()
        }
        isOver.change { $0 = true }
        for client in clients { #expect(try client.result() > 0) }
    }

    @Test func tunnelsDoNotKeepEveryTableAliveThatTheyBeganUnder() throws {
        struct Weak {
            weak var table: RoutingTable?
        }
        let (backend, other) = (try TestBackend("b", .upgradeEcho), try TestBackend("other"))
        let edge = try Edge(.one([backend.address]))
        var tables: [Weak] = []
        var tunnels: [MessageStream] = []
        for generation: UInt64 in 2...40 {
            // Whatever else changes, indices among it, the tunnels' route, service and endpoint stay.
            var description = TableDescription.one([backend.address], generation: generation)
            let more = TableDescription.one(generation % 2 == 0 ? [other.address] : [], generation: generation)
            description.services = more.services + description.services
            description.routes += more.routes
            description.services[0].name = "a-\(generation % 5)"
            description.routes[1].name = "a-\(generation % 5)"
            description.routes[1].hosts = ["other.test"]
            description.routes[1].services = [WeightedService(service: "a-\(generation % 5)")]
            try edge.install(description)
            try edge.statistics { $0.generation == generation }
            tables.append(Weak(table: edge.currentTable))
            let stream = try edge.client.connect()
            try stream.socket.send(get("/", "Connection: Upgrade", "Upgrade: echo"))
            _ = try stream.head(by: .after(.seconds(10)))
            tunnels.append(stream)
        }
        #expect(tables.filter { $0.table != nil }.count <= 6)
        for stream in tunnels {
            try stream.socket.send("still here")
            #expect(try stream.take(10) == Array("still here".utf8))
            stream.socket.close()
        }
        let counters = try edge.statistics { $0.routes["web"]?.answers[0] == 39 && $0.connections == 0 }
        #expect(counters.endpoints["web-80/\(backend.address)"]?.answers == [39, 0, 0, 0, 0])
        try edge.waitUntilNothingIsInFlight()
    }

    @Test func countsInFlightOutliveTables() throws {
        let gate = Gate()
        let backend = try TestBackend("b", .identity(after: gate))
        let edge = try Edge(.one([backend.address], service: { $0.connectionsPerEndpoint = 1 }))
        let stream = try edge.client.connect()
        try stream.socket.send(get())
        try backend.waitForRequests(1)
        try edge.install(.one([backend.address], generation: 2, service: { $0.connectionsPerEndpoint = 1 }))
        try edge.statistics { $0.generation == 2 }
        #expect(try edge.client.exchange(get()).status == 503)
        gate.open()
        #expect(try stream.answer(by: .after(.seconds(10))).text == "b")
        #expect(try edge.client.exchange(get()).text == "b")
    }
}
