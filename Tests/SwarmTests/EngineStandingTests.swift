import Testing

@testable import Swarm

@Suite("EngineStanding")
struct EngineStandingTests {
    @Test("failures in a row make it unhealthy, and one answer makes it well")
    func countsFailures() {
        var standing = EngineStanding(failuresMax: 3)
        #expect(standing.health == 0)
        #expect(standing.validated() == .connected && standing.health == 100)
        #expect(standing.failed("refused") == nil && standing.health == 67)
        #expect(standing.succeeded() == nil && standing.health == 100)
        _ = standing.failed("a")
        #expect(standing.failed("b") == nil && standing.health == 34)
        #expect(standing.failed("c") == .disconnected && standing.condition == .unhealthy && standing.error == "c")
        #expect(standing.failed("d") == nil && standing.health == 0)
        #expect(standing.succeeded() == .reconnected && standing.condition == .healthy && standing.error.isEmpty)
    }

    @Test("what fails before it was ever known is no loss")
    func staysPending() {
        var standing = EngineStanding(failuresMax: 1)
        #expect(standing.failed("refused") == nil && standing.condition == .pending)
        #expect(standing.succeeded() == nil && standing.condition == .pending)
        standing.refused("ID duplicated.")
        #expect(standing.error == "ID duplicated.")
        #expect(standing.validated() == .connected)
    }

    @Test("drained engines answer and get nothing, also after an absence")
    func drains() {
        var standing = EngineStanding(failuresMax: 1)
        _ = standing.validated()
        standing.drain(true)
        #expect(standing.condition == .maintenance && standing.health == 0 && standing.isAnswering)
        #expect(standing.failed("cut") == .disconnected)
        #expect(standing.succeeded() == .reconnected && standing.condition == .maintenance)
        standing.drain(false)
        #expect(standing.condition == .healthy && standing.health == 100)
    }

    @Test("another engine at its address, and leaving")
    func leaves() {
        var standing = EngineStanding(failuresMax: 2)
        _ = standing.validated()
        #expect(standing.changedIdentity() == .disconnected && standing.condition == .pending)
        #expect(standing.left() == nil && standing.condition == .disconnected)
    }
}
