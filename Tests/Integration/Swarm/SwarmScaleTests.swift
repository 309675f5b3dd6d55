import Foundation
import Lab
import Testing

extension IntegrationTests.SwarmTests {
    /// A cluster larger than the machine: engines that run nothing, each with 30 containers.
    ///
    /// `PORTICO_ENGINES=1000` is the test that was published for classic Docker Swarm 1.0 (1,000 engines, 30,000 containers,
    /// a manager on 4 processors): `docker info` took 150, 200 and 360 ms at the 50th, 90th and 99th of 100, and
    /// `docker run` 230, 250 and 400 ms. docs/SWARM.md says how to run it.
    @Suite(.serialized, .timeLimit(.minutes(20)))
    struct Scale {
        /// Times of one kind of call.
        private struct Times {
            private let sorted: [Double]

            init(_ count: Int, _ call: (Int) throws -> Void) rethrows {
                var times: [Double] = []
                for number in 0..<count {
                    let begin = ContinuousClock.now
                    try call(number)
                    times.append((ContinuousClock.now - begin).inMilliseconds)
                }
                self.sorted = times.sorted()
            }

            /// The time in milliseconds that a share of calls stays under.
            subscript(share: Double) -> Double {
                self.sorted[min(self.sorted.count - 1, Int(Double(self.sorted.count) * share))]
            }

            var text: String {
                [0.5, 0.9, 0.99].map { String(format: "%.1f", self[$0]) }.joined(separator: " / ") + " ms"
            }
        }

        private static let asked = ProcessInfo.processInfo.environment["PORTICO_ENGINES"].flatMap { Int($0) }

        private static func expectStatus(_ status: Int, _ answer: HTTPAnswer) throws {
            guard answer.status == status else { throw LabError("\(answer.status): \(answer.text.prefix(300))") }
        }

        @Test func `many engines with many containers are a cluster that answers at once`() throws {
            let count = Self.asked ?? 100
            let calls = Self.asked == nil ? 100 : 1_000
            let engines = try FakeEngines(count: count, containers: 30)
            let begin = ContinuousClock.now
            let manager = try SwarmManager([], discovery: engines.url)
            try manager.waitUntilReady(count, within: .seconds(300))
            let child = try manager.child
            print("\(count) engines with \(engines.containerCount) containers: known in \(ContinuousClock.now - begin)")
            print(
                "memory: \(try ProcessFigures.resident(child.id) >> 20) MiB, "
                    + "\(try ProcessFigures.peakResident(child.id) >> 20) MiB at most; "
                    + "processor time so far: \(try ProcessFigures.processorTime(child.id))")

            let info = try Times(calls) { _ in
                try Self.expectStatus(200, manager.request("/v1.40/info"))
            }
            let run = try Times(calls) { number in
                let made = try manager.request(
                    "/v1.40/containers/create?name=run\(number)", method: "POST",
                    body: #"{"Image":"lab:1","Cmd":["sh"],"Labels":{},"HostConfig":{"PortBindings":{}}}"#)
                try Self.expectStatus(201, made)
                let id = try #require(LabAnswer.object(made)["Id"] as? String)
                try Self.expectStatus(204, manager.request("/v1.40/containers/\(id)/start", method: "POST"))
            }
            let inspect = try Times(calls) { number in
                try Self.expectStatus(200, manager.request("/v1.40/containers/run\(number)/json"))
            }
            let node = "fake\(count / 2 + 1)"
            let filters = try #require(
                #"{"node":["\#(node)"]}"#.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            let some = try Times(calls) { _ in
                let answer = try manager.request("/v1.40/containers/json?all=1&filters=\(filters)")
                try Self.expectStatus(200, answer)
                #expect(answer.text.contains("/\(node)/"))
            }
            let list = try Times(max(5, calls / 50)) { _ in
                try Self.expectStatus(200, manager.request("/v1.40/containers/json?all=1", within: .seconds(60)))
            }
            let before = try ProcessFigures.processorTime(child.id)
            let quiet = ContinuousClock.now
            Deadline.after(.seconds(3)).pass()
            let share = (try ProcessFigures.processorTime(child.id) - before) / (ContinuousClock.now - quiet)
            let client = try Times(10) { _ in try manager.docker.output(["info"]) }
            let clientRun = try Times(10) { _ in try manager.docker.output(["run", "-d", "lab:1"]) }
            print(
                """
                GET /info:                 \(info.text)
                create and start:          \(run.text)
                inspect:                   \(inspect.text)
                list of one engine:        \(some.text)
                list of all containers:    \(list.text)
                docker info, with client:  \(client.text)
                docker run, with client:   \(clientRun.text)
                while nobody asks:         \(String(format: "%.1f", share * 100)) % of a processor
                memory at the end:         \(try ProcessFigures.resident(child.id) >> 20) MiB, at most \
                \(try ProcessFigures.peakResident(child.id) >> 20) MiB
                """)
            #expect(engines.containerCount == 30 * count + calls + 10)
            // Spread means that no engine has two of them before all others have one.
            let most = (0..<count).map { engines.containers(of: $0).count }.max() ?? 0
            #expect(most <= 30 + (calls + 10 + count - 1) / count)
            // A tenth of what was published where it is asked for; else what a machine at many times its load can do.
            let slack = Self.asked == nil ? 10.0 : 1
            #expect(info[0.5] <= 15 * slack && info[0.9] <= 20 * slack && info[0.99] <= 36 * slack)
            #expect(run[0.5] <= 23 * slack && run[0.9] <= 25 * slack && run[0.99] <= 40 * slack)
            try manager.kill()
        }

