import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// The stand-ins for engines, asked by the real client: what they say of themselves has to be what engines say.
    @Suite(.serialized)
    struct FakeEngineTests {
        @Test func `a stand-in is an engine to the docker client`() throws {
            let engines = try FakeEngines(count: 3, containers: 4) { ["zone=z\($0)"] }
            func docker(_ arguments: String...) throws -> String {
                try DockerClient("tcp://\(engines.addresses[1])").output(arguments)
            }
            #expect(try docker("info", "-f", "{{.Name}} {{.Labels}} {{.ContainersRunning}}") == "fake2 [zone=z1] 4")
            #expect(
                try docker("ps", "--format", "{{.Names}}").split(separator: "\n") == ["c2-4", "c2-3", "c2-2", "c2-1"])
            let id = try docker("run", "-d", "--name", "new", "-p", "80:80", "-l", "a=b", "lab:1", "sleep", "5")
            #expect(
                try docker("inspect", "-f", "{{.Id}} {{.Config.Labels}} {{.Config.Cmd}} {{.State.Running}}", "new")
                    == "\(id) map[a:b] [sleep 5] true")
            #expect(try docker("port", "new", "80/tcp").hasPrefix("0.0.0.0:80"))
            #expect(try docker("stop", "new") == "new")
            #expect(try docker("ps", "-a", "--filter", "name=new", "--format", "{{.State}}").contains("exited"))
            #expect(try docker("rm", "new") == "new")
            #expect(engines.containers(of: 1) == ["c2-1", "c2-2", "c2-3", "c2-4"])
            #expect(engines.containers(of: 2).first == "c3-1")
        }

        @Test func `a thousand stand-ins answer, and misbehave as told`() throws {
            let begin = ContinuousClock.now
            let engines = try FakeEngines(count: 1_000, containers: 30)
            #expect(engines.containerCount == 30_000)
            let started = ContinuousClock.now
            func get(_ index: Int, _ path: String = "/v1.41/info") throws -> HTTPAnswer {
                let parts = engines.addresses[index].split(separator: ":")
                return try RawClient(String(parts[0]), port: UInt16(parts[1]) ?? 0).get(
                    path, host: "engine", within: .seconds(2))
            }
            for index in 0..<1_000 {
                #expect(try get(index).text.contains(#""Name":"fake\#(index + 1)""#))
            }
            print("1,000 stand-ins: started in \(started - begin), asked in \(ContinuousClock.now - started)")
            engines.fail(0, .hang, on: "/info")
            #expect(throws: LabError.self) { try get(0) }
            #expect(try get(0, "/_ping").status == 200)
            engines.fail(1, .truncated)
            #expect(try !get(1).text.hasSuffix("}"))
            engines.fail(2, .garbage)
            #expect(throws: LabError.self) { try get(2) }
            engines.fail(3, .failing(500))
            #expect(try get(3).status == 500)
            engines.fail(4, .brokenOff)
            #expect(throws: LabError.self) { try get(4) }
            engines.fail(5, .slow(.milliseconds(300)))
            let asked = ContinuousClock.now
            #expect(try get(5).status == 200 && ContinuousClock.now - asked >= .milliseconds(300))
            engines.fail(6, .refuse)
            let deadline = Deadline.after(.seconds(20))
            while (try? get(6)) != nil, !deadline.hasPassed {}
            #expect(throws: LabError.self) { try get(6) }
            engines.heal(6)
            while (try? get(6)) == nil, !deadline.hasPassed {}
            #expect(try get(6).status == 200)
        }
    }
}
