import Lab
import Testing

@testable import Renderer

/// Runs with a world that does whatever it likes: what must hold in every order of events holds.
@Suite struct RenderLoopModelTests {
    /// A world of four keys and three templates, of which each asks some keys.
    private struct World {
        var driver: LoopDriver
        var generator: SeededGenerator
        let keys = (0..<4).map { Dependency(.store(.key("k\($0)", QueryScope(), isBlocking: true))) }
        var asks: [Set<Int>]
        var present: Set<Int> = []
        var watched: Set<Dependency> = []
        var rendering: Set<Int> = []
        var writing: Set<Int> = []
        var job: RenderJob?
        /// Texts: what the template would be, what is in the file, what the command has seen.
        var versions = [0, 0, 0]
        var rendered = [-1, -1, -1]
        var files = [-1, -1, -1]
        var applied = [-1, -1, -1]
        var isKind = false

        init(seed: UInt64) {
            generator = SeededGenerator(seed: seed)
            asks = (0..<3).map { _ in [] }
            driver = LoopDriver(
                configuration(
                    template("x", command: "one") { $0.wait = WaitWindow(minimum: .seconds(1)) },
                    template("y", command: "one") { $0.reload.minimumInterval = .seconds(3) },
                    template("z", command: "two")))
            for index in asks.indices { asks[index] = pick() }
            take(.time)
        }

        mutating func pick() -> Set<Int> { Set((0..<4).filter { _ in Bool.random(using: &generator) }) }

        mutating func take(_ event: RenderEvent, after pause: Duration = .zero) {
            for action in driver.take(event, after: pause) { perform(action) }
        }

        mutating func perform(_ action: RenderAction) {
            switch action {
            case .render(let index):
                #expect(rendering.insert(index).inserted)
            case .watch(let dependency): #expect(watched.insert(dependency).inserted)
            case .unwatch(let dependency):
                #expect(watched.remove(dependency) != nil)
                // What left the watch has lost its answer.
                present = present.filter { keys[$0] != dependency }
            case .write(let index):
                #expect(writing.insert(index).inserted)
                #expect(job?.templates.contains(index) != true, "a file is written while its command runs")
            case .run(let next):
                #expect(job == nil && writing.isEmpty)
                job = next
            default: Issue.record("\(action)")
            }
        }

        /// Does one thing that may happen now.
        mutating func step() {
            if let index = rendering.first {
                rendering.remove(index)
                let used = asks[index].sorted().map { keys[$0] }
                let missing = asks[index].subtracting(present).sorted().map { keys[$0] }
                if missing.isEmpty { rendered[index] = versions[index] }
                return take(.rendered(template: index, RenderEvent.Rendering(used: used, missing: missing)))
            }
            switch Int.random(in: 0..<6, using: &generator) {
            case 0 where !isKind: change()
            case 1 where !writing.isEmpty: write()
            case 2 where job != nil: work()
            case 3: take(.time, after: .milliseconds(Int.random(in: 0..<2_000, using: &generator)))
            case 4: appear()
            default: break
            }
        }

        mutating func change() {
            let key = Int.random(in: 0..<4, using: &generator)
            guard present.contains(key), watched.contains(keys[key]) else { return }
            for index in asks.indices where asks[index].contains(key) {
                versions[index] += 1
                if Int.random(in: 0..<4, using: &generator) == 0 { asks[index] = pick() }
            }
            take(.answered(keys[key]))
        }

        mutating func appear() {
            let key = Int.random(in: 0..<4, using: &generator)
            guard watched.contains(keys[key]), !isKind || !present.contains(key) else { return }
            present.insert(key)
            take(.answered(keys[key]))
        }

        mutating func write() {
            guard let index = writing.randomElement(using: &generator) else { return }
            writing.remove(index)
            let fails = !isKind && Int.random(in: 0..<4, using: &generator) == 0
            if fails { return take(.wrote(template: index, .failed("no"))) }
            let isEqual = files[index] == rendered[index]
            files[index] = rendered[index]
            take(.wrote(template: index, isEqual ? .unchanged(isOwed: applied[index] != files[index]) : .written))
        }

        mutating func work() {
            guard let job else { return }
            self.job = nil
            let fails = !isKind && Int.random(in: 0..<4, using: &generator) == 0
            if fails { return take(.jobEnded(.failed("no"))) }
            for index in job.templates { applied[index] = files[index] }
            take(.jobEnded(.done(hasReloaded: true)))
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `whatever happens, in the end every file is as it should be and every command has seen it`(seed: UInt64) {
        var world = World(seed: seed)
        for _ in 0..<400 { world.step() }
        // From here on nothing changes and nothing fails; what is unknown is watched and appears.
        world.isKind = true
        for _ in 0..<4_000 { world.step() }
        for index in world.asks.indices {
            #expect(world.rendered[index] == world.versions[index], "template \(index)")
            #expect(world.files[index] == world.versions[index], "file \(index)")
            #expect(world.applied[index] == world.versions[index], "command \(index)")
        }
        #expect(world.watched == Set(world.asks.flatMap { $0 }.map { world.keys[$0] }))
        let isIdle = world.driver.loop.isIdle
        #expect(isIdle)
    }
}
