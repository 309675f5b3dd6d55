import Lab
import Testing

@testable import Swarm

@Suite("Lists and reports of the cluster")
struct ClusterListingTests {
    private static let kinds = ["/containers/json", "/images/json", "/networks", "/volumes", "/system/df"]

    @Test("containers of all engines, with their nodes' names; one by one or all at once")
    func listsContainers() async throws {
        let test = try await TestCluster(count: 3, containers: 200)
        let all = try await test.ask("GET", "/v1.45/containers/json").json
        let names = (all.elements ?? []).flatMap { $0["Names"].texts }
        #expect(Set(names).count == 600 && names.contains("/fake2/c2-7"))
        #expect((all.elements ?? []).allSatisfy { $0["Status"].text?.hasPrefix("Up ") == true })
        let filters = "%7B%22node%22%3A%5B%22fake2%22%5D%7D"
        #expect(try await test.ask("GET", "/containers/json?filters=\(filters)").json.elements?.count == 200)
        #expect(try await test.ask("GET", "/containers/json?limit=5").json.elements?.count == 5)
        #expect(try await test.ask("GET", "/containers/json?filters=%7B%22no%22%3A%5B%5D%7D").status == 400)
    }

    @Test("a list by node, or by a certain name, looks at engines first when it is told to")
    func looksFirst() async throws {
        var face = ManagerFace()
        face.refreshesOnNodeFilter = true
        face.refreshingName = "fresh"
        let test = try await TestCluster(count: 2, face: face)
        func lists(_ index: Int) -> Int { test.engines.calls(of: index)["GET /containers/json"] ?? 0 }
        let before = [lists(0), lists(1)]
        _ = try await test.ask("GET", "/containers/json?filters=%7B%22node%22%3A%5B%22fake1%22%5D%7D")
        #expect(lists(0) > before[0] && lists(1) == before[1])
        _ = try await test.ask("GET", "/containers/json?filters=%7B%22name%22%3A%5B%22fresh%22%5D%7D")
        #expect(lists(1) > before[1])
    }

    @Test("images once, networks and volumes under their nodes")
    func listsHoldings() async throws {
        let test = try await TestCluster(count: 2)
        let images = try await test.ask("GET", "/images/json").json
        #expect((images.elements ?? []).map { $0["RepoTags"].texts } == [["lab:1"]])
        let networks = try await test.ask("GET", "/networks").json
        #expect((networks.elements ?? []).compactMap { $0["Name"].text }.prefix(2) == ["fake1/bridge", "fake1/host"])
        _ = try await test.ask("POST", "/volumes/create", #"{"Name":"v1"}"#)
        let volumes = try await test.ask("GET", "/volumes").json
        #expect((volumes["Volumes"].elements ?? []).compactMap { $0["Name"].text } == ["fake1/v1", "fake2/v1"])
        #expect(try await test.ask("GET", "/volumes/v1").text == "No such volume: v1")
        #expect(try await test.ask("GET", "/volumes/fake2/v1").json["Name"].text == "v1")
        #expect(try await test.ask("GET", "/networks/bridge").text == "No such network: bridge")
    }

    @Test("sums, versions, roles and doors that are not here")
    func reports() async throws {
        var face = ManagerFace()
        face.role = { .replica(of: "10.0.0.1:4000") }
        let test = try await TestCluster(count: 3, containers: 2, face: face)
        let info = try await test.ask("GET", "/info").json
        #expect(info["Containers"].integer == 6 && info["ContainersRunning"].integer == 6 && info["NCPU"].integer == 12)
        #expect(
            info["SystemStatus"].elements?.prefix(2).map(\.texts) == [
                ["Role", "replica"], ["Primary", "10.0.0.1:4000"],
            ])
        let version = try await test.ask("GET", "/v1.24/version").json
        #expect(version["ApiVersion"].text == "1.45" && version["MinAPIVersion"].text == "1.24")
        #expect(version["Version"].text == "swarm/1.2.9")
        let nodes = try await test.ask("GET", "/v1/nodes").json
        #expect((nodes.elements ?? []).compactMap { $0["name"].text } == ["fake1", "fake2", "fake3"])
        #expect((nodes.elements ?? []).allSatisfy { $0["state"].text == "healthy" })
        #expect(try await test.ask("GET", "/v1/nodes/fake2").json["containers"]["running"].integer == 2)
        #expect(try await test.ask("GET", "/v1/nodes/fake9").status == 404)
        for what in ["nodes", "services", "swarm", "secrets", "plugins"] {
            let answer = try await test.ask("GET", "/v1.45/\(what)")
            let status = what == "plugins" ? 404 : 503
            #expect(answer.status == status && answer.text.contains("not swarm mode"), "\(what)")
        }
        #expect(try await test.ask("GET", "/images/viz").status == 501)
        let ping = try await test.ask("HEAD", "/_ping")
        #expect(ping.status == 200 && ping.octets.isEmpty)
    }

    @Test(
        "an engine that talks nonsense is left out, and the rest are listed",
        arguments: [
            FakeFault.garbage, .truncated, .brokenOff, .failing(500),
        ])
    func survivesNonsense(_ fault: FakeFault) async throws {
        let test = try await TestCluster(count: 3, containers: 1) { _, request in
            request.path == "/system/df"
                ? (200, #"{"LayersSize":7,"Containers":[{"Id":"a","Names":["/x"]}],"Volumes":[],"BuildCache":[]}"#)
                : nil
        }
        let before = try await test.ask("GET", "/system/df").json
        #expect(before["LayersSize"].integer == 21)
        test.engines.fail(1, fault)
        let usage = try await test.ask("GET", "/system/df").json
        #expect(usage["LayersSize"].integer == 14)
        #expect((usage["Containers"].elements ?? []).flatMap { $0["Names"].texts } == ["/fake1/x", "/fake3/x"])
        for kind in Self.kinds { #expect(try await test.ask("GET", kind).status == 200, "\(kind)") }
        #expect(try await test.ask("GET", "/info").status == 200)
    }

    @Test("events that have been, up to a moment; and a moment that is none")
    func tellsEvents() async throws {
        let test = try await TestCluster(count: 2)
        let until = WallClock.seconds + 1_000
        let past = try await test.ask("GET", "/events?since=1&until=\(Int(WallClock.seconds) + 1)")
        #expect(past.text.split(separator: "engine_connect").count == 5)
        #expect(try await test.ask("GET", "/events?until=x&since=\(until)").status == 400)
        #expect(try await test.ask("GET", "/events?until=1").octets.isEmpty)
    }
}
