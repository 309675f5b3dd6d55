import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// `portico registrator` on a real engine and an edge, with each of the stores that people have between them.
    @Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: DockerHosts.isPossible, "namespaces take root"))
    struct RegistratorStoreTests {
        /// A store, as a registrator and an edge name it.
        enum Kind: String, CaseIterable {
            case catalog
            case etcd
        }

        /// A running store.
        private enum Store {
            case catalog(ConsulAgent)
            case etcd(EtcdServer)

            init(_ kind: Kind) throws {
                switch kind {
                case .catalog: self = .catalog(try ConsulAgent())
                case .etcd: self = .etcd(try EtcdServer())
                }
            }

            var registry: String {
                switch self {
                case .catalog(let consul): "consul://127.0.0.1:\(consul.port)"
                case .etcd(let etcd): "etcd://127.0.0.1:\(etcd.port)/services"
                }
            }

            var edge: String {
                switch self {
                case .catalog(let consul): "consul-catalog://127.0.0.1:\(consul.port)"
                case .etcd(let etcd): "etcd://127.0.0.1:\(etcd.port)/services"
                }
            }

            /// Kills it, and starts it empty.
            func lose() throws {
                switch self {
                case .catalog(let consul):
                    try consul.stop()
                    try consul.start()
                case .etcd(let etcd):
                    try etcd.stop()
                    try etcd.start()
                }
            }

            /// Whether a container's port 80 is known, and well.
            func knows(_ service: String, _ container: String) throws -> Bool {
                switch self {
                case .catalog(let consul):
                    let answer = try consul.api.request("GET", "/v1/health/service/\(service)?passing")
                    return answer.text.contains("\"dh1:\(container):80\"")
                case .etcd(let etcd): return try etcd.api.get("services/\(service)/dh1:\(container):80") != nil
                }
            }
        }

        @Test(arguments: Kind.allCases)
        func `a container is reached while it runs, through everything that befalls it and the store`(
            _ kind: Kind
        ) throws {
            let hosts = try DockerHosts(.init())
            let store = try Store(kind)
            let registrator = try ChildProcess(
                Repository.portico(),
                [
                    "registrator", "-hostname", "dh1", "-docker-host", "unix://\(hosts[0].socket)", "-ip",
                    hosts[0].address,
                    "-ttl", "9", "-ttl-refresh", "2", store.registry,
                ])
            let edge = try EdgeProcess(store: store.edge)
            func run(_ name: String, _ port: Int) throws {
                try hosts[0].docker(
                    "run", "-d", "--name", name, "--hostname", name, "-p", "\(port):80", "-l", "SERVICE_NAME=app", "-e",
                    "VIRTUAL_HOST=app.example.com", "lab:1")
            }
            func isServed(by name: String) -> Bool {
                (try? edge.client.get("/cgi-bin/name", host: "app.example.com"))?.text.contains(name) == true
            }
            try run("one", 8081)
            try registrator.wait(within: .seconds(60), until: "one served") { isServed(by: "one") }

            // It is replaced under load, and no request fails.
            let callers = (0..<2).map { _ in Caller(edge.client, host: "app.example.com") }
            try run("two", 8082)
            try registrator.wait(within: .seconds(60), until: "two served") { isServed(by: "two") }
            try hosts[0].docker("stop", "-t", "1", "one")
            try callers[0].wait(for: 50)
            #expect(try !store.knows("app-80", "one"))

            // The store comes back empty: everything is there again within a refresh, and clients notice nothing.
            try store.lose()
            let back = ContinuousClock.now
            try registrator.wait(within: .seconds(30), until: "two known again") { try store.knows("app-80", "two") }
            print("\(kind): back in the empty store \(ContinuousClock.now - back) after its start")
            try callers[0].wait(for: 50)
            for caller in callers { #expect(try caller.stop() == []) }

            // The host loses its power: its entries are gone after their lifetime.
            let cut = ContinuousClock.now
            try hosts[0].crash()
            try registrator.kill()
            try edge.child.wait(within: .seconds(60), until: "serving nobody") {
                (try? edge.client.get(host: "app.example.com"))?.status == 503
            }
            print("\(kind): gone \(ContinuousClock.now - cut) after the power cut, with -ttl 9")
            #expect(try !store.knows("app-80", "two"))
        }
    }
}
