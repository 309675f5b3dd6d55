import Testing

@testable import Swarm

@Suite("Lists of containers")
struct ContainerListTests {
    private static let engines: [String: ContainerQuery.Engine] = [
        "E1": .init(name: "dh1", isAnswering: true), "E2": .init(name: "dh2", isAnswering: false),
    ]

    private func container(
        _ id: String, _ name: String, engine: String = "E1", created: Int64 = 1, state: String = "running",
        swarmID: String = "", image: String = "lab:1"
    ) throws -> ClusterContainer {
        let row = try JSONValue(
            parsing: Array(
                #"{"Id":"\#(id)","Names":["/\#(name)"],"Created":\#(created),"Status":"old","State":"\#(state)","Ports":[{"IP":"0.0.0.0","PublicPort":80},{"IP":"127.0.0.1"},{"PrivatePort":81}],"X":[1.50]}"#
                    .utf8))
        let inspection = try JSONValue(
            parsing: Array(
                #"{"Id":"\#(id)","Name":"/\#(name)","State":{"Status":"\#(state)","StartedAt":"2026-11-24T02:18:42.66Z","FinishedAt":"2026-11-24T02:18:43Z","ExitCode":3},"Config":{"Image":"\#(image)","Labels":{"com.docker.swarm.id":"\#(swarmID)","app":"\#(name)"}},"Mounts":[{"Name":"data","Destination":"/d"}]}"#
                    .utf8))
        return try #require(
            ClusterContainer(
                engineRow: row, inspection: inspection, inspected: [], engineID: engine,
                node: Self.engines[engine]?.name ?? "", address: "10.99.0.11", processors: 2))
    }

    private func directory(_ containers: [ClusterContainer]) -> ContainerDirectory {
        var directory = ContainerDirectory()
        for container in containers { directory.put(container) }
        return directory
    }

    @Test("a row: names and ports that hold in the cluster, labels, what is unknown, and a status of now")
    func writesRows() throws {
        let found = try container("aa", "web", swarmID: "25")
        let now = try #require(EngineTime.seconds("2026-11-24T02:20:00Z"))
        let text = String(
            decoding: ContainerQuery.list([found], engines: Self.engines, now: now), as: UTF8.self)
        #expect(
            text
                == #"[{"Id":"aa","Names":["/dh1/web"],"Created":1,"State":"running","Ports":[{"IP":"10.99.0.11","PublicPort":80},{"IP":"127.0.0.1"},{"PrivatePort":81}],"X":[1.50],"Labels":{"app":"web","com.docker.swarm.id":"25"},"Status":"Up About a minute"}]"#
                + "\n")
        let down = try container("bb", "db", engine: "E2")
        #expect(
            String(decoding: ContainerQuery.list([down], engines: Self.engines, now: now), as: UTF8.self)
                .contains(#""Status":"Host Down""#))
        #expect(String(decoding: ContainerQuery.list([], engines: [:], now: 0), as: UTF8.self) == "[]\n")
    }

    @Test(
        "what a container may be called",
        arguments: [
            ("1111111111112222", "a"), ("111111111111", "a"), ("2525252525259999", "a"), ("252525252525", "a"),
            ("web", "a"), ("/web", "a"), ("E1/web", "a"), ("dh1/web", "a"), ("1111", "a"), ("2525", "a"),
            ("dh2/db", "b"), ("db", "none"), ("dh1/db", "c"), ("9", "none"), ("", "none"), ("dh9/db", "none"),
            ("33", "none"),
        ])
    func finds(_ text: String, _ expected: String) throws {
        let directory = self.directory([
            try container("1111111111112222", "web", swarmID: "2525252525259999"),
            try container("3333333333334444", "db", engine: "E2"),
            try container("3333333333335555", "db", engine: "E1"),
        ])
        let names = ["1111111111112222": "a", "3333333333334444": "b", "3333333333335555": "c"]
        let found = directory.find(text) { text in
            Self.engines.first { $0.key == text || $0.value.name == text }?.key
        }
        #expect((found.flatMap { names[$0.id] } ?? "none") == expected)
    }

    @Test("what is put again or taken out leaves no name behind")
    func forgets() throws {
        var directory = directory([try container("aa", "web", swarmID: "25")])
        directory.put(try container("aa", "web2"))
        #expect(directory.find("web") { _ in nil } == nil && directory.find("25") { _ in nil } == nil)
        #expect(directory.find("web2") { _ in nil }?.id == "aa")
        #expect(directory.remove(id: "aa")?.name == "web2" && directory.named("web2").isEmpty && directory.count == 0)
    }

    @Test("a plain list shows what runs on engines that answer; filters, order and limits")
    func selects() throws {
        let directory = self.directory([
            try container("a1", "web", created: 1), try container("a2", "db", engine: "E2", created: 2),
            try container("a3", "old", created: 3, state: "exited"), try container("a4", "web-2", created: 4),
            try container("a5", "agent", created: 5, image: "swarm:1.2"),
        ])
        func ids(_ query: [String: String]) throws -> [String] {
            try ContainerQuery(query).select(from: directory, engines: Self.engines).map(\.id)
        }
        #expect(try ids([:]) == ["a4", "a1"])
        #expect(try ids(["all": "1"]) == ["a5", "a4", "a3", "a2", "a1"])
        #expect(try ids(["limit": "2"]) == ["a5", "a4"])
        #expect(try ids(["filters": #"{"name":["web"]}"#]) == ["a4", "a1"])
        #expect(try ids(["filters": #"{"name":{"^/?web$":true}}"#]) == ["a1"])
        #expect(try ids(["filters": #"{"status":["exited"]}"#]) == ["a3"])
        #expect(try ids(["filters": #"{"exited":["3"]}"#]) == ["a3"])
        #expect(try ids(["filters": #"{"node":["dh2"]}"#, "all": "1"]) == ["a2"])
        #expect(try ids(["filters": #"{"label":["app=web"]}"#]) == ["a1"])
        #expect(try ids(["filters": #"{"label":["app","none"]}"#]) == [])
        #expect(try ids(["before": "a3"]) == ["a2", "a1"])
        #expect(try ids(["filters": #"{"since":["web"]}"#]) == ["a4"])
        #expect(try ids(["filters": #"{"volume":["data"]}"#]) == ["a4", "a1"])
        #expect(try ids(["filters": #"{"ancestor":["lab"]}"#]) == ["a4", "a1"])
        #expect(throws: RequestError(400, "invalid filter 'colour'")) { try ids(["filters": #"{"colour":["x"]}"#]) }
        #expect(throws: RequestError.self) { try ids(["filters": "[1"]) }
        #expect(throws: RequestError.self) { try ids(["limit": "many"]) }
        #expect(throws: RequestError(404, "No such container: zz")) { try ids(["before": "zz"]) }
    }

    @Test("what lists say of a container's state")
    func describesStates() throws {
        func status(_ text: String) throws -> String {
            let value = try JSONValue(parsing: Array(#"{"State":\#(text)}"#.utf8))
            return ContainerCondition(inspection: value).status(
                now: try #require(EngineTime.seconds("2026-11-24T12:00:00Z")))
        }
        #expect(try status(#"{"Running":true,"StartedAt":"2026-11-24T11:59:59.5Z"}"#) == "Up Less than a second")
        #expect(
            try status(#"{"Status":"running","StartedAt":"2026-11-24T10:00:00+02:00","Health":{"Status":"starting"}}"#)
                == "Up 4 hours (health: starting)")
        #expect(
            try status(#"{"Paused":true,"Running":true,"StartedAt":"2026-11-23T11:00:00Z"}"#) == "Up 25 hours (Paused)")
        #expect(
            try status(#"{"StartedAt":"2026-11-01T00:00:00Z","FinishedAt":"2026-11-24T11:58:30Z","ExitCode":137}"#)
                == "Exited (137) About a minute ago")
        #expect(try status(#"{"StartedAt":"0001-01-01T00:00:00Z","FinishedAt":"0001-01-01T00:00:00Z"}"#) == "Created")
        #expect(try status("null") == "Created")
    }

    @Test("moments: fractions, offsets, never, and what is none")
    func readsTimes() {
        for text in ["1970-01-01T00:00:00Z", "2000-02-29T23:59:59Z", "2026-11-26T13:05:09Z", "9999-12-31T23:59:59Z"] {
            #expect(EngineTime.seconds(text).map(EngineTime.text) == text)
        }
        #expect(EngineTime.text(-5) == "1970-01-01T00:00:00Z" && EngineTime.text(.infinity) == "9999-12-31T23:59:59Z")
        #expect(EngineTime.seconds("1970-01-02T00:00:01.5Z") == 86_401.5)
        #expect(EngineTime.seconds("2026-11-24T02:18:42.242656352Z").map { Int($0) } == 1_795_486_722)
        #expect(EngineTime.seconds("1970-01-01T01:00:00+01:00") == 0)
        for text in ["", "0001-01-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-24", "2026-11-24T02:18:42", "x"] {
            #expect(EngineTime.seconds(text) == nil, "\(text)")
        }
    }
}
