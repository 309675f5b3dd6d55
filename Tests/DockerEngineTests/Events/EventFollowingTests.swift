import Testing

@testable import DockerEngine

@Suite struct EventFollowingTests {
    private static let second: Int64 = 1_000_000_000
    private static let lost = DockerError(.lost, "lost")
    private static let refused = DockerError(.unreachable, "refused")

    private static func event(_ time: Int64, _ action: String = "start", _ id: String = "a") -> EngineEvent {
        EngineEvent(action: action, actorID: id, timeNano: time)
    }

    @Test func `a stream begins anew before the last event, and what is known is dropped`() {
        var following = EventFollowing(limits: EngineLimits())
        #expect(following.since == nil)
        #expect(following.connected() == .connected)
        #expect(following.since == nil)
        #expect(following.received(Self.event(100 * Self.second)) == true)
        #expect(following.received(Self.event(100 * Self.second, "die")) == true)
        #expect(following.received(Self.event(100 * Self.second, "start", "b")) == true)
        #expect(following.received(Self.event(100 * Self.second)) == false)
        _ = following.failed(Self.lost, jitter: 0)
        #expect(following.since == 99 * Self.second)
        #expect(following.connected() == .reconnected)
        #expect(following.received(Self.event(100 * Self.second, "die")) == false)
        // An event that was put behind a later one in the engine, and not seen before.
        #expect(following.received(Self.event(100 * Self.second - 5, "die", "c")) == true)
    }

    @Test func `events are recognised as far back as an engine remembers, and memory has a bound`() {
        var following = EventFollowing(limits: EngineLimits())
        for time in 0..<10_000 { #expect(following.received(Self.event(Int64(time))) == true) }
        for time in 10_000 - 1024..<10_000 { #expect(following.received(Self.event(Int64(time))) == false) }
        #expect(following.received(Self.event(1)) == true)
    }

    @Test func `pauses double up to their bound, and are short again when something came`() {
        var limits = EngineLimits()
        limits.retry = .milliseconds(100)
        limits.retryMax = .seconds(1)
        var following = EventFollowing(limits: limits)
        let pauses = (0..<8).map { _ in following.failed(Self.refused, jitter: 1).pause }
        #expect(pauses == [0, 100, 200, 400, 800, 1000, 1000, 1000].map { .milliseconds($0) })
        #expect(following.failed(Self.refused, jitter: 0).pause == .milliseconds(500))
        // A beginning alone is nothing: an engine that ends every stream at once is not asked in a loop.
        _ = following.connected()
        #expect(following.failed(Self.lost, jitter: 1).pause == .seconds(1))
        _ = following.connected()
        #expect(following.received(Self.event(5)) == true)
        #expect(following.failed(Self.lost, jitter: 1).pause == .zero)
        _ = following.failed(Self.lost, jitter: 1)
        following.settled()
        #expect(following.failed(Self.lost, jitter: 1).pause == .zero)
    }

    @Test func `an outage is told once, and not if the first attempt succeeds`() {
        var following = EventFollowing(limits: EngineLimits())
        _ = following.connected()
        #expect(following.failed(Self.lost, jitter: 0).message == nil)
        #expect(following.connected() == .reconnected)
        following.settled()
        #expect(following.failed(Self.lost, jitter: 0).message == nil)
        #expect(following.failed(Self.refused, jitter: 0).message == .unavailable(Self.refused))
        #expect(following.failed(Self.refused, jitter: 0).message == nil)
        #expect(following.failed(Self.lost, jitter: 0).message == .unavailable(Self.lost))
        #expect(following.connected() == .reconnected)
        #expect(following.failed(Self.refused, jitter: 0).message == .unavailable(Self.refused))
    }

    @Test func `what cannot be read is not asked for again`() {
        var following = EventFollowing(limits: EngineLimits())
        #expect(following.received(Self.event(100 * Self.second)) == true)
        #expect(following.failed(DockerError(.garbled, "garbled"), jitter: 0).message != nil)
        #expect(following.since == nil)
    }

    @Test func `times of any size are asked for`() {
        var following = EventFollowing(limits: EngineLimits())
        for time in [Int64.max, Int64.min, 0, -1] {
            _ = following.received(Self.event(time))
            #expect(following.since.map { $0 >= 0 } == true)
        }
        #expect(EngineTime.text(0) == "0.000000000")
        #expect(EngineTime.text(1_700_000_000_000_000_007) == "1700000000.000000007")
        #expect(EngineTime.text(Int64.min) == "0.000000000")
    }
}

@Suite struct EventMailboxTests {
    private static func event(_ number: Int) -> EventFollower.Message {
        .event(EngineEvent(action: "start", actorID: "\(number)", timeNano: Int64(number)))
    }

    private static func rest(_ mailbox: EventMailbox) async -> [EventFollower.Message] {
        // The end is what makes the last `next` return.
        mailbox.offer(.unavailable(DockerError(.invalid, "end")))
        var messages: [EventFollower.Message] = []
        while let message = await mailbox.next() {
            if case .unavailable = message { break }
            messages.append(message)
        }
        return messages
    }

    @Test func `messages come in order, within the bound`() async {
        let mailbox = EventMailbox(limit: 5000)
        let all = [.connected] + (0..<3000).map(Self.event)
        all.forEach(mailbox.offer)
        #expect(await Self.rest(mailbox) == all)
    }

    @Test func `a reader that is too far behind is told to list anew, and gets what comes after`() async {
        let mailbox = EventMailbox(limit: 10)
        mailbox.offer(.connected)
        #expect(await mailbox.next() == .connected)
        (0..<25).map(Self.event).forEach(mailbox.offer)
        // The 11th and the 21st found no room: what waited was forgotten with them.
        let rest = await Self.rest(mailbox)
        #expect(rest.first == .reconnected)
        #expect(rest.count < 10)
        #expect(rest.last == Self.event(24))

        let fresh = EventMailbox(limit: 3)
        fresh.offer(.connected)
        (0..<4).map(Self.event).forEach(fresh.offer)
        #expect(await fresh.next() == .connected)
    }

    @Test func `the end wakes a reader and drops what waits`() async throws {
        let mailbox = EventMailbox(limit: 10)
        async let next = mailbox.next()
        mailbox.finish()
        #expect(await next == nil)
        mailbox.offer(.connected)
        #expect(await mailbox.next() == nil)
    }
}
