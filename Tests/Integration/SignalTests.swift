import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// What signals and flags do.
    @Suite(.timeLimit(.minutes(2))) struct Signals {
        @Test("SIGTERM under load loses no request, and the edge ends by itself with 0")
        func drain() throws {
            let backend = try TestBackend("web")
            let setting = try Setting(backend: backend)
            let child = try setting.edge.child
            let load = LoadGenerator(
                port: setting.edge.port, hosts: ["web-80.test"], connections: 64, pause: .milliseconds(1))
            try load.wait(for: 2_000)
            child.signal(SIGTERM)
            #expect(try child.waitForEnd() == .exited(0))
            let report = try load.stop()
            // Refused connections are new ones, made after the edge had stopped to listen.
            let lost = report.failures.filter { !$0.key.contains("Connection refused") }
            #expect(lost.isEmpty, "\(lost)")
        }

        @Test("SIGTERM lets a slow answer finish, with Connection: close")
        func drainWaits() throws {
            let gate = Gate()
            let backend = try TestBackend("web", .identity(after: gate))
            let setting = try Setting(backend: backend)
            let child = try setting.edge.child
            let stream = try setting.client.connect()
            try stream.socket.send("GET / HTTP/1.1\r\nHost: web-80.test\r\n\r\n")
            try backend.waitForRequests()
            child.signal(SIGTERM)
            try child.wait(until: "refusing connections") {
                (try? Socket.connect(port: setting.edge.port)) == nil
            }
            gate.open()
            let answer = try stream.answer(by: .after(.seconds(5)))
            #expect(answer.text == "web")
            #expect(answer["Connection"]?.lowercased() == "close")
            #expect(stream.socket.waitForEnd(by: .after(.seconds(5))))
            #expect(try child.waitForEnd() == .exited(0))
        }

        @Test("--drain ends what does not finish")
        func drainEnds() throws {
            let backend = try TestBackend("web", .stall)
            let setting = try Setting(backend: backend, flags: ["--drain", "1"])
            let child = try setting.edge.child
            let stream = try setting.client.connect()
            try stream.socket.send("GET / HTTP/1.1\r\nHost: web-80.test\r\n\r\n")
            try backend.waitForRequests()
            child.signal(SIGTERM)
            _ = try child.waitForEnd(within: .seconds(10))
        }

        @Test("SIGHUP rereads the configuration; a broken one changes nothing")
        func reread() throws {
            let (web, api) = (try TestBackend("web"), try TestBackend("api"))
            func configuration(_ service: String) -> String {
                """
                listeners: [{ address: "127.0.0.1:PORT" }]
                routes: [{ name: shop, hosts: [shop.test], service: \(service) }]
                """
            }
            let setting = try Setting(
                services: ["web-80": [web], "api-80": [api]], configuration: configuration("web-80"))
            let child = try setting.edge.child
            try setting.edge.waitForAnswer(200, host: "shop.test", from: "web")
            try setting.edge.configure(configuration("api-80"))
            child.signal(SIGHUP)
            try setting.edge.waitForAnswer(200, host: "shop.test", from: "api")
            try setting.edge.configure("routes: [{ name: shop, hosts: [shop.test], servise: web-80 }]")
            child.signal(SIGHUP)
            try child.waitForLine("what is wrong with the file") { $0.contains("servise") }
            #expect(try setting.client.get(host: "shop.test").text == "api")
        }

        @Test("a broken configuration is refused at the start with 78, file, line and the nearest key")
        func brokenConfiguration() throws {
            let folder = try ScratchFolder()
            try folder.write("portico.yaml", "domains: [example.com]\nworkesr: 2\n")
            let child = try ChildProcess(Repository.portico(), ["edge", "--config", "portico.yaml"], in: folder.path)
            #expect(try child.waitForEnd() == .exited(78))
            let output = try child.waitForOutput().joined(separator: "\n")
            #expect(output.contains("portico.yaml:2"), "\(output)")
            #expect(output.contains("workers"), "\(output)")
        }

        @Test("a bad flag is 2, a port in use is 1")
        func exitStatus() throws {
            let folder = try ScratchFolder()
            #expect(try ChildProcess(Repository.portico(), ["edge", "--bogus"]).waitForEnd() == .exited(2))
            let backend = try TestBackend("holder")
            let child = try ChildProcess(
                Repository.portico(),
                ["edge", "--listen", backend.address, "--store", "file:\(try folder.write("store.yaml", "{}"))"],
                in: folder.path)
            #expect(try child.waitForEnd() == .exited(1))
            #expect(try child.waitForOutput().joined().contains("\(backend.port)"))
        }
    }
}
