import Logging
import Testing

@testable import Swarm

@Suite("Nodes for people")
struct NodeTableTests {
    private func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    @Test("a table of nodes, with errors where there are some")
    func nodes() throws {
        let one = #"""
            {"name":"dh1","address":"10.0.0.1:2375","state":"healthy","containers":{"total":3,"running":2},
             "cpus":{"reserved":1,"total":4},"memory":{"reserved":20971520,"total":8589934592},"version":"26.1","error":""}
            """#
        let other = #"{"name":"","address":"10.0.0.12:2375","state":"pending","error":"refused\u001b[2J\n"}"#
        #expect(
            NodeTable.nodes([try json(one)]) == """
                NAME   ADDRESS         STATE     CONTAINERS      CPUS    MEMORY           VERSION
                dh1    10.0.0.1:2375   healthy   3 (2 running)   1 / 4   20 MiB / 8 GiB   26.1
                """)
        let table = NodeTable.nodes([try json(one), try json(other)]).split(separator: "\n")
        #expect(table[0].hasSuffix("VERSION   ERROR") && table[2].hasPrefix("(unknown)   10.0.0.12:2375   pending"))
        #expect(table[2].hasSuffix("refused?[2J?"), "what comes from elsewhere steers no terminal")
        #expect(NodeTable.nodes([]).hasPrefix("NAME"))
    }

    @Test("all that is known of a node")
    func fields() throws {
        let node = try json(#"{"name":"dh1","cpus":{"total":4},"labels":["a=b"],"drained":false}"#)
        #expect(NodeTable.fields(node) == "name: dh1\ncpus.total: 4\nlabels: [\"a=b\"]\ndrained: false")
    }

    @Test("what drains and rebalancings did")
    func moves() throws {
        let drain = try json(
            #"""
            {"node":{"name":"dh1","drained":true},"moved":[{"name":"a","to":"dh2"}],"ended":[{"name":"g"}],
             "failed":[{"name":"b","error":"no room"}],"stayed":[{"name":"c"}]}
            """#)
        #expect(
            NodeTable.drain(drain)
                == "dh1: drained\nmoved   a to dh2\nended   g\nfailed  b: no room\nstayed  c")
        #expect(NodeTable.drain(try json(#"{"node":{"name":"dh1","drained":false}}"#)) == "dh1: active")
        let moves = #"[{"name":"a","from":"dh1","to":"dh2"},{"name":"b","from":"dh1","to":"dh3","error":"gone"}]"#
        #expect(
            NodeTable.rebalance(try json(#"{"dry":false,"moves":\#(moves)}"#))
                == "moved a from dh1 to dh2\nfailed  b from dh1 to dh3: gone")
        #expect(NodeTable.rebalance(try json(#"{"dry":true,"moves":\#(moves)}"#)).hasPrefix("would move a"))
        #expect(NodeTable.rebalance(try json(#"{"dry":true,"moves":[]}"#)) == "nothing to move")
    }
}
