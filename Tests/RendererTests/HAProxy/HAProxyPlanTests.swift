import Lab
import Testing

@testable import Renderer

/// Plans carried out on a model of the running process.
@Suite struct HAProxyPlanTests {
    private static let version = HAProxyVersion(major: 2, minor: 6)

    /// Random configurations of some backends whose servers and slots are near to each other, so that changes are small.
    private struct Sample {
        var servers: [String: String] = [:]

        static func text(_ backends: [Sample]) -> String {
            var text = "defaults\n mode http\n"
            for (index, backend) in backends.enumerated() {
                text += "backend b\(index)\n"
                for (name, words) in backend.servers.sorted(by: { $0.key < $1.key }) {
                    text += " server \(name) \(words)\n"
                }
            }
            return text
        }

        static func words(_ generator: inout SeededGenerator) -> String {
            let address = [
                "10.0.0.\(Int.random(in: 1...9, using: &generator)):80",
                "[fd00::\(Int.random(in: 1...9, using: &generator))]:81",
            ]
            var words = [address[Bool.random(using: &generator) ? 0 : 1]]
            if Int.random(in: 0..<3, using: &generator) == 0 {
                words.append("weight \(Int.random(in: 0...9, using: &generator))")
            }
            if Int.random(in: 0..<4, using: &generator) == 0 { words.append("disabled") }
            if Int.random(in: 0..<6, using: &generator) == 0 { words.append("backup") }
            return words.joined(separator: " ")
        }

