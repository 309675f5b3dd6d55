import Lab
import Synchronization
import Testing

@testable import Swarm

@Suite("What many engines are asked to do at once")
struct ClusterBroadcastTests {
    @Test("a pull: what each engine gets, and why one does not")
    func pulls() async throws {
        let test = try await TestCluster(count: 3)
        test.engines.play { index, request in
            guard request.path == "/images/create" else { return nil }
            #expect(request.query["fromImage"] == "busybox" && request.query["tag"] == "1")
            return index == 1
                ? (
                    200,
                    "{\"status\":\"Pulling\"}\r\n{\"errorDetail\":{\"message\":\"no room\"},\"error\":\"no room\"}\r\n"
                )
                : (200, "{\"status\":\"Pulling\"}\r\n{\"status\":\"Done\"}\r\n")
        }
        let answer = try await test.ask("POST", "/v1.45/images/create?fromImage=busybox&tag=1")
        #expect(answer.status == 200)
        #expect(answer.progress.last == "error: no room")
        #expect(
            Set(answer.progress.dropLast()) == [
                "fake1: Pulling busybox:1...", "fake2: Pulling busybox:1...", "fake3: Pulling busybox:1...",
                "fake1: Pulling busybox:1... : downloaded", "fake2: Pulling busybox:1... : no room",
                "fake3: Pulling busybox:1... : downloaded",
            ])
        #expect(try await test.ask("POST", "/images/create").status == 400)
    }

    @Test("an image for another system is no failure where others take it")
    func passesOverSystems() async throws {
        let test = try await TestCluster(count: 2)
        test.engines.play { index, request in
            guard request.path == "/images/create" else { return nil }
            return index == 0
                ? (500, #"{"message":"image operating system \"windows\" cannot be used"}"#) : (200, "{}\n")
        }
        let answer = try await test.ask("POST", "/images/create?fromImage=x&tag=1")
        #expect(!answer.text.contains("errorDetail"))
    }

    @Test("what the client sends reaches every engine whole, and what they say is told with their names")
    func loads() async throws {
        let test = try await TestCluster(count: 3)
        let sizes = Mutex<[Int: Int]>([:])
        test.engines.play { index, request in
            guard request.path == "/images/load" else { return nil }
            sizes.withLock { $0[index] = request.body.count }
            return (200, "{\"stream\":\"Loaded image: lab:2\\n\"}\n")
        }
        let pieces = [[UInt8]](repeating: [UInt8](repeating: 0x2E, count: 10_000), count: 20)
        let answer = try await test.ask("POST", "/images/load?quiet=1", PiecewiseBody(pieces))
        #expect(sizes.withLock(\.self) == [0: 200_000, 1: 200_000, 2: 200_000])
        #expect(answer.progress.sorted() == (1...3).map { "fake\($0): Loaded image: lab:2\n" })
        let broken = try await test.ask(
            "POST", "/images/load", PiecewiseBody(pieces, error: RequestError(400, "the client has gone")))
        #expect(broken.progress.last?.hasPrefix("error: ") == true)
    }

    @Test("an engine that dies while it is sent something holds nobody up")
    func survivesDeath() async throws {
        let test = try await TestCluster(count: 2)
        test.engines.play { _, request in request.path == "/images/load" ? (200, "{\"stream\":\"x\"}\n") : nil }
        test.engines.fail(0, .brokenOff, on: "/images/load")
        let answer = try await test.ask("POST", "/images/load", PiecewiseBody([[UInt8](repeating: 1, count: 1_000)]))
        #expect(answer.progress.contains("fake2: x") && answer.progress.last?.hasPrefix("error: ") == true)
    }

    @Test("images: tags and removals where they are, and what is where they are not")
    func changesImages() async throws {
        let test = try await TestCluster(count: 2)
        let calls = Mutex<[String]>([])
        test.engines.play { index, request in
            guard request.path.hasPrefix("/images/lab:1"), request.method != "GET" else { return nil }
            calls.withLock { $0.append("\(index) \(request.method) \(request.path) \(request.query["tag"] ?? "")") }
            return request.method == "DELETE" ? (200, #"[{"Untagged":"lab:1"}]"#) : (201, "")
        }
        #expect(try await test.ask("POST", "/images/lab:1/tag?repo=lab&tag=2").status == 201)
        #expect(calls.withLock { $0.sorted() } == ["0 POST /images/lab:1/tag 2", "1 POST /images/lab:1/tag 2"])
        let removed = try await test.ask("DELETE", "/images/lab:1?force=1")
        #expect(removed.text == #"[{"Untagged":"lab:1"},{"Untagged":"lab:1"}]"#)
        #expect(try await test.ask("DELETE", "/images/nope").text == "No such image nope")
        #expect(try await test.ask("POST", "/images/nope/tag?repo=x").text == "No such image: nope")
        #expect(try await test.ask("GET", "/v1.24/images/lab:1/json").target == "/v1.24/images/lab:1/json")
        #expect(
            try await test.ask("GET", "/v1.99/images/docker.io%2Flab:1/history").target?.hasPrefix("/v1.45/") == true)
        #expect(try await test.ask("GET", "/images/get?names=lab").target == "/images/get?names=lab")
        #expect(
            try await test.ask("GET", "/images/get?names=lab:1&names=x").text
                == "Unable to find a healthy engine containing all images: [lab:1 x]")
        #expect(try await test.ask("POST", "/images/lab/push").target == "/images/lab/push")
        test.engines.play { index, request in
            request.method == "DELETE" ? (409, #"{"message":"in use \#(index)"}"#) : nil
        }
        let conflict = try await test.ask("DELETE", "/images/lab:1")
        #expect(conflict.status == 409 && conflict.text == "fake1: in use 0\nfake2: in use 1")
    }

    @Test("prune: sums, names, and only where a filter says")
    func prunes() async throws {
        let test = try await TestCluster(count: 3)
        let filters = Mutex<[String]>([])
        test.engines.play { _, request in
            guard request.path == "/volumes/prune" else { return nil }
            filters.withLock { $0.append(request.query["filters"] ?? "") }
            return (200, #"{"VolumesDeleted":["v"],"SpaceReclaimed":5}"#)
        }
        let all = try await test.ask("POST", "/volumes/prune?filters=%7B%22all%22%3A%5B%22true%22%5D%7D").json
        #expect(all["SpaceReclaimed"].integer == 15)
        #expect(all["VolumesDeleted"].texts == ["fake1/v", "fake2/v", "fake3/v"])
        #expect(filters.withLock { Set($0) } == [#"{"all":["true"]}"#])
        let one = try await test.ask("POST", "/volumes/prune?filters=%7B%22node%22%3A%5B%22fake2%22%5D%7D").json
        #expect(one["VolumesDeleted"].texts == ["fake2/v"])
        #expect(filters.withLock { $0.last } == "")
        #expect(try await test.ask("POST", "/volumes/prune?filters=%7B%22node%22%3A%5B%22x%22%5D%7D").status == 404)
    }
}