        @Test func `an engine that misbehaves costs the others nothing`() throws {
            let engines = try FakeEngines(count: 12, containers: 3)
            let faults: [FakeFault] = [
                .hang, .refuse, .garbage, .truncated, .brokenOff, .slow(.seconds(3)), .failing(500),
            ]
            // From the start, and in the midst of life.
            for (index, fault) in faults.enumerated() where index.isMultiple(of: 2) { engines.fail(index, fault) }
            engines.fail(8, .hang, on: "/json")
            let manager = try SwarmManager(
                ["--engine-refresh-min-interval", "1s", "--engine-refresh-max-interval", "2s"], discovery: engines.url)
            let good = ["fake10", "fake11", "fake12"]
            try manager.wait(until: "three healthy engines") {
                let states = try manager.states()
                return states.count == 12 && good.allSatisfy { states[$0] == "Healthy" }
            }
            for (index, fault) in faults.enumerated() { engines.fail(index, fault) }
            func longest(_ calls: Int) throws -> Duration {
                try (0..<calls).map { _ in
                    let begin = ContinuousClock.now
                    let names = try manager.docker.output(["ps", "-a", "--format", "{{.Names}}"])
                    #expect(good.allSatisfy { names.contains("\($0)/c") })
                    return ContinuousClock.now - begin
                }.max() ?? .zero
            }
            #expect(try longest(10) < .seconds(5))
            // A new container goes to one that is well, again and again.
            for number in 0..<6 {
                let id = try manager.docker.output([
                    "run", "-d", "--name", "n\(number)", "-e", "constraint:node==/^fake1[0-2]$/", "lab:1",
                ])
                #expect(id.count == 64)
            }
            #expect(try longest(10) < .seconds(5))
            for index in 0..<12 { engines.heal(index) }
            try manager.waitUntilReady(12, within: .seconds(180))
            #expect(try manager.docker.output(["ps", "-q"]).split(separator: "\n").count == 42)
            // What happens at an engine without the manager is seen by its events.
            let direct = DockerClient("tcp://\(engines.addresses[0])")
            try direct.output(["run", "-d", "--name", "direct", "lab:1"])
            try manager.wait(until: "the container listed") {
                try manager.docker.output(["ps", "--filter", "name=direct", "--format", "{{.Names}}"]) == "fake1/direct"
            }
            #expect(engines.connections(of: 11) <= 12)
            try manager.terminate()
        }
    }
}

/// Answers as JSON.
enum LabAnswer {
    /// The object in an answer's body; empty if there is none.
    static func object(_ answer: HTTPAnswer) -> [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(answer.body))) as? [String: Any] ?? [:]
    }
}
