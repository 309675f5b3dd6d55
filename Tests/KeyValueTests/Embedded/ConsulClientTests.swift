import Foundation
import KeyValue
import Lab
import Testing

/// HashiCorp's `consul` program against the embedded store, as its users use it.
@Suite(.timeLimit(.minutes(2))) struct ConsulClientTests {
    @Test func `consul kv puts, gets, lists and deletes`() async throws {
        let served = try await ServedStore()
        #expect(try await served.consul("kv", "put", "a/b", "one").lines == ["Success! Data written to: a/b"])
        #expect(try await served.consul("kv", "get", "a/b").lines == ["one"])
        #expect(try await served.consul("kv", "put", "-flags=42", "a/c", "two").status == 0)
        #expect(try await served.consul("kv", "put", "other", "three").status == 0)
        #expect(try await served.consul("kv", "get", "-recurse", "a/").lines == ["a/b:one", "a/c:two"])
        #expect(try await served.consul("kv", "get", "-keys").lines == ["a/", "other"])
        #expect(try await served.consul("kv", "get", "-keys", "a/").lines == ["a/b", "a/c"])
        let detailed = try await served.consul("kv", "get", "-detailed", "a/c").lines
        #expect(
            detailed.map { $0.split(separator: " ").first ?? "" } == [
                "CreateIndex", "Flags", "Key", "LockIndex", "ModifyIndex", "Session", "Value",
            ])
        #expect(detailed.contains { $0.hasPrefix("Flags") && $0.hasSuffix(" 42") })
        #expect(try await served.consul("kv", "put", "-cas", "-modify-index=0", "a/b", "no").status == 1)
        #expect(try await served.consul("kv", "get", "none").status == 1)
        #expect(try await served.consul("kv", "delete", "a/b").status == 0)
        #expect(try await served.consul("kv", "get", "a/b").status == 1)
        #expect(try await served.consul("kv", "delete", "-recurse").status == 0)
        #expect(try await served.consul("kv", "get", "-recurse").lines == [])
        try await served.stop()
    }

    @Test func `what consul kv exports it can import again`() async throws {
        let served = try await ServedStore()
        let values: [String: [UInt8]] = ["x/1": [1, 0, 255], "x/2": Array("zwei".utf8), "x/empty": []]
        for (key, value) in values { try await served.store.put(key, value: value, flags: 9) }
        let before = try await served.store.list(prefix: "")
        let exported = try await served.consul("kv", "export").lines.joined(separator: "\n")
        try await served.store.deleteTree(prefix: "")
        let imported = try await served.consul("kv", "import", "-", input: exported)
        #expect(imported.status == 0, "\(imported.lines)")
        let after = try await served.store.list(prefix: "")
        #expect(after.entries.map(\.key) == before.entries.map(\.key))
        #expect(after.entries.map(\.value) == before.entries.map(\.value))
        #expect(after.entries.allSatisfy { $0.flags == 9 })
        try await served.stop()
    }

    @Test func `consul lock lets one of two contenders in at a time, and cleans up`() async throws {
        let served = try await ServedStore()
        let folder = try ScratchFolder()
        let log = try folder.write("log", "")
        // Holds the lock until the other has surely asked for it too: its request is seen in the store as a waiter.
        let script = "echo in >> \(log); sleep 0.5; echo out >> \(log)"
        let port = served.port
        let lines = try await offPool {
            let contenders = try (0..<2).map { _ in
                try ConsulClientProgram.start(["lock", "-verbose", "locks/one", script], port: port)
            }
            return try contenders.flatMap { contender in
                let lines = try contender.waitForOutput(within: .seconds(60))
                #expect(try contender.waitForEnd() == .exited(0), "\(lines)")
                return lines
            }
        }
        #expect(try folder.read("log") == "in\nout\nin\nout\n", "\(lines)")
        #expect(lines.contains { $0.contains("Cleanup succeeded") }, "\(lines)")
        #expect(try await served.store.list(prefix: "locks/").entries == [])
        try await served.stop()
    }

    @Test func `consul lock with several slots lets so many in`() async throws {
        let served = try await ServedStore()
        let port = served.port
        let isDone = try await offPool {
            let held = try (0..<2).map { number in
                try ConsulClientProgram.start(["lock", "-n=2", "slots", "echo in\(number); exec sleep 60"], port: port)
            }
            for (number, process) in held.enumerated() {
                try process.waitForLine("in\(number)") { $0 == "in\(number)" }
            }
            // Both slots are taken: a third that is not to wait gives up.
            let (lines, status) = try ConsulClientProgram.run(
                ["lock", "-n=2", "-timeout=1s", "slots", "echo never"], port: port)
            #expect(status == 1)
            #expect(!lines.contains("never"))
            for process in held { try process.kill() }
            return true
        }
        #expect(isDone)
        try await served.stop()
    }

    @Test func `consul watch runs its command for each change of a key`() async throws {
        let served = try await ServedStore()
        try await served.store.put("w/key", value: Array("first".utf8), flags: 0)
        let port = served.port
        let watch = try await offPool {
            let watch = try ConsulClientProgram.start(["watch", "-type=key", "-key=w/key"], port: port)
            try watch.waitForLine("the first value") { $0.contains("Zmlyc3Q=") || $0.contains("first") }
            return watch
        }
        #expect(watch.ending == nil || watch.ending == .exited(0))
        let followed = try await offPool {
            try ConsulClientProgram.start(
                ["watch", "-type=keyprefix", "-prefix=w/", "tr -d '\\n'; echo"], port: port)
        }
        try await offPool { try followed.waitForLine("the first listing") { $0.contains("Zmlyc3Q=") } }
        try await served.store.put("w/other", value: Array("second".utf8), flags: 0)
        try await offPool { try followed.waitForLine("the second listing") { $0.contains("c2Vjb25k") } }
        try await served.store.delete("w/key")
        try await offPool {
            try followed.waitForLine("the deletion") { $0.contains("c2Vjb25k") && !$0.contains("Zmlyc3Q=") }
        }
        try await offPool { _ = try followed.kill() }
        try await served.stop()
    }

    @Test func `consul comes through a Unix socket too`() async throws {
        let folder = try ScratchFolder()
        let path = "\(folder.path)/store.sock"
        let store = try EmbeddedStore(directory: "\(folder.path)/store")
        let server = ConsulAPIServer(store: store, address: "unix:\(path)")
        let task = Task { try await server.run() }
        #expect(try await server.boundPort() == 0)
        let (lines, ending) = try await offPool {
            let process = try ChildProcess(
                Repository.consul(), ["kv", "put", "a", "b"], environment: ["CONSUL_HTTP_ADDR": "unix://\(path)"])
            return try (process.waitForOutput(), process.waitForEnd())
        }
        #expect(ending == .exited(0), "\(lines)")
        #expect(try await store.get("a")?.value == Array("b".utf8))
        task.cancel()
        try await task.value
    }

    @Test func `consul finds its agent, members and datacenters`() async throws {
        let served = try await ServedStore()
        #expect(try await served.consul("members").lines.contains { $0.contains("alive") && $0.contains("dc1") })
        #expect(try await served.consul("catalog", "nodes").lines.count == 2)
        #expect(try await served.consul("catalog", "datacenters").lines == ["dc1"])
        #expect(try await served.consul("catalog", "services").lines == ["consul"])
        #expect(try await served.consul("info").status == 0)
        try await served.stop()
    }
}
