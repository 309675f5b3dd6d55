import Testing

@testable import Registrator

/// When a registry is asked to do what.
struct RegistryPaceTests {
    private static func pace(_ change: (inout RegistratorOptions) -> Void = { _ in }) -> RegistryPace {
        var options = RegistratorOptions()
        options.timeToLive = 60
        options.refresh = 30
        change(&options)
        return RegistryPace(name: "r", settings: RegistratorSettings(options))
    }

    private static func calls(_ actions: [RegistryPace.Action]) -> [RegistryPace.Call] {
        actions.compactMap { if case .call(let call) = $0 { call } else { nil } }
    }

    @Test func `it is pinged, then told, and what changes meanwhile is told after that`() {
        var pace = Self.pace()
        #expect(Self.calls(pace.handle(.time, now: .zero)) == [.ping])
        #expect(Self.calls(pace.handle(.changed, now: .zero)).isEmpty)
        #expect(Self.calls(pace.handle(.answered, now: .zero)) == [.reconcile])
        #expect(Self.calls(pace.handle(.changed, now: .zero)).isEmpty)
        #expect(Self.calls(pace.handle(.changed, now: .zero)).isEmpty)
        #expect(Self.calls(pace.handle(.reconciled(RegistryChange()), now: .zero)) == [.reconcile])
        #expect(!pace.isSettled)
        #expect(Self.calls(pace.handle(.reconciled(RegistryChange()), now: .zero)).isEmpty)
        #expect(pace.isSettled)
    }

    @Test func `lifetimes are refreshed, and over ones are written again`() {
        var pace = Self.pace { $0.refresh = 10 }
        _ = pace.handle(.changed, now: .zero)
        _ = pace.handle(.answered, now: .zero)
        _ = pace.handle(.reconciled(RegistryChange()), now: .seconds(1))
        #expect(pace.nextDeadline == .seconds(10))
        #expect(Self.calls(pace.handle(.time, now: .seconds(9))).isEmpty)
        #expect(Self.calls(pace.handle(.time, now: .seconds(10))) == [.refresh])
        #expect(Self.calls(pace.handle(.refreshed(true), now: .seconds(11))).isEmpty)
        #expect(Self.calls(pace.handle(.time, now: .seconds(21))) == [.refresh])
        #expect(Self.calls(pace.handle(.refreshed(false), now: .seconds(21))) == [.reconcile])
    }

    @Test func `changes that never end put no refresh off`() {
        var pace = Self.pace { $0.refresh = 10 }
        _ = pace.handle(.answered, now: .zero)
        var refreshes: [Int] = []
        for second in 0..<45 {
            let calls = Self.calls(pace.handle(.changed, now: .seconds(second)))
            if calls.contains(.refresh) {
                refreshes.append(second)
                _ = pace.handle(.refreshed(true), now: .seconds(second))
            }
            #expect(calls.contains(.reconcile))
            _ = pace.handle(.reconciled(RegistryChange()), now: .seconds(second))
        }
        #expect(refreshes == [10, 20, 30, 40])
    }

    @Test func `after an outage lifetimes are refreshed at once`() {
        var pace = Self.pace { $0.refresh = 10 }
        _ = pace.handle(.changed, now: .zero)
        _ = pace.handle(.answered, now: .zero)
        _ = pace.handle(.failed(.reconcile, "away"), now: .seconds(5))
        #expect(Self.calls(pace.handle(.time, now: .seconds(6))) == [.reconcile])
        #expect(Self.calls(pace.handle(.reconciled(RegistryChange()), now: .seconds(6))) == [.reconcile, .refresh])
    }

    @Test func `after an outage everything is compared`() {
        var pace = Self.pace { $0.refresh = 10 }
        _ = pace.handle(.changed, now: .zero)
        _ = pace.handle(.answered, now: .zero)
        _ = pace.handle(.reconciled(RegistryChange()), now: .zero)
        #expect(Self.calls(pace.handle(.time, now: .seconds(10))) == [.refresh])
        #expect(Self.calls(pace.handle(.failed(.refresh, "away"), now: .seconds(10))).isEmpty)
        #expect(pace.nextDeadline == .seconds(11))
        #expect(Self.calls(pace.handle(.time, now: .seconds(11))) == [.refresh])
        #expect(Self.calls(pace.handle(.refreshed(true), now: .seconds(11))) == [.reconcile])
    }

    @Test func `what fails is tried less and less often, up to 5 s`() {
        var pace = Self.pace()
        _ = pace.handle(.changed, now: .zero)
        _ = pace.handle(.answered, now: .zero)
        var now = Duration.zero
        var pauses: [Duration] = []
        var texts = 0
        for _ in 0..<5 {
            let actions = pace.handle(.failed(.reconcile, "away"), now: now)
            texts += actions.count { if case .log = $0 { true } else { false } }
            guard let next = pace.nextDeadline else { break }
            pauses.append(next - now)
            now = next
            #expect(Self.calls(pace.handle(.time, now: now)) == [.reconcile])
        }
        #expect(pauses == [.seconds(1), .seconds(2), .seconds(4), .seconds(5), .seconds(5)])
        #expect(texts == 1)
    }

    @Test(arguments: [0, 2])
    func `one that never answers is given up after its tries`(_ attempts: Int) {
        var pace = Self.pace { $0.retryAttempts = attempts }
        var now = Duration.zero
        _ = pace.handle(.time, now: now)
        for _ in 0..<attempts {
            #expect(!pace.handle(.failed(.ping, "no"), now: now).contains(.giveUp))
            now += .seconds(2)
            #expect(Self.calls(pace.handle(.time, now: now)) == [.ping])
        }
        #expect(pace.handle(.failed(.ping, "no"), now: now).contains(.giveUp))
    }

    @Test func `one that has answered is never given up`() {
        var pace = Self.pace { $0.retryAttempts = 0 }
        _ = pace.handle(.answered, now: .zero)
        _ = pace.handle(.changed, now: .zero)
        #expect(!pace.handle(.failed(.reconcile, "no"), now: .zero).contains(.giveUp))
    }

    @Test func `no deadline lies behind what was handled`() {
        var pace = Self.pace()
        var now = Duration.zero
        for event in [RegistryPace.Event.time, .answered, .changed, .failed(.reconcile, ""), .time, .time] {
            _ = pace.handle(event, now: now)
            if let next = pace.nextDeadline { #expect(next > now) }
            now += .milliseconds(700)
        }
    }
}
