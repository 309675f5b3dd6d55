import Lab
import Testing

@testable import Swarm

@Suite("Scheduler")
struct SchedulerTests {
    private static let gibibyte: Int64 = 1 << 30

    private func nodes(
        _ count: Int, gibibytes: Int64 = 8, processors: Int64 = 4, overcommit: Double = 0.05
    ) -> [Node] {
        (1...count).map { number in
            Node(
                id: "ID\(number)", name: "n\(number)", address: "10.0.0.\(number):2375", labels: ["zone": "z\(number)"],
                memoryBytes: gibibytes * Self.gibibyte, processors: processors, overcommit: overcommit)
        }
    }

    private func place(
        _ request: PlacementRequest, _ nodes: [Node], _ scheduler: Scheduler = Scheduler()
    ) throws(PlacementError) -> [Int] {
        var generator = SeededGenerator(seed: 7)
        return try scheduler.place(request, among: nodes, using: &generator)
    }

    /// Creates `count` containers of `request` one after the other; containers of each node at the end.
    private func fill(
        _ nodes: inout [Node], _ count: Int, _ request: PlacementRequest = PlacementRequest(),
        _ scheduler: Scheduler = Scheduler()
    ) throws -> [Int] {
        for number in 0..<count {
            let chosen = try place(request, nodes, scheduler)[0]
            nodes[chosen].add(
                NodeContainer(
                    id: "c\(number)", names: ["c\(number)"], memoryBytes: request.memoryBytes,
                    processors: request.processors, hostPorts: request.hostPorts))
        }
        return nodes.map(\.containers.count)
    }

    private func refusal(of request: PlacementRequest, _ nodes: [Node], _ scheduler: Scheduler = Scheduler()) -> String?
    {
        do {
            _ = try place(request, nodes, scheduler)
            return nil
        } catch {
            return error.description
        }
    }

    // MARK: - Strategies

    @Test("spread: containers without demands go evenly over unequal nodes")
    func spreadsByCount() throws {
        var nodes = self.nodes(1, processors: 4) + self.nodes(1, gibibytes: 64, processors: 32)
        #expect(try fill(&nodes, 60) == [30, 30])
    }

    @Test("spread: with demands the larger node takes its share")
    func spreadsByShare() throws {
        var nodes =
            self.nodes(1, processors: 21, overcommit: 0) + self.nodes(1, processors: 42, overcommit: 0)
        var request = PlacementRequest()
        request.processors = 1
        #expect(try fill(&nodes, 60, request) == [20, 40])
    }

    @Test("binpack fills one node before it touches the next", arguments: [PlacementStrategy.spread, .binpack])
    func packs(_ strategy: PlacementStrategy) throws {
        var nodes = self.nodes(2, processors: 2, overcommit: 0)
        var request = PlacementRequest()
        request.processors = 1
        let counts = try fill(&nodes, 2, request, Scheduler(strategy: strategy))
        #expect(counts.sorted() == (strategy == .spread ? [1, 1] : [0, 2]))
    }

    @Test("overcommit stretches what there is by whole hundredths")
    func overcommits() throws {
        var request = PlacementRequest()
        request.memoryBytes = 105 * Self.gibibyte
        #expect(try place(request, nodes(1, gibibytes: 100)) == [0])
        request.memoryBytes = 106 * Self.gibibyte
        #expect(refusal(of: request, nodes(1, gibibytes: 100)) == "no resources available to schedule container")
        let shrunk = Node(id: "", name: "", address: "", memoryBytes: 1000, processors: 10, overcommit: -0.5)
        #expect(shrunk.memoryBytes == 500 && shrunk.processors == 5)
    }

    @Test("a failed call weighs more than any load")
    func prefersHealth() throws {
        var nodes = self.nodes(2)
        for number in 0..<40 { nodes[0].add(NodeContainer(id: "\(number)")) }
        nodes[1].health = 67
        #expect(try place(PlacementRequest(), nodes) == [0, 1])
        #expect(try place(PlacementRequest(), nodes, Scheduler(strategy: .binpack)) == [0, 1])
    }

    @Test("random takes any node, even a full one")
    func takesAny() throws {
        var request = PlacementRequest()
        request.memoryBytes = 1 << 50
        var seen: Set<Int> = []
        var generator = SeededGenerator(seed: 1)
        let nodes = self.nodes(4)
        for _ in 0..<100 {
            seen.insert(
                try Scheduler(strategy: .random).place(request, among: nodes, using: &generator)[0])
        }
        #expect(seen == [0, 1, 2, 3])
    }

    @Test("demands that overflow are refused, not trapped")
    func survivesHugeDemands() {
        var nodes = self.nodes(1)
        nodes[0].add(NodeContainer(id: "big", memoryBytes: .max / 2))
        var request = PlacementRequest()
        request.memoryBytes = nodes[0].memoryBytes
        #expect(refusal(of: request, nodes) == "no resources available to schedule container")
        request.memoryBytes = .max
        #expect(refusal(of: request, nodes) == "no resources available to schedule container")
    }

    // MARK: - Filters and their words

