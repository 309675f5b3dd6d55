import Testing

@testable import Swarm

@Suite("Reports of many engines in one")
struct MergingTests {
    private func value(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    private func engine(_ name: String) throws -> EngineRecord {
        var engine = EngineRecord(address: try #require(NodeAddress("10.0.0.1:2375")), failuresMax: 3)
        engine.node.name = name
        return engine
    }

    @Test("numbers are added, lists follow each other, objects are joined")
    func sums() throws {
        let reports = [
            try value(#"{"LayersSize":5,"Images":[1],"A":{"B":1},"C":"x","D":null}"#),
            try value(#"{"LayersSize":9223372036854775807,"Images":[2,3],"A":{"B":2,"E":[]},"C":"y","D":[4]}"#),
            try value(#"{"Images":null,"A":7}"#),
        ]
        #expect(
            String(decoding: reports.summed.octets, as: UTF8.self)
                == #"{"LayersSize":9223372036854775807,"Images":[1,2,3],"A":{"B":3,"E":[]},"C":"x","D":[4]}"#)
        #expect([JSONValue]().summed == .null)
    }

    @Test(
        "names that hold in the cluster",
        arguments: [
            (#"{"VolumesDeleted":["v1"],"SpaceReclaimed":3}"#, #"{"VolumesDeleted":["dh1/v1"],"SpaceReclaimed":3}"#),
            (#"{"NetworksDeleted":["n"]}"#, #"{"NetworksDeleted":["dh1/n"]}"#),
            (
                #"{"ContainersDeleted":["abc"],"VolumesDeleted":null}"#,
                #"{"ContainersDeleted":["abc"],"VolumesDeleted":null}"#
            ),
            (
                #"{"Containers":[{"Id":"a","Names":["/web","/db/w"]}],"Volumes":[{"Name":"v","Mountpoint":"/m","Driver":"local"},{"Name":"s","Mountpoint":"","Driver":"nfs"}]}"#,
                #"{"Containers":[{"Id":"a","Names":["/dh1/web","/dh1/db/w"]}],"Volumes":[{"Name":"dh1/v","Mountpoint":"/m","Driver":"local"},{"Name":"s","Mountpoint":"","Driver":"nfs"}]}"#
            ),
            (
                #"{"ContainerUsage":{"TotalCount":1,"Items":[{"Names":["/web"]}]}}"#,
                #"{"ContainerUsage":{"TotalCount":1,"Items":[{"Names":["/dh1/web"]}]}}"#
            ),
            (#"["x"]"#, #"["x"]"#),
        ])
    func places(_ text: String, _ placed: String) throws {
        let octets = try value(text).placed(on: engine("dh1")).octets
        #expect(String(decoding: octets, as: UTF8.self) == placed)
    }

    @Test(
        "an image's name as engines list it",
        arguments: [
            ("busybox", "busybox"), ("docker.io/library/busybox:1", "busybox:1"), ("library/busybox", "busybox"),
            ("docker.io/a/b", "a/b"), ("reg:5000/library/x:1", "reg:5000/library/x:1"),
            ("busybox:1@sha256:ab", "busybox@sha256:ab"), ("reg:5000/x@sha256:ab", "reg:5000/x@sha256:ab"),
        ])
    func shortensNames(_ name: String, _ familiar: String) {
        #expect(NodeImage.familiar(name) == familiar)
    }

    @Test("progress comes in lines, however it is cut; what is none is left out")
    func readsProgress() throws {
        let text = "{\"status\":\"a\"}\r\n\r\nnonsense\n{\"status\":\"b\\n\"}\n[1]\n{\"error\":\"c\"}"
        for size in [1, 2, 3, 7, 100] {
            var lines = ProgressLines()
            var found: [JSONValue] = []
            let octets = Array(text.utf8)
            for start in stride(from: 0, to: octets.count, by: size) {
                found += try lines.take(Array(octets[start..<min(start + size, octets.count)]))
            }
            if let last = lines.end() { found.append(last) }
            #expect(found.map { $0["status"].text ?? $0["error"].text } == ["a", "b\n", "c"])
            #expect(lines.end() == nil)
        }
        var endless = ProgressLines()
        #expect(throws: RequestError.self) {
            for _ in 0...17 { _ = try endless.take([UInt8](repeating: 0x20, count: 64 << 10)) }
        }
    }

    @Test("a node's document has the names that are promised")
    func tellsNodes() throws {
        var record = EngineRecord(address: try #require(NodeAddress("10.0.0.5:2375")), failuresMax: 3)
        record.node = Node(
            id: "MQXN", name: "dh1", address: "10.0.0.5:2375", labels: ["zone": "z1"], memoryBytes: 100, processors: 4)
        record.node.add(NodeContainer(id: "c", memoryBytes: 7, processors: 1))
        _ = record.standing.validated()
        record.running = 1
        record.version = "26.1.5"
        record.apiVersion = "1.45"
        record.updated = 86_400
        let document = EngineReport(record).document
        #expect(
            document.object?.members.map(\.name) == [
                "name", "id", "address", "state", "drained", "failures", "error", "containers", "images", "cpus",
                "memory",
                "labels", "version", "apiVersion", "since", "updated",
            ])
        let text = String(decoding: document.octets, as: UTF8.self)
        #expect(
            text.hasPrefix(#"{"name":"dh1","id":"MQXN","address":"10.0.0.5:2375","state":"healthy","drained":false,"#))
        #expect(text.contains(#""containers":{"total":1,"running":1,"paused":0,"stopped":0},"images":0,"#))
        #expect(
            text.contains(
                #""cpus":{"reserved":1,"total":4},"memory":{"reserved":7,"total":100},"labels":{"zone":"z1"}"#))
        #expect(text.hasSuffix(#""updated":"1970-01-02T00:00:00Z"}"#))
    }
}