        /// The same with some servers changed, some gone, some new.
        func mutated(_ generator: inout SeededGenerator) -> Sample {
            var copy = self
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                let name = "s\(Int.random(in: 1...8, using: &generator))"
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: copy.servers[name] = nil
                case 1 where copy.servers[name]?.contains("backup") == false:
                    copy.servers[name] = Self.words(&generator).replacing(" backup", with: "")
                default: if copy.servers[name] == nil { copy.servers[name] = Self.words(&generator) }
                }
            }
            return copy
        }
    }

    private static func run(_ commands: [RuntimeCommand], on model: inout RunningModel, _ context: String) {
        for command in commands {
            let verdict = command.judge(model.run("\(command)"))
            #expect(verdict == .done, "\(command): \(verdict)\n\(context)")
        }
    }

    @Test func `a plan leads from the state of the old text to the state of the new one`() throws {
        var (generator, lives) = (SeededGenerator(seed: 7), 0)
        for _ in 0..<3_000 {
            var old = (0..<2).map { _ in Sample() }
            for index in old.indices {
                for number in 1...5 where Bool.random(using: &generator) {
                    old[index].servers["s\(number)"] = Sample.words(&generator)
                }
            }
            let new = old.map { $0.mutated(&generator) }
            let (before, after) = (Sample.text(old), Sample.text(new))
            let context = "\(before)\n->\n\(after)"
            var model = RunningModel(startedWith: before)
            let goal = RunningModel(startedWith: after)
            switch HAProxyChange.between(old: before, new: after, version: Self.version) {
            case .nothing: #expect(model.comparable == goal.comparable, "\(context)")
            case .reload(let reason): #expect(reason.contains("`backup`"), "\(reason)\n\(context)")
            case .live(let plan):
                lives += 1
                model.busy = Set(model.servers.keys)
                let script = try HAProxyScript(plan, running: model.state, leaving: [:], canQuiet: true)
                Self.run(script.opening, on: &model, context)
                if !script.quieting.isEmpty { model.settle() }
                Self.run(script.moving, on: &model, context)
                Self.run(script.closing, on: &model, context)
                let leaving = Set(script.departures.map(\.name))
                #expect(plan.discrepancy(in: model.state, leaving: leaving) == nil, "\(context)")
                // As many serve at any time as in the smaller of both texts, but for those that are out to be moved.
                for (backend, count) in goal.fewest {
                    let moved = script.quieting.filter { $0.backend == backend }.count
                    let floor = min(count, RunningModel(startedWith: before).fewest[backend] ?? 0) - moved
                    #expect((model.fewest[backend] ?? 0) >= floor, "\(backend): \(model.fewest)\n\(context)")
                }
                #expect(
                    model.served.isSubset(of: goal.served.union(RunningModel(startedWith: before).served)), "\(context)"
                )
                #expect(model.movedWhileBusy.isDisjoint(with: script.quieting.map(\.description)))
                model.settle()
                for name in leaving {
                    Self.run([.setState(name, .maint), .delete(name)], on: &model, context)
                }
                #expect(model.comparable == goal.comparable, "\(context)")
                #expect(model.errors.isEmpty)
            }
        }
        #expect(lives > 1_500)
    }

    @Test func `a state that is not the old text's is a doubt`() throws {
        let old = "defaults\n mode http\nbackend b\n server s1 10.0.0.1:80\n server s2 10.0.0.2:80\n"
        let new = old.replacing("10.0.0.2", with: "10.0.0.3")
        guard case .live(let plan) = HAProxyChange.between(old: old, new: new, version: Self.version) else {
            Issue.record("no plan")
            return
        }
        for (words, reason) in [
            ("set server b/s1 addr 10.0.0.9 port 80", "is at 10.0.0.9"),
            ("set server b/s1 addr 10.0.0.1 port 81", "port 81"),
            ("add server b/s3 10.0.0.1:80", "should not be"),
        ] {
            var model = RunningModel(startedWith: old)
            _ = model.run(words)
            let error = #expect(throws: HAProxyFailure.self) {
                try HAProxyScript(plan, running: model.state, leaving: [:], canQuiet: true)
            }
            #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        }
        var model = RunningModel(startedWith: old)
        model.servers["b/s1"] = nil
        #expect(throws: HAProxyFailure.self) {
            try HAProxyScript(plan, running: model.state, leaving: [:], canQuiet: true)
        }
        #expect(throws: HAProxyFailure.self) {
            try HAProxyScript(plan, running: ServersState(), leaving: [:], canQuiet: true)
        }
    }

    @Test func `every command that was not carried out is seen afterwards`() throws {
        let old = """
            defaults
             mode http
            backend b
             server s1 10.0.0.1:80
             server s2 10.0.0.2:80
             server s3 10.0.0.3:80 weight 4
             server s4 10.0.0.4:80
             server s5 0.0.0.0:1 disabled

            """
        let new = """
            defaults
             mode http
            backend b
             server s1 10.0.0.9:80
             server s3 10.0.0.3:80 weight 5
             server s4 10.0.0.4:80 disabled
             server s5 10.0.0.5:80 weight 2
             server s6 10.0.0.6:80

            """
        guard case .live(let plan) = HAProxyChange.between(old: old, new: new, version: Self.version) else {
            Issue.record("no plan")
            return
        }
        let start = RunningModel(startedWith: old)
        let script = try HAProxyScript(plan, running: start.state, leaving: [:], canQuiet: false)
        let commands = script.opening + script.moving + script.closing
        let leaving = Set(script.departures.map(\.name))
        for missing in commands.indices {
            var model = start
            for index in commands.indices where index != missing { _ = model.run("\(commands[index])") }
            #expect(plan.discrepancy(in: model.state, leaving: leaving) != nil, "\(commands[missing]) was not missed")
        }
    }

    /// What is done for a change from one text to another, as lines.
    private func script(
        _ old: String, _ new: String, canQuiet: Bool = true, leaving: [ServerName: HAProxyScript.Departure] = [:],
        running: RunningModel? = nil
    ) throws -> [[String]] {
        let (old, new) = ("defaults\n mode http\nbackend b\n" + old, "defaults\n mode http\nbackend b\n" + new)
        guard case .live(let plan) = HAProxyChange.between(old: old, new: new, version: Self.version) else {
            throw LabError("no plan: \(HAProxyChange.between(old: old, new: new, version: Self.version))")
        }
        let state = (running ?? RunningModel(startedWith: old)).state
        let script = try HAProxyScript(plan, running: state, leaving: leaving, canQuiet: canQuiet)
        return [script.opening, script.moving, script.closing].map { $0.map(\.description) }
    }

    @Test func `a server that serves is emptied before it moves if another one serves meanwhile`() throws {
        let old = " server s1 10.0.0.1:80\n server s2 10.0.0.2:80\n"
        let new = " server s1 10.0.0.1:80\n server s2 10.0.0.3:80\n"
        #expect(
            try script(old, new) == [
                ["set server b/s2 state maint"],
                ["set server b/s2 addr 10.0.0.3 port 80", "set server b/s2 state ready"], [],
            ])
        #expect(try script(old, new, canQuiet: false) == [["set server b/s2 addr 10.0.0.3 port 80"], [], []])
        // One that is new serves by then, one that goes may be dead.
        let more = " server s2 10.0.0.3:80\n server s3 10.0.0.4:80\n"
        #expect(try script(" server s2 10.0.0.2:80\n", more)[0].last == "set server b/s2 state maint")
        #expect(try script(old, " server s2 10.0.0.3:80\n")[0] == ["set server b/s2 addr 10.0.0.3 port 80"])
        // Both at once, or the only one that is no backup: then no server would be left.
        let both = " server s1 10.0.0.4:80\n server s2 10.0.0.3:80\n"
        #expect(try script(old, both)[1] == [])
        #expect(
            try script(
                " server s1 10.0.0.1:80 backup\n server s2 10.0.0.2:80\n",
                " server s1 10.0.0.1:80 backup\n server s2 10.0.0.3:80\n")[1]
                == [])
    }

    @Test func `a slot is filled address first and emptied state first`() throws {
        let (empty, full) = (" server s1 0.0.0.0:1 disabled\n", " server s1 10.0.0.1:80\n")
        #expect(
            try script(empty, full) == [
                ["set server b/s1 addr 10.0.0.1 port 80", "set server b/s1 state ready"], [], [],
            ])
        #expect(
            try script(full, empty) == [
                [], [], ["set server b/s1 state maint", "set server b/s1 addr 0.0.0.0 port 1"],
            ])
    }

    @Test func `a server that goes is drained, or is taken out at once where clients are tied to it`() throws {
        let (old, new) = (" server s1 10.0.0.1:80\n server s2 10.0.0.2:80\n", " server s1 10.0.0.1:80\n")
        #expect(try script(old, new) == [[], [], ["set server b/s2 state drain"]])
        let sticky = " stick on src\n stick-table type ip size 1k\n"
        #expect(try script(sticky + old, sticky + new) == [[], [], ["set server b/s2 state maint"]])
    }

    @Test func `a server that comes back before it is gone is put to work again, with the same settings alone`() throws
    {
        let (old, new) = (" server s1 10.0.0.1:80\n", " server s1 10.0.0.1:80\n server s2 10.0.0.3:80 weight 2\n")
        let name = ServerName(backend: "b", server: "s2")
        var running = RunningModel(startedWith: "backend b\n" + old)
        _ = running.run("add server b/s2 10.0.0.2:80")
        let settings = try #require(HAProxyServerSettings([]))
        let leaving = [name: HAProxyScript.Departure(name: name, settings: settings)]
        #expect(
            try script(old, new, leaving: leaving, running: running)[0] == [
                "set server b/s2 addr 10.0.0.3 port 80", "set server b/s2 weight 2", "set server b/s2 state ready",
            ])
        #expect(throws: HAProxyFailure.self) { try script(old, new + " server s3 10.0.0.4:80", running: running) }
        let checked = new.replacing("weight 2", with: "check")
        #expect(throws: HAProxyFailure.self) { try script(old, checked, leaving: leaving, running: running) }
        // Once it is gone it is added as any other.
        #expect(try script(old, new, leaving: leaving)[0].first?.hasPrefix("add server b/s2 10.0.0.3:80 ") == true)
    }

    @Test func `what an operator has taken out stays out`() throws {
        let (old, new) = (
            " server s1 10.0.0.1:80\n server s2 10.0.0.2:80\n", " server s1 10.0.0.1:80\n server s2 10.0.0.3:80\n"
        )
        var running = RunningModel(startedWith: "backend b\n" + old)
        _ = running.run("set server b/s2 state maint")
        #expect(try script(old, new, running: running) == [["set server b/s2 addr 10.0.0.3 port 80"], [], []])
    }
}