    @Test("constraints: what is listed when none is left")
    func namesConstraints() throws {
        var request = PlacementRequest()
        request.constraints = ["node==n9", "ostype==linux"]
        #expect(
            refusal(of: request, nodes(3))
                == "Unable to find a node that satisfies the following conditions \n[available container slots]"
                + "\n[node==n9 ostype==linux]")
        request.constraints = ["node==n2"]
        #expect(try place(request, nodes(3)) == [1])
        request.constraints = ["zone!=/z[12]/"]
        #expect(try place(request, nodes(3)) == [2])
        request.constraints = ["zone==/[/"]
        #expect(refusal(of: request, nodes(3))?.hasSuffix("\n[zone==/[/]") == true)
    }

    @Test("a wish gives way, and takes all other wishes with it")
    func wishesGiveWay() throws {
        var request = PlacementRequest()
        request.constraints = ["zone==~z9"]
        request.affinities = ["container==~web"]
        var nodes = self.nodes(3)
        nodes[2].add(NodeContainer(id: "w", names: ["web"]))
        #expect(try place(request, nodes) == [0, 1, 2])
        request.constraints = ["zone!=z1"]
        #expect(try place(request, nodes) == [2])
    }

    @Test("affinities: containers, images, labels; errors bear their mark")
    func namesAffinities() throws {
        var nodes = self.nodes(3)
        nodes[1].add(NodeContainer(id: "abc123", names: ["front"], labels: ["app": "shop"]))
        nodes[2].images = [NodeImage(id: "sha256:5", tags: ["localhost:5000/test:1"])]
        var request = PlacementRequest()
        for text in ["container==front", "container==abc123", "app==shop"] {
            request.affinities = [text]
            #expect(try place(request, nodes) == [1], "\(text)")
        }
        for text in ["image==localhost:5000/test", "image==localhost:5000/test:1", "image==sha256:5"] {
            request.affinities = [text]
            #expect(try place(request, nodes) == [2], "\(text)")
        }
        request.affinities = ["app!=shop"]
        #expect(try place(request, nodes) == [0, 2])
        request.affinities = ["image==nope"]
        #expect(
            refusal(of: request, nodes)
                == "Unable to find a node that satisfies the following conditions \n[available container slots]"
                + "\n[image==nope (soft=false)]")
    }

    @Test("ports: taken ones exclude a node, whatever their protocol")
    func seesPorts() throws {
        var request = PlacementRequest()
        request.hostPorts = [.init(port: 80)]
        var nodes = self.nodes(2)
        #expect(try fill(&nodes, 2, request) == [1, 1])
        let words = "Unable to find a node that satisfies the following conditions \n[port 80 (Bridge mode)]"
        #expect(refusal(of: request, nodes) == words)
        request.hostPorts = [.init(address: "127.0.0.1", port: 80)]
        #expect(refusal(of: request, nodes) == words)
        nodes = self.nodes(1)
        nodes[0].add(NodeContainer(id: "l", hostPorts: [.init(address: "127.0.0.1", port: 80)]))
        request.hostPorts = [.init(address: "10.0.0.1", port: 80)]
        #expect(try place(request, nodes) == [0])
        request.hostPorts = []
        request.exposedHostPorts = ["80/tcp"]
        #expect(try place(request, nodes) == [0])
        nodes[0].add(NodeContainer(id: "h", exposedHostPorts: ["80/tcp"]))
        #expect(
            refusal(of: request, nodes)
                == "Unable to find a node that satisfies the following conditions \n[port 80/tcp (Host mode)]")
    }

    @Test("slots: a label that is no number is no limit")
    func countsSlots() throws {
        var nodes = self.nodes(2)
        nodes[0].labels["containerslots"] = "2"
        nodes[1].labels["containerslots"] = "2"
        #expect(try fill(&nodes, 4) == [2, 2])
        #expect(
            refusal(of: PlacementRequest(), nodes)
                == "Unable to find a node that satisfies the following conditions \n[available container slots]")
        nodes[1].labels["containerslots"] = "many"
        #expect(try place(PlacementRequest(), nodes) == [1])
    }

    @Test("dependencies: all of them on one node")
    func followsDependencies() throws {
        var nodes = self.nodes(2)
        nodes[0].add(NodeContainer(id: "1111111111112222", names: ["a"]))
        nodes[1].add(NodeContainer(id: "3333", names: ["b"]))
        var request = PlacementRequest()
        request.links = ["/a:x"]
        #expect(try place(request, nodes) == [0])
        request.links = []
        request.volumesFrom = ["b:ro"]
        #expect(try place(request, nodes) == [1])
        request.volumesFrom = []
        request.networkContainer = "111111111111"
        #expect(try place(request, nodes) == [0])
        request.links = ["b:y"]
        #expect(
            refusal(of: request, nodes)
                == "Unable to find a node that satisfies the following conditions \n[available container slots]"
                + "\n[--link=b:y --net=container:111111111111]")
    }

    @Test("whitelists name nodes exactly")
    func respectsWhitelists() throws {
        var request = PlacementRequest()
        request.whitelists = ["node==n1|n3"]
        #expect(try place(request, nodes(3)) == [0, 2])
        request.whitelists = ["node==n*"]
        #expect(refusal(of: request, nodes(3))?.hasSuffix("\n[node==n* (soft=false)]") == true)
    }

    @Test("health: nobody is well, or nobody is there")
    func needsHealth() {
        var sick = nodes(2)
        for place in sick.indices { sick[place].health = 0 }
        #expect(refusal(of: PlacementRequest(), sick) == "No healthy node available in the cluster")
        #expect(refusal(of: PlacementRequest(), []) == "No healthy node available in the cluster")
        let careless = Scheduler(filters: [.constraint])
        #expect(refusal(of: PlacementRequest(), [], careless) == "No nodes available in the cluster")
        #expect(refusal(of: PlacementRequest(), sick, careless) == nil)
    }

    @Test("policies of rescheduling")
    func readsPolicies() throws {
        #expect(try ReschedulePolicy([]) == .off)
        #expect(try ReschedulePolicy(["on-node-failure"]) == .onNodeFailure)
        #expect(throws: PlacementError("too many reschedule policies")) { try ReschedulePolicy(["off", "off"]) }
        #expect(throws: PlacementError("invalid reschedule policy: never")) { try ReschedulePolicy(["never"]) }
    }
}
