import Testing

@testable import Swarm

/// A cluster as plans see it: nodes `n1`, `n2` and so on, and what is on them.
struct SampleCluster {
    var state = ClusterState()
    private var made: Int64 = 0

    /// A cluster of so many nodes that answer, each with 4 processors and 8 GiB.
    init(nodes: Int) throws {
        for number in 1...nodes {
            let address = try Self.address(number)
            state.addEngine(address, failuresMax: 1)
            _ = state.identify(address, id: "E\(number)", name: "n\(number)")
            state.updateEngine(address) { engine in
                _ = engine.standing.validated()
                engine.node.memoryBytes = 8 << 30
                engine.node.processors = 4
                engine.node.labels["zone"] = "z\(number)"
            }
        }
    }

    /// The address of a node.
    static func address(_ number: Int) throws -> NodeAddress { try #require(NodeAddress("10.0.0.\(number):2375")) }

    /// Puts a container on a node, a second younger than the one before.
    ///
    /// - Parameters:
    ///   - moves: whether it moves when its node is lost.
    ///   - settings: further members of `HostConfig`.
    ///   - ahead: seconds by which the node's clock is ahead.
    @discardableResult
    mutating func run(
        _ name: String, on number: Int, moves: Bool = false, swarmID: String? = nil,
        state condition: String = "running",
        labels: [String: String] = [:], settings: String = "", ahead: Double = 0
    ) throws -> String {
        made += 1
        let id = "\(name)@\(number)"
        var labels = labels
        labels[SwarmLabel.id] = swarmID ?? "S-\(name)"
        if moves { labels[SwarmLabel.Expressions.reschedule.label] = #"["on-node-failure"]"# }
        let text =
            #"{"Id":"\#(id)","Name":"/\#(name)","State":{"Status":"\#(condition)"},"Config":{"Image":"lab:1","Labels":"#
            + String(decoding: JSONValue.strings(labels).octets, as: UTF8.self)
            + #"},"HostConfig":{\#(settings)}}"#
        let inspection = try JSONValue(parsing: Array(text.utf8))
        let row = try JSONValue(parsing: Array(#"{"Id":"\#(id)","Names":["/\#(name)"],"Created":\#(made)}"#.utf8))
        let container = try #require(
            ClusterContainer(
                engineRow: row, inspection: inspection, inspected: Array(text.utf8), engineID: "E\(number)",
                node: "n\(number)", address: "10.0.0.\(number)", processors: 4, ahead: ahead))
        state.put(container, on: try Self.address(number))
        return id
    }

    /// A node does not answer any more.
    mutating func lose(_ number: Int) throws {
        state.updateEngine(try Self.address(number)) { _ = $0.standing.failed("gone") }
    }

    /// It answers again.
    mutating func findAgain(_ number: Int) throws {
        state.updateEngine(try Self.address(number)) { _ = $0.standing.succeeded() }
    }
}
