import DockerEngine
import Foundation
import Lab
import Testing

/// The client against real engines: the system's and a newer one.
@Suite(.enabled(if: DockerHosts.isPossible, "namespaces take root"), .timeLimit(.minutes(10)))
struct EngineTests {
    @Test(arguments: [0, 1])
    func `the engine's own version is spoken, over its socket and over TCP`(index: Int) async throws {
        let host = try await Engines.shared()[index]
        let newest = try await host.command("version", "--format", "{{.Server.APIVersion}}")
        let name = try await host.command("info", "--format", "{{.Name}}")
        for text in [host.endpoint, "unix://\(host.socket)"] {
            let engine = try DockerEngine(DockerAddress(text), logger: Engines.quiet)
            #expect(try await engine.ping().apiVersion?.description == newest)
            #expect(try await engine.apiVersion().description == newest)
            let version = try await engine.version()
            #expect(version.apiVersion?.description == newest)
            #expect(version.oldestAPIVersion.map { $0 <= APIVersion(1, 24) } == true)
            let info = try await engine.info()
            #expect(info.serverVersion == version.version)
            #expect(info.name == name)
            #expect(info.labels == (index == 0 ? ["storage=ssd"] : []))
            #expect(info.processors > 0 && info.memoryBytes > 0 && !info.document.isEmpty)
        }
    }

    @Test(arguments: [0, 1])
    func `a container is listed and inspected with all that it has`(index: Int) async throws {
        let host = try await Engines.shared()[index]
        let engine = try Engines.client(host)
        let name = Engines.name("web")
        let network = Engines.name("back")
        try await host.command("network", "create", network)
        let id = try await host.command(
            "run", "-d", "--name", name, "--hostname", "inner", "--network", network, "--network-alias", "db", "-p",
            "80", "-p", "127.0.0.1::53/udp", "--expose", "9000", "-e", "SERVICE_NAME=shop", "-e", "EMPTY=", "--label",
            "portico.host=shop.example.com", "--label", "mark=\(name)", "--health-cmd", "test -e /no",
            "--health-interval",
            "1h", "lab:1")

        let listed = try await engine.listContainers(filters: ["label": ["mark=\(name)"]])
        #expect(listed.map(\.id) == [id])
        let summary = try #require(listed.first)
        #expect(summary.names == [name])
        #expect(summary.image == "lab:1")
        #expect(summary.state == "running")
        #expect(summary.labels["portico.host"] == "shop.example.com")
        #expect(summary.created > 1_700_000_000)

        let container = try #require(try await engine.inspect(id))
        #expect(try await engine.inspect(name) == container)
        #expect(container.id == id && container.name == name && container.image == "lab:1")
        #expect(container.hostname == "inner")
        #expect(Set(container.environment).isSuperset(of: ["SERVICE_NAME=shop", "EMPTY=", "PATH=/bin"]))
        #expect(container.labels["mark"] == name)
        #expect(container.exposedPorts == [ContainerPort(53, .udp), ContainerPort(80), ContainerPort(9000)])
        #expect(container.ports[ContainerPort(9000)] == [])
        let web = try #require(container.ports[ContainerPort(80)]?.first { $0.address == "0.0.0.0" })
        let answer = try await offPool {
            try Command.output(
                "curl",
                ["-sS", "-m", "20", "--retry", "10", "--retry-connrefused", "http://\(host.address):\(web.port)/"])
        }
        #expect(answer == "lab")
        #expect(container.ports[ContainerPort(53, .udp)]?.map(\.address) == ["127.0.0.1"])
        #expect(container.networkMode == network)
        let attachment = try #require(container.networks[network])
        #expect(container.networks.count == 1)
        #expect(attachment.address.hasPrefix("172."))
        #expect(attachment.networkID.count == 64)
        #expect(attachment.aliases.contains("db"))
        #expect(container.state == ContainerState(health: .starting))
        #expect(String(decoding: container.document, as: UTF8.self).contains("\"HostConfig\""))

        try await host.command("kill", name)
        let ended = try #require(try await engine.inspect(id))
        #expect(ended.state.status == "exited" && !ended.state.isRunning && ended.state.exitCode == 137)
        #expect(try await engine.listContainers(filters: ["label": ["mark=\(name)"]]).isEmpty)
        #expect(try await engine.listContainers(all: true, filters: ["label": ["mark=\(name)"]]).count == 1)
        try await host.command("rm", name)
        try await host.command("network", "rm", network)
        #expect(try await engine.inspect(id) == nil)
    }

