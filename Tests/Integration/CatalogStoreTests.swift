import Lab
import Testing

extension IntegrationTests {
    /// An edge whose services are those of Consul's catalog.
    @Suite(.timeLimit(.minutes(3))) struct CatalogStore {
        @Test("services that are registered with an agent are served while their checks pass")
        func followsTheCatalog() throws {
            let consul = try ConsulAgent()
            let edge = try EdgeProcess(store: "consul-catalog://127.0.0.1:\(consul.port)")
            let first = try TestBackend("first")
            let second = try TestBackend("second")
            try register(consul, "shop", first)
            try edge.waitForAnswer(200, host: "shop.test", from: "first")
            try edge.waitForAnswer(200, host: "shop-\(first.port).test", from: "first")

            // A second instance at a port of its own serves the same.
            try register(consul, "shop", second)
            try edge.waitForAnswer(200, host: "shop.test", from: "second")
            try edge.waitForAnswer(200, host: "shop.test", from: "first")

            // A check that fails takes its instance out, and the other goes on.
            try call(consul, "/v1/agent/check/fail/service:first")
            let clock = ContinuousClock()
            let failed = clock.now
            try edge.child.wait(until: "serving by the second alone") {
                let answers = (0..<8).compactMap { _ in try? edge.client.get(host: "shop.test") }
                return answers.count == 8 && answers.allSatisfy { $0["X-Backend"] == "second" }
            }
            print("check's failure to out of the rotation: \(clock.now - failed)")
            try call(consul, "/v1/agent/check/pass/service:first")
            try edge.waitForAnswer(200, host: "shop.test", from: "first")

            // Metadata and tags say where it is reached.
            try register(consul, "shop", first, more: #","Meta":{"portico_host":"meta.example.com"}"#)
            try edge.waitForAnswer(200, host: "meta.example.com")
            try register(consul, "shop", first, more: #","Tags":["urlprefix-fabio.example.com/"]"#)
            try edge.waitForAnswer(200, host: "fabio.example.com")

            // Routes are the key-value store's.
            try consul.api.put("routes/r", #"{"hosts": ["routed.example.com"], "service": "shop"}"#)
            try edge.waitForAnswer(200, host: "routed.example.com")

            try call(consul, "/v1/agent/service/deregister/first")
            try call(consul, "/v1/agent/service/deregister/second")
            try edge.waitForAnswer(503, host: "routed.example.com")
        }

        @Test("a Consul that is killed and comes back empty takes nothing away")
        func survivesConsul() throws {
            let consul = try ConsulAgent()
            let backend = try TestBackend("shop")
            try register(consul, "shop", backend)
            let edge = try EdgeProcess(store: "consul-catalog://127.0.0.1:\(consul.port)")
            try edge.waitForAnswer(200, host: "shop.test")
            try consul.stop()
            try consul.start()
            let deadline = Deadline.after(.seconds(8))
            while !deadline.hasPassed {
                #expect(try edge.client.get(host: "shop.test").status == 200)
            }
        }

        private func register(
            _ consul: ConsulAgent, _ service: String, _ backend: TestBackend, more: String = ""
        ) throws {
            let definition = """
                {"Name":"\(service)","ID":"\(backend.name)","Address":"127.0.0.1","Port":\(backend.port),
                "Check":{"TTL":"10m","Status":"passing"}\(more)}
                """
            try call(consul, "/v1/agent/service/register", definition)
        }

        private func call(_ consul: ConsulAgent, _ path: String, _ body: String = "") throws {
            let answer = try consul.api.request("PUT", path, body: Array(body.utf8))
            guard answer.status == 200 else { throw LabError("\(path): \(answer.status) \(answer.text)") }
        }
    }
}
