import Lab
import Testing

@testable import Swarm

@Suite("What rebalancing moves")
struct RebalancePlanTests {
    private func counts(_ cluster: SampleCluster, after plan: RebalancePlan) throws -> [Int] {
        let engines = cluster.state.engines.values.sorted { $0.address < $1.address }
        return engines.map { engine in
            engine.node.containers.count - plan.moves.count { $0.from == engine.address }
                + plan.moves.count { $0.to == engine.address }
        }
    }

    @Test("spread: a node that has come gets its share, by the fewest moves, and then nothing moves any more")
    func evensOut() throws {
        var cluster = try SampleCluster(nodes: 3)
        for number in 0..<12 { try cluster.run("c\(number)", on: 1 + number % 2, moves: true) }
        let plan = RebalancePlan(cluster.state, scheduler: Scheduler())
        #expect(plan.moves.count == 4)
        #expect(try counts(cluster, after: plan) == [4, 4, 4])
        for move in plan.moves {
            cluster.state.remove(id: move.container.id)
            try cluster.run(move.container.name, on: 3, moves: true)
        }
        #expect(RebalancePlan(cluster.state, scheduler: Scheduler()).moves.isEmpty)
    }

    @Test("only what moves when its node is lost is moved, and where to is up to its constraints")
    func keepsWhatStays() throws {
        var cluster = try SampleCluster(nodes: 2)
        for number in 0..<6 { try cluster.run("fixed\(number)", on: 1) }
        #expect(RebalancePlan(cluster.state, scheduler: Scheduler()).moves.isEmpty)
        let constraint = [SwarmLabel.Expressions.constraint.label: #"["zone==z1"]"#]
        try cluster.run("bound", on: 1, moves: true, labels: constraint)
        #expect(RebalancePlan(cluster.state, scheduler: Scheduler()).moves.isEmpty)
        try cluster.run("free", on: 1, moves: true)
        let plan = RebalancePlan(cluster.state, scheduler: Scheduler())
        #expect(plan.moves.map(\.container.name) == ["free"])
    }

    @Test("spread: by what is promised where containers make demands, the largest first")
    func evensOutDemands() throws {
        var cluster = try SampleCluster(nodes: 2)
        for (number, gibibytes) in [1, 1, 4].enumerated() {
            try cluster.run("c\(number)", on: 1, moves: true, settings: #""Memory":\#(Int64(gibibytes) << 30)"#)
        }
        let plan = RebalancePlan(cluster.state, scheduler: Scheduler())
        #expect(plan.moves.map(\.container.name) == ["c2"])
    }

    @Test("binpack empties the emptiest, random and a single node move nothing")
    func followsTheStrategy() throws {
        var cluster = try SampleCluster(nodes: 2)
        for number in 0..<3 { try cluster.run("a\(number)", on: 1, moves: true) }
        try cluster.run("b", on: 2, moves: true)
        let plan = RebalancePlan(cluster.state, scheduler: Scheduler(strategy: .binpack))
        #expect(plan.moves.map(\.container.name) == ["b"])
        #expect(RebalancePlan(cluster.state, scheduler: Scheduler(strategy: .random)).moves.isEmpty)
        var alone = try SampleCluster(nodes: 1)
        try alone.run("c", on: 1, moves: true)
        #expect(RebalancePlan(alone.state, scheduler: Scheduler()).moves.isEmpty)
    }

    @Test("whatever is where, a plan ends, moves nothing twice, and leaves nothing to move", arguments: 0..<20)
    func ends(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var cluster = try SampleCluster(nodes: Int.random(in: 2...6, using: &generator))
        let nodes = cluster.state.engines.count
        for number in 0..<Int.random(in: 1...30, using: &generator) {
            let memory = [0, 0, 1, 2].randomElement(using: &generator) ?? 0
            try cluster.run(
                "c\(number)", on: Int.random(in: 1...min(2, nodes), using: &generator),
                moves: Bool.random(using: &generator), settings: #""Memory":\#(Int64(memory) << 28)"#)
        }
        let strategy = Bool.random(using: &generator) ? PlacementStrategy.spread : .binpack
        let plan = RebalancePlan(cluster.state, scheduler: Scheduler(strategy: strategy))
        #expect(plan.moves.count < RebalancePlan.movesMax)
        let all = try counts(cluster, after: plan)
        #expect(all.reduce(0, +) == cluster.state.directory.count)
        #expect(plan.moves.allSatisfy { $0.container.moves && $0.from != $0.to })
    }
}