    @Test(arguments: [0, 1])
    func `the default bridge, the host's network and none are told apart`(index: Int) async throws {
        let host = try await Engines.shared()[index]
        let engine = try Engines.client(host)
        let bridged = try await host.command("run", "-d", "lab:1")
        let hosted = try await host.command("run", "-d", "--network", "host", "lab:1", "sleep", "1000")
        let alone = try await host.command("run", "-d", "--network", "none", "lab:1")
        let container = try #require(try await engine.inspect(bridged))
        #expect(["default", "bridge"].contains(container.networkMode))
        #expect(container.networks["bridge"]?.address.hasPrefix("172.17.0.") == true)
        #expect(container.bridgeAddress == container.networks["bridge"]?.address)
        #expect(container.ports == [ContainerPort(80): []])
        #expect(try await engine.inspect(hosted)?.networkMode == "host")
        #expect(try await engine.inspect(hosted)?.networks["host"]?.address == "")
        #expect(try await engine.inspect(alone)?.networkMode == "none")
        try await host.command("rm", "-f", bridged, hosted, alone)
    }

    @Test(arguments: [0, 1])
    func `events tell a container's life, its health too`(index: Int) async throws {
        let host = try await Engines.shared()[index]
        let engine = try Engines.client(host)
        let name = Engines.name("life")
        let log = MessageLog(EventFollower(engine, filters: ["type": ["container"], "label": ["mark=\(name)"]]))
        try await log.wait(for: "that it is connected") { $0 == .connected }
        let id = try await host.command(
            "run", "-d", "--name", name, "--label", "mark=\(name)", "--health-cmd", "test -e /tmp/ok",
            "--health-interval", "1s", "--health-retries", "1", "lab:1")
        try await log.wait(forEvent: "start", of: id)
        try await log.wait(forEvent: "health_status: unhealthy", of: id)
        #expect(try await engine.inspect(id)?.state.health == .unhealthy)
        try await host.command("exec", name, "touch", "/tmp/ok")
        try await log.wait(forEvent: "health_status: healthy", of: id)
        #expect(try await engine.inspect(id)?.state.health == .healthy)
        try await host.command("pause", name)
        #expect(try await engine.inspect(id)?.state.isPaused == true)
        try await host.command("unpause", name)
        try await host.command("stop", name)
        try await host.command("rm", name)
        try await log.wait(forEvent: "destroy", of: id)

        let actions = log.events.map(\.action).filter { !$0.hasPrefix("exec_") && !$0.hasPrefix("health_") }
        #expect(actions.filter { $0 != "stop" } == ["create", "start", "pause", "unpause", "kill", "die", "destroy"])
        let start = try #require(log.events.first { $0.action == "start" })
        #expect(start.type == "container" && start.actorID == id)
        #expect(start.attributes["name"] == name && start.attributes["mark"] == name)
        #expect(log.events.first { $0.action == "kill" }?.attributes["signal"] == "15")
        #expect(log.events.first { $0.action == "die" }?.attributes["exitCode"] == "0")
        #expect(log.events.map(\.timeNano) == log.events.map(\.timeNano).sorted())
    }

    @Test(arguments: [0, 1])
    func `events that the engine remembers are told from a time on`(index: Int) async throws {
        let host = try await Engines.shared()[index]
        let engine = try Engines.client(host)
        let name = Engines.name("past")
        let filters = ["label": ["mark=\(name)"], "event": ["create", "start"]]
        let now = try #require(try await engine.ping().seconds)
        let id = try await host.command("run", "-d", "--name", name, "--label", "mark=\(name)", "lab:1")
        let all = try await Self.first(2, of: engine.events(since: now * 1_000_000_000, filters: filters))
        #expect(all.map(\.action) == ["create", "start"])
        #expect(all.allSatisfy { $0.actorID == id })
        let last = try await Self.first(1, of: engine.events(since: all[1].timeNano, filters: filters))
        #expect(last == [all[1]])
        try await host.command("rm", "-f", id)
    }

    @Test func `the API's refusals are told in the engine's words`() async throws {
        let engine = try Engines.client(try await Engines.shared()[0])
        do {
            _ = try await engine.listContainers(filters: ["no such filter": ["x"]])
            Issue.record("the engine took a filter that there is not")
        } catch {
            #expect(error.kind == .refused && error.status == 400 && !error.isRetryable)
            #expect(error.message?.contains("no such filter") == true)
            #expect(error.description.contains("docker: list containers: \(engine.address): HTTP 400: "))
        }
    }

    private static func first(_ count: Int, of events: EngineEvents) async throws -> [EngineEvent] {
        try await soon("\(count) events") {
            var result: [EngineEvent] = []
            for try await event in events {
                result.append(event)
                if result.count == count { break }
            }
            return result
        }
    }
}
