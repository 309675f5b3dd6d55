import Lab
import Synchronization
import Testing

@testable import Swarm

@Suite("Networks and volumes that are made and removed")
struct ClusterNetworkTests {
    /// Notes creations of networks, and refuses those that span engines as one outside of swarm mode does.
    private func observed(_ test: TestCluster) -> Calls {
        let calls = Calls()
        test.engines.play { index, request in
            guard request.method != "GET", request.path.hasPrefix("/networks") else { return nil }
            let body = (try? JSONValue(parsing: request.body)) ?? .null
            calls.add(
                "\(index) \(request.method) \(request.path) \(body["Name"].text ?? "") \(body["Driver"].text ?? "")")
            if body["Driver"].text == "overlay" { return (503, #"{"message":"This node is not a swarm manager."}"#) }
            if request.method == "DELETE" { return (204, "") }
            if request.path == "/networks/create" { return (201, #"{"Id":"n1","Warning":""}"#) }
            calls.add(body["Container"].text ?? "")
            return (200, "")
        }
        return calls
    }

    private final class Calls: Sendable {
        private let calls = Mutex<[String]>([])
        func add(_ call: String) { calls.withLock { $0.append(call) } }
        var all: [String] { calls.withLock(\.self) }
    }

    @Test("a network is made where its name says, and of a driver that engines have")
    func createsNetworks() async throws {
        let test = try await TestCluster(count: 3)
        let calls = observed(test)
        let pinned = try await test.ask("POST", "/v1.45/networks/create", #"{"Name":"fake2/n","Driver":"bridge"}"#)
        #expect(pinned.status == 201 && pinned.json["Id"].text == "n1")
        #expect(calls.all == ["1 POST /networks/create n bridge"])
        let asked = try await test.ask("POST", "/networks/create", #"{"Name":"o","Driver":"overlay"}"#)
        #expect(asked.status == 503 && asked.text == "This node is not a swarm manager.")
        #expect(try await test.ask("POST", "/networks/create", #"{"Name":"p"}"#).status == 201)
        #expect(
            calls.all.suffix(2).map { $0.dropFirst(2) } == [
                "POST /networks/create p overlay", "POST /networks/create p bridge",
            ])
        #expect(try await test.ask("POST", "/networks/create", #"{"Name":"nope/n"}"#).text == "No such node: nope")
        #expect(try await test.ask("POST", "/networks/create", #"{"Name":"bridge"}"#).status == 409)
        for body in ["", "[]", "{", "{}"] {
            #expect(try await test.ask("POST", "/networks/create", body).status == 400, "\(body)")
        }
    }

    @Test("a container is connected at its engine, by whatever it is called")
    func connects() async throws {
        let test = try await TestCluster(count: 2, containers: 1)
        let calls = observed(test)
        let answer = try await test.ask("POST", "/networks/bridge/connect", #"{"Container":"fake2/c2-1"}"#)
        #expect(answer.status == 200)
        let container = try #require(test.cluster.read { $0.container("c2-1") }).container.id
        #expect(calls.all.count == 2 && calls.all.last == container && calls.all[0].hasPrefix("1 POST /networks/"))
        #expect(try await test.ask("POST", "/networks/fake1/host/disconnect", #"{"Container":"c1-1"}"#).status == 200)
        for body in ["", "{}", #"{"Container":""}"#] {
            let answer = try await test.ask("POST", "/networks/bridge/connect", body)
            #expect(answer.status == 404 && answer.text == "Container is not specified")
        }
        #expect(
            try await test.ask("POST", "/networks/bridge/connect", #"{"Container":"x"}"#).text == "No such container: x"
        )
        #expect(
            try await test.ask("POST", "/networks/x/connect", #"{"Container":"c1-1"}"#).text == "No such network: x")
        #expect(try await test.ask("DELETE", "/networks/x").text == "No such network x")
        #expect(try await test.ask("DELETE", "/networks/fake1/bridge").status == 204)
    }

    @Test("volumes: everywhere, on one node, or on some")
    func createsVolumes() async throws {
        let test = try await TestCluster(count: 3)
        func nodes(_ name: String) async throws -> [String] {
            let rows = try await test.ask("GET", "/volumes").json["Volumes"].elements ?? []
            return rows.compactMap { $0["Name"].text }.filter { $0.hasSuffix("/\(name)") }.map { String($0.prefix(5)) }
        }
        let all = try await test.ask("POST", "/volumes/create", #"{"Name":"a"}"#)
        #expect(all.status == 201 && all.json["Name"].text == "a")
        #expect(try await nodes("a") == ["fake1", "fake2", "fake3"])
        #expect(try await test.ask("POST", "/volumes/create", #"{"Name":"fake2/b"}"#).json["Name"].text == "b")
        #expect(try await nodes("b") == ["fake2"])
        let label = #"{"Name":"c","Labels":{"com.docker.swarm.whitelists":"[\"node==fake1|fake3\"]"}}"#
        #expect(try await test.ask("POST", "/volumes/create", label).status == 201)
        #expect(try await nodes("c") == ["fake1", "fake3"])
        let named = try await test.ask("POST", "/volumes/create", #"{"Name":""}"#).json["Name"].text ?? ""
        #expect(named.utf8.count == 64)
        #expect(try await nodes(named).count == 3)
        #expect(try await test.ask("POST", "/volumes/create", #"{"Name":"x/b"}"#).text == "No such node: x")
        #expect(try await test.ask("DELETE", "/volumes/a").status == 204)
        #expect(try await nodes("a") == [])
        #expect(try await test.ask("DELETE", "/volumes/a").text == "No such volume a")
        test.engines.play { index, request in
            request.method == "DELETE" ? (409, #"{"message":"remove c: volume is in use"}"#) : nil
        }
        let conflict = try await test.ask("DELETE", "/volumes/c")
        #expect(conflict.status == 409)
        #expect(conflict.text == "fake1: remove c: volume is in use\nfake3: remove c: volume is in use")
    }

    @Test("without an engine that answers there is a word for it")
    func namesTheLack() async throws {
        let test = try await TestCluster(count: 0)
        for (method, target) in [
            ("GET", "/system/df"), ("POST", "/images/create?fromImage=x"), ("POST", "/images/load"),
            ("POST", "/volumes/prune"), ("GET", "/images/search?term=x"),
        ] {
            let answer = try await test.ask(method, target)
            #expect(answer.status == 500 && answer.text == "No healthy node available in the cluster", "\(target)")
        }
        #expect(try await test.ask("GET", "/containers/json").text == "[]\n")
        #expect(try await test.ask("GET", "/version").json["ApiVersion"].text == "1.40")
    }
}
