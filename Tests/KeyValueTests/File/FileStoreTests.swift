import Foundation
import Lab
import Testing

@testable import KeyValue

/// The store on real files, changed in all the ways that editors and tools change files.
@Suite(.timeLimit(.minutes(1)))
struct FileStoreTests {
    private let folder: ScratchFolder
    private let store: FileStore
    private let path: String

    init() throws {
        folder = try ScratchFolder()
        path = "\(folder.path)/store.yaml"
        store = FileStore(path: path)
    }

    /// Writes in place, as `echo > file` does.
    private func overwrite(_ text: String) throws {
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    @Test func `atomic renames, writes in place, removal and return are noticed`() async throws {
        try folder.write("store.yaml", "a: 1")
        var reader = WatchReader(store.watch(prefix: ""))
        #expect(await reader.next()?.values == ["a": "1"])
        try folder.write("store.yaml", "a: 2")
        #expect(await reader.next()?.values == ["a": "2"])
        try overwrite("a: 3")
        #expect(await reader.next()?.values == ["a": "3"])
        try FileManager.default.removeItem(atPath: path)
        let gone = await reader.next()
        #expect(gone?.error?.kind == .unavailable)
        #expect(gone?.error?.description.contains("no such file") == true)
        try folder.write("store.yaml", "a: 3")
        let back = await reader.next()
        #expect(back?.values == ["a": "3"])
        #expect(back?.isFirstAfterOutage == true)
        #expect(back?.isRegressed == false)
    }

    @Test func `a file that does not parse is told with its place, and what was told before holds`() async throws {
        try folder.write("store.yaml", "services/web-80/a: 1.2.3.4:80")
        var reader = WatchReader(store.watch(prefix: "services/"))
        #expect(await reader.next()?.values?.count == 1)
        for (text, place) in [("x: [1\n", ":2:1:"), ("", ":1:1:"), ("a: b\na: c\n", "twice")] {
            try folder.write("store.yaml", text)
            let broken = await reader.next()
            #expect(broken?.error?.kind == .unavailable)
            #expect(broken?.error?.description.contains(place) == true, "\(broken?.error?.description ?? "")")
        }
        await #expect(throws: KeyValueError.self) { try await store.list(prefix: "") }
        await #expect(throws: KeyValueError.self) { try await store.put("x", value: [], flags: 0) }
        #expect(try folder.read("store.yaml") == "a: b\na: c\n")
        try folder.write("store.yaml", "services/web-80/a: 1.2.3.4:81")
        #expect(await reader.next()?.values == ["services/web-80/a": "1.2.3.4:81"])
    }

    @Test func `only the prefix that is followed is told`() async throws {
        try folder.write("store.yaml", "a/1: x\nb/1: x\n")
        var reader = WatchReader(store.watch(prefix: "/a/"))
        #expect(await reader.next()?.values == ["a/1": "x"])
        try folder.write("store.yaml", "a/1: x\nb/1: y\n")
        try folder.write("store.yaml", "a/1: z\nb/1: y\n")
        #expect(await reader.next()?.values == ["a/1": "z"])
    }

    @Test func `a ConfigMap's change, a link renamed over a link on the way, is noticed`() async throws {
        let manager = FileManager.default
        for (name, value) in [("2024_01", "1"), ("2024_02", "2")] {
            try manager.createDirectory(atPath: "\(folder.path)/..\(name)", withIntermediateDirectories: true)
            try folder.write("..\(name)/store.yaml", "a: \(value)")
        }
        try manager.createSymbolicLink(atPath: "\(folder.path)/..data", withDestinationPath: "..2024_01")
        try manager.createSymbolicLink(atPath: path, withDestinationPath: "..data/store.yaml")
        var reader = WatchReader(store.watch(prefix: ""))
        #expect(await reader.next()?.values == ["a": "1"])
        try manager.createSymbolicLink(atPath: "\(folder.path)/..data_tmp", withDestinationPath: "..2024_02")
        let isRenamed = unsafe rename("\(folder.path)/..data_tmp", "\(folder.path)/..data") == 0
        #expect(isRenamed)
        #expect(await reader.next()?.values == ["a": "2"])
        // And the file behind it all.
        try folder.write("..2024_02/store.yaml", "a: 3")
        #expect(await reader.next()?.values == ["a": "3"])
    }

    @Test func `a folder that does not exist yet is waited for`() async throws {
        let deep = FileStore(path: "\(folder.path)/x/y/store.json")
        var reader = WatchReader(deep.watch(prefix: ""))
        #expect(await reader.next()?.error?.kind == .unavailable)
        try FileManager.default.createDirectory(atPath: "\(folder.path)/x/y", withIntermediateDirectories: true)
        try folder.write("x/y/store.json", "{\"a\": \"1\"}")
        #expect(await reader.first { $0.values != nil }?.values == ["a": "1"])
    }

    @Test func `a slow writer is not read before it is done`() async throws {
        try folder.write("store.yaml", "a: 1\nb: 1\n")
        var reader = WatchReader(store.watch(prefix: ""))
        #expect(await reader.next()?.values?.count == 2)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data("a: 2\n".utf8))
        try await Task.sleep(for: .milliseconds(200))
        try handle.write(contentsOf: Data("b: 2\n".utf8))
        try handle.close()
        #expect(await reader.next()?.values == ["a": "2", "b": "2"])
    }

    @Test func `a watch ends with its task and leaves no descriptor`() async throws {
        try folder.write("store.yaml", "a: 1")
        let before = try Self.inotifyInstances()
        for _ in 0..<20 {
            let reading = Task { [store] in
                for await _ in store.watch(prefix: "") { return }
            }
            await reading.value
        }
        // The other tests of this suite run beside this one and have a few themselves.
        let deadline = ContinuousClock.now + .seconds(10)
        while try Self.inotifyInstances() >= before + 15, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try Self.inotifyInstances() < before + 15)
    }

