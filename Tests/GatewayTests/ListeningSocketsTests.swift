import Glibc
import Routing
import Testing

@testable import Gateway

/// Which worker accepts from which socket, and what is given rather than bound.
@Suite struct ListeningSocketsTests {
    private static func configuration(workers: Int, _ addresses: [String]) throws -> GatewayConfiguration {
        var configuration = GatewayConfiguration()
        configuration.workers = workers
        configuration.listeners = try addresses.map { try Edge.listener($0, name: $0) }
        return configuration
    }

    /// Every socket is somebody's, whatever the numbers; a socket that two workers have is marked as shared.
    @Test(arguments: 1...5, 1...5)
    func everySocketHasAWorker(before: Int, after: Int) throws {
        let first = try ListeningSockets(Self.configuration(workers: before, ["127.0.0.1:0"]))
        defer { first.close() }
        let given = GivenSockets([
            GivenSockets.Entry(
                address: .ip(try #require(EndpointAddress("127.0.0.1:0", allowingPortZero: true))),
                group: first.groups[0])
        ])
        let second = try ListeningSockets(Self.configuration(workers: after, ["127.0.0.1:0"]), given: given)
        defer { for fd in second.groups[0].descriptors.dropFirst(before) { close(fd) } }
        #expect(second.addresses == first.addresses)
        #expect(given.closeRest().isEmpty)
        let all = (0..<after).map { second.sockets(of: $0, workers: after) }
        #expect(all.allSatisfy { !$0.isEmpty })
        let counts = Dictionary(grouping: all.joined(), by: \.fd).mapValues(\.count)
        #expect(Set(counts.keys).isSuperset(of: first.groups[0].descriptors))
        for socket in all.joined() { #expect(socket.isShared == (counts[socket.fd] ?? 0 > 1)) }
    }

    @Test func aSupervisorsSocketIsSharedAndLeftAlone() throws {
        let supervisor = try ListeningSockets(Self.configuration(workers: 1, ["127.0.0.1:0"]))
        defer { supervisor.close() }
        let fd = supervisor.groups[0].descriptors[0]
        var configuration = try Self.configuration(workers: 3, ["127.0.0.1:0", "127.0.0.1:0"])
        configuration.listeners[1].name = "web"
        let given = GivenSockets([
            GivenSockets.Entry(
                address: .unix("/nowhere"), name: "web", group: .init(descriptors: [fd], isKept: true))
        ])
        let sockets = try ListeningSockets(configuration, given: given)
        defer { for fd in sockets.groups[0].descriptors { close(fd) } }
        for worker in 0..<3 {
            let mine = sockets.sockets(of: worker, workers: 3)
            #expect(mine.count == 2)
            #expect(mine[0].ending == .close)
            #expect(mine[1] == ListeningSocket(fd: fd, listener: 1, isShared: true, ending: .leave))
        }
    }

    @Test func anEnvironmentForAnotherProcessGivesNothing() {
        let (sockets, problems) = GivenSockets.supervised(
            environment: ["LISTEN_PID": "1", "LISTEN_FDS": "2"], process: 2)
        #expect(sockets.closeRest().isEmpty)
        #expect(problems.isEmpty)
    }
}
