@testable import DockerEngine
import Lab
import Testing

@testable import Registrator

/// Whatever happens in whatever order: in the end what is known is what runs, and only changes were published.
struct LedgerModelTests {
    @Test(arguments: 1...40)
    func `after any history the tree is exact`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bench = LedgerBench.connected()
        bench.answers = false
        for _ in 0..<400 {
            Self.step(&bench, &random)
            while Bool.random(using: &random), !bench.questions.isEmpty {
                let index = Int.random(in: 0..<bench.questions.count, using: &random)
                let question = bench.questions.remove(at: index)
                bench.tell(.inspected(question.id, ticket: question.ticket, bench.containers[question.id]))
            }
        }
        // The engine answers all that it was asked, in any order; signals that were outlived are found out.
        bench.questions.shuffle(using: &random)
        for question in bench.questions {
            bench.tell(.inspected(question.id, ticket: question.ticket, bench.containers[question.id]))
        }
        bench.answers = true
        bench.tell(.connected)
        for _ in 0..<3 { bench.pass(.seconds(200)) }
        let expected = bench.containers.values.filter { $0.state.isRunning && !$0.state.isPaused }
        #expect(bench.tree == Tree.text(Array(expected), .made()))
        let publications = bench.publications
        bench.tell(.resync)
        bench.tell(.connected)
        #expect(bench.publications == publications)
    }

    private static func step(_ bench: inout LedgerBench, _ random: inout SeededGenerator) {
        let id = "c\(Int.random(in: 0..<6, using: &random))"
        let isRunning = bench.containers[id]?.state.isRunning ?? false
        switch Int.random(in: 0..<10, using: &random) {
        case 0...3:
            if isRunning {
                bench.die(id, Int.random(in: 0...2, using: &random), isRemoved: Bool.random(using: &random))
            } else {
                bench.run(id, port: Int.random(in: 1...60_000, using: &random))
            }
        case 4 where isRunning:
            bench.happen("kill", id, ["signal": ["1", "9", "15"].randomElement(using: &random) ?? "9"])
        case 5 where isRunning:
            let isPaused = bench.containers[id]?.state.isPaused ?? false
            bench.containers[id]?.state.isPaused.toggle()
            bench.happen(isPaused ? "unpause" : "pause", id)
        case 6: bench.tell(.lost("gone"), .connected)
        case 7: bench.tell(.resync)
        case 8: bench.tell(.listed(bench.containers.filter { $0.value.state.isRunning }.keys.sorted()))
        default: bench.pass(.seconds(Int.random(in: 0...20, using: &random)))
        }
    }
}