    private static func inotifyInstances() throws -> Int {
        let manager = FileManager.default
        return try manager.contentsOfDirectory(atPath: "/proc/self/fd").count { name in
            (try? manager.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")) == "anon_inode:inotify"
        }
    }

    @Test func `writing keeps the other entries and the file's permissions`() async throws {
        try folder.write(
            "store.yaml", "# mine\nservices:\n  web-80: {h:c:80: '1.2.3.4:80'}\nroutes: {r: {service: web-80}}\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        try await store.put("/services/web-80/x:y:80", value: Array("1.2.3.5:80".utf8), flags: 0)
        #expect(
            try folder.read("store.yaml") == """
                routes/r: {"service": "web-80"}
                services/web-80/h:c:80: "1.2.3.4:80"
                services/web-80/x:y:80: "1.2.3.5:80"

                """)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o640)
        try await store.delete("services/web-80/h:c:80")
        try await store.delete("services/web-80/h:c:80")
        #expect(try await store.list(prefix: "services/").entries.map(\.key) == ["services/web-80/x:y:80"])
        try await store.deleteTree(prefix: "")
        #expect(try folder.read("store.yaml") == "{}\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["store.yaml"])
    }

    @Test func `writing through a link leaves the link`() async throws {
        try folder.write("real.yaml", "a: 1")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "real.yaml")
        try await store.put("b", value: [0x32], flags: 0)
        #expect(try folder.read("real.yaml") == "a: \"1\"\nb: \"2\"\n")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "real.yaml")
    }

    @Test func `a file that is missing is made by the first write`() async throws {
        #expect(try await store.compareAndSet("a", value: [0x31], flags: 0, index: 0))
        #expect(try folder.read("store.yaml") == "a: \"1\"\n")
        let nowhere = FileStore(path: "\(folder.path)/none/store.yaml")
        await #expect(throws: KeyValueError.self) { try await nowhere.put("a", value: [], flags: 0) }
    }

    @Test func `indices count changes, and compare-and-set goes by them`() async throws {
        try folder.write("store.yaml", "a: 1\nb: 1\n")
        let first = try await store.list(prefix: "")
        #expect(first.entries.map(\.modifyIndex) == [1, 2])
        try folder.write("store.yaml", "a: 1\nb: 2\n")
        let second = try await store.list(prefix: "")
        #expect(second.entries.map(\.modifyIndex) == [1, 3])
        #expect(second.entries[1].createIndex == 2)
        #expect(second.index == 3)
        #expect(try await !store.compareAndSet("b", value: [], flags: 0, index: 2))
        #expect(try await store.compareAndSet("b", value: [0x33], flags: 0, index: 3))
        #expect(try await !store.compareAndDelete("b", index: 3))
        #expect(try await store.compareAndDelete("b", index: 4))
        #expect(try await store.compareAndDelete("b", index: 4))
        #expect(try await store.get("b") == nil)
    }

    @Test func `writers at the same time lose nothing`() async throws {
        try folder.write("store.yaml", "{}")
        let other = FileStore(path: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                let writer = number % 2 == 0 ? store : other
                group.addTask { try await writer.put("k/\(number)", value: [0x31], flags: 0) }
            }
            try await group.waitForAll()
        }
        #expect(try await store.list(prefix: "k/").entries.count == 40)
    }

    @Test func `what a file cannot do is said`() async throws {
        try folder.write("store.yaml", "{}")
        let sessions = await #expect(throws: KeyValueError.self) {
            try await store.createSession(name: "s", ttl: .seconds(10), behavior: .release, lockDelay: .zero)
        }
        #expect(sessions?.kind == .unsupported)
        let flags = await #expect(throws: KeyValueError.self) { try await store.put("a", value: [], flags: 1) }
        #expect(flags?.kind == .unsupported)
        let isFolder = await #expect(throws: KeyValueError.self) { try await FileStore(path: folder.path).get("a") }
        #expect(isFolder?.kind == .invalid)
    }
}
