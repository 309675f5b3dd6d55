import Foundation
import Lab
import Testing

/// The lab itself: what other tests stand on.
@Suite(.enabled(if: DockerHosts.isPossible, "namespaces take root"), .serialized)
struct DockerHostsTests {
    @Test func `hosts have engines, addresses and fates of their own`() throws {
        let lab = try DockerHosts(.init(labels: ["storage=ssd"]), .init(release: .newer))
        let versions = try lab.hosts.map { try $0.docker("version", "--format", "{{.Server.APIVersion}}") }
        #expect(Set(versions).count == 2)
        #expect(try lab[0].docker("info", "--format", "{{.Labels}}").contains("storage=ssd"))
        for host in lab.hosts {
            try host.docker("run", "-d", "--name", "web", "--hostname", "web\(host.number)", "-p", "8080:80", "lab:1")
            #expect(try Self.name(at: host) == "web\(host.number)")
        }

        try lab[0].crash()
        #expect(try !lab[0].tryDocker(["ps"]).isSuccess)
        try lab[0].start()
        #expect(try lab[0].docker("ps", "-a", "--format", "{{.Names}}") == "web")

        try lab[1].freeze()
        #expect(throws: LabError.self) { try lab[1].docker("ps", within: .seconds(2)) }
        try lab[1].thaw()
        #expect(try lab[1].docker("ps", "--format", "{{.Names}}") == "web")

        try lab[1].cut()
        #expect(throws: LabError.self) { try Self.name(at: lab[1], within: 1) }
        try lab[1].mend()
        #expect(try Self.name(at: lab[1]) == "web2")
    }

    @Test func `a program on a host takes signals, ends with its own status, and dies with the host`() throws {
        let lab = try DockerHosts(.init())
        let host = lab[0]
        #expect(try host.run("hostname").text != Command.output("hostname", []))
        #expect(try host.run("sh", ["-c", "exit 7"]).ending == .exited(7))

        let trap = "trap 'echo asked; exit 9' TERM; echo ready; while :; do sleep 0.1; done"
        let polite = try host.begin("sh", ["-c", trap])
        try polite.waitForLine("that it is ready") { $0 == "ready" }
        polite.signal(SIGTERM)
        #expect(try polite.waitForEnd() == .exited(9))
        try polite.waitForLine("that it was asked") { $0 == "asked" }

        let other = try host.begin("sh", ["-c", trap])
        try other.waitForLine("that it is ready") { $0 == "ready" }
        try host.crash()
        #expect(try other.waitForEnd() == .exited(128 + SIGKILL))
    }

    @Test func `what is left of a lab goes when its test run is gone`() throws {
        let lock = try ScratchFolder()
        // A lab of another process: one that locks, starts a host and is killed.
        let folder = "\(lock.path)/lab"
        let number = "\(Int.random(in: 101...250))"
        let run = try ChildProcess(
            "/bin/bash",
            [
                "-c", #"exec 8>"$LAB_LOCK"; flock 8; "$0" up 1 8>&- && echo up; exec sleep 1000"#,
                "\(Repository.root)/Tests/Lab/docker-hosts.sh",
            ], environment: ["LAB": number, "LAB_DIR": folder, "LAB_LOCK": "\(lock.path)/lock"])
        try run.waitForLine(within: .seconds(120), "that its host is up") { $0 == "up" }
        #expect(FileManager.default.fileExists(atPath: "\(folder)/1/docker.sock"))
        try run.kill()
        let deadline = Deadline.after(.seconds(60))
        while FileManager.default.fileExists(atPath: folder), !deadline.hasPassed {
            Deadline.after(.milliseconds(50)).pass()
        }
        #expect(!FileManager.default.fileExists(atPath: folder))
        #expect(try !Command.run("ip", ["link", "show", "plab\(number)"]).isSuccess)
    }

    private static func name(at host: DockerHost, within seconds: Int = 20) throws -> String {
        try Command.output(
            "curl",
            [
                "-s", "-S", "-m", "\(seconds)", "--retry", "20", "--retry-connrefused", "--retry-delay", "1",
                "--retry-max-time", "\(seconds)", "http://\(host.address):8080/cgi-bin/name",
            ], within: .seconds(60))
    }
}
