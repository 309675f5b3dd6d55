import Logging
import Testing

@testable import Swarm

@Suite("Following the cluster's events")
struct EventFollowingTests {
    private let cluster = Cluster(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })

    private func event(_ number: Int) throws -> ClusterEvent {
        let address = try #require(NodeAddress("10.0.0.1:2375"))
        let origin = ClusterEvent.Origin(
            name: "dh1", id: "E1|\(address)", address: address.description, ip: address.host)
        return ClusterEvent(change: "engine_\(number)", time: Int64(number) * 1_000_000_000, origin: origin)
    }

    @Test("what has been and what is to come, with nothing between them left out")
    func follows() async throws {
        for number in 1...3 { cluster.publish(try event(number)) }
        let query = try EventQuery(["since": "2", "filters": #"{"node":["dh1"]}"#])
        let seen = try await cluster.follow(query) { past, subscription in
            #expect(cluster.listenerCount == 1)
            for number in 4...6 { cluster.publish(try event(number)) }
            let (told, tell) = AsyncStream.makeStream(of: String.self)
            let reading = Task {
                try await subscription.each { event in
                    tell.yield(event.action)
                    if event.action == "engine_6" { tell.finish() }
                }
            }
            var seen = past.map(\.action)
            for await action in told { seen.append(action) }
            reading.cancel()
            _ = await reading.result
            return seen
        }
        #expect(seen == ["engine_2", "engine_3", "engine_4", "engine_5", "engine_6"])
        #expect(cluster.listenerCount == 0)
    }

    @Test("whoever is too slow is told no more, even while it is stuck")
    func dropsTheSlow() async throws {
        let subscription = EventSubscription(EventQuery(), waitingMax: 4)
        let (stuck, isStuck) = AsyncStream.makeStream(of: Void.self)
        let reading = Task {
            try await subscription.each { _ in
                isStuck.yield()
                try await Task.sleep(for: .seconds(600))
            }
        }
        subscription.offer(try event(0))
        for await _ in stuck { break }
        for number in 1...5 { subscription.offer(try event(number)) }
        await #expect(throws: EventSubscription.Overrun.self) { try await reading.value }
    }
}
