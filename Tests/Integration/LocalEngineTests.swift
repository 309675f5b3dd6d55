import Lab
import Testing

extension IntegrationTests {
    /// `portico edge --docker`: one host's containers, without a store.
    @Suite(.timeLimit(.minutes(5)), .enabled(if: DockerHosts.isPossible, "hosts need root and namespaces"))
    struct LocalEngine {
        /// A host with an edge that follows its engine.
        private struct Setting {
            let lab: DockerHosts
            let edge: ChildProcess
            let folder: ScratchFolder
            let client: RawClient

            var host: DockerHost { self.lab[0] }

            init() throws {
                self.lab = try DockerHosts(.init())
                self.folder = try ScratchFolder()
                self.client = RawClient(self.lab[0].address, port: 8080)
                self.edge = try self.lab[0].begin(
                    "env",
                    [
                        "DOCKER_HOST=unix://\(self.lab[0].socket)", Repository.portico(), "edge", "--docker",
                        "--listen", "0.0.0.0:8080", "--state-dir", self.folder.path, "--workers", "1",
                    ])
                try self.edge.waitForLine("that it serves") { $0.contains("serving at") }
            }

            /// Waits until requests to `name` are answered with `status`.
            func wait(for status: Int, from name: String, _ path: String = "/") throws {
                try self.edge.wait(within: .seconds(30), until: "answering \(status) for \(name)\(path)") {
                    (try? self.client.get(path, host: name))?.status == status
                }
            }

            func start(_ name: String, _ options: String...) throws {
                try self.host.docker(["run", "-d", "--name", name] + options + ["lab:1"])
            }
        }

        @Test("a container with VIRTUAL_HOST is reached at that name, with nothing else written, until it stops")
        func virtualHost() throws {
            let setting = try Setting()
            #expect(try setting.client.get("/", host: "foo.example.com").status == 404)
            try setting.start("web", "--hostname", "web", "-e", "VIRTUAL_HOST=foo.example.com")
            try setting.wait(for: 200, from: "foo.example.com")
            #expect(try setting.client.get("/", host: "foo.example.com").text.contains("lab"))
            #expect(try setting.client.get("/", host: "bar.example.com").status == 404)
            try setting.start(
                "shop", "--hostname", "shop", "--label",
                "traefik.http.routers.shop.rule=Host(`shop.example.com`) && PathPrefix(`/cgi-bin`)")
            try setting.wait(for: 200, from: "shop.example.com", "/cgi-bin/name")
            #expect(try setting.client.get("/", host: "shop.example.com").status == 404)
            // One image, and so one service: each container still gets its own requests alone.
            for _ in 0..<8 {
                #expect(try setting.client.get("/cgi-bin/name", host: "shop.example.com").text.contains("shop"))
                #expect(try setting.client.get("/cgi-bin/name", host: "foo.example.com").text.contains("web"))
            }
            try setting.host.docker("stop", "-t", "0", "web")
            // Its clients are told that nobody is there just now, though others of its service are.
            try setting.wait(for: 503, from: "foo.example.com")
            try setting.host.docker("stop", "-t", "0", "shop")
            try setting.wait(for: 503, from: "shop.example.com", "/cgi-bin/name")
        }

        @Test("containers are replaced under load, and no request fails")
        func replaced() throws {
            let setting = try Setting()
            let name = "app.example.com"
            try setting.start("web-0", "--hostname", "web-0", "--label", "portico.host=\(name)")
            try setting.wait(for: 200, from: name)
            let callers = (0..<3).map { _ in Caller(setting.client, host: name) }
            for number in 1...4 {
                try setting.start("web-\(number)", "--hostname", "web-\(number)", "--label", "portico.host=\(name)")
                try setting.edge.wait(within: .seconds(30), until: "answering from web-\(number)") {
                    try setting.client.get("/cgi-bin/name", host: name).text.contains("web-\(number)")
                }
                try setting.host.docker("stop", "-t", "1", "web-\(number - 1)")
                try callers[0].wait(for: 50)
            }
            for caller in callers {
                let failures = try caller.stop()
                #expect(failures.isEmpty)
            }
        }
    }
}
