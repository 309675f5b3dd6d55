import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Several `portico render` with the same template, of which one asks the store.
    @Suite(.timeLimit(.minutes(5))) struct RenderDedup {
        private static let keyCount = 30
        private static let leads = "this renderer asks the store, for all that render it"
        private static let follows = "another renderer asks the store"

        private func start(_ port: UInt16, scheme: String = "consul") throws -> RenderProcess {
            try RenderProcess(
                """
                store = "\(scheme)://127.0.0.1:\(port)"
                deduplicate { prefix = "shared/dedup" ttl = "10s" }
                template {
                  contents = <<EOT
                {{ range loop \(Self.keyCount) }}{{ key (print "n/" .) }},{{ end }}{{ range service "web|any" }}{{ .Name }}{{ end }}
                EOT
                  destination = "FOLDER/out"
                }
                """, in: ScratchFolder())
        }

        private func text(last: String) -> String {
            (0..<Self.keyCount - 1).map { "\($0)," }.joined() + "\(last),\n"
        }

        private func fill(_ api: KeyValueAPI) throws {
            try api.transact((0..<Self.keyCount).map { ("n/\($0)", "\($0)") })
        }

        /// The one of `renders` that leads; waits until all others follow.
        private func leader(of renders: [RenderProcess], within duration: Duration = .seconds(60)) throws -> Int {
            var leader: Int?
            try renders[0].child.wait(within: duration, until: "one that leads: \(renders.map(\.log))") {
                // What was said last counts.
                let words = renders.map { render in
                    render.child.lines.last { $0.contains(Self.leads) || $0.contains(Self.follows) } ?? ""
                }
                let leading = words.indices.filter { words[$0].contains(Self.leads) }
                leader = leading.first
                return leading.count == 1 && words.allSatisfy { !$0.isEmpty }
            }
            return try #require(leader)
        }

        /// Connections to the store that a process has: each question that it asks holds one.
        private func connectionCount(_ render: RenderProcess, to port: UInt16) throws -> Int {
            let folder = "/proc/\(render.child.id)"
            let own = Set(
                try FileManager.default.contentsOfDirectory(atPath: "\(folder)/fd").compactMap { name in
                    try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/fd/\(name)")
                })
            // Of a file that says it is empty String(contentsOfFile:) reads the beginning alone.
            let file = try #require(FileHandle(forReadingAtPath: "\(folder)/net/tcp"))
            let table = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
            return table.split(separator: "\n").dropFirst().filter { line in
                // The third word is the other side's ADDRESS:PORT, in hexadecimal; the tenth the socket's inode.
                let words = line.split(separator: " ")
                guard words.count > 9, let colon = words[2].lastIndex(of: ":") else { return false }
                let other = UInt16(words[2][words[2].index(after: colon)...], radix: 16)
                return other == port && own.contains("socket:[\(words[9])]")
            }.count
        }

        @Test("of three renderers one asks Consul; it is killed, another takes over, and all have the same text")
        func consul() throws {
            let consul = try ConsulAgent()
            try fill(consul.api)
            var renders = try (0..<3).map { _ in try start(consul.port) }
            for render in renders { try render.wait(for: text(last: "29")) }
            let first = try leader(of: renders)
            for (index, render) in renders.enumerated() {
                let count = try connectionCount(render, to: consul.port)
                #expect(index == first ? count >= Self.keyCount : count <= 4, "\(index): \(count) connections")
            }
            try consul.api.put("n/29", "changed")
            for render in renders { try render.wait(for: text(last: "changed")) }

            _ = try renders.remove(at: first).child.kill()
            try consul.api.put("n/29", "orphaned")
            // Consul ends a session between once and twice its TTL after the last renewal.
            for render in renders { try render.wait(for: text(last: "orphaned"), within: .seconds(60)) }
            _ = try leader(of: renders)

            // Whoever comes later finds what is there, and asks nothing.
            let late = try start(consul.port)
            try late.wait(for: text(last: "orphaned"))
            try late.wait(forWord: Self.follows)
            #expect(try connectionCount(late, to: consul.port) <= 4)
            try consul.api.put("n/29", "last")
            for render in renders + [late] { try render.wait(for: text(last: "last")) }
            for render in renders + [late] { try render.stop() }
            // Who ends in peace leaves no lock behind.
            let lock = try consul.api.request("GET", "/v1/kv/shared/dedup?keys")
            #expect(lock.status == 200 && !lock.text.contains("/lock\""), "\(lock.text)")
        }

        @Test("the embedded store's API serves it too, and who leaves is followed by another at once")
        func embedded() throws {
            let folder = try ScratchFolder()
            let port = try FreePort.next()
            let store = try ChildProcess(
                Repository.portico(),
                ["kv", "serve", "--store", "embedded:\(folder.path)/data", "--store-listen", "127.0.0.1:\(port)"])
            try store.waitForPort(port)
            let api = KeyValueAPI(port: port)
            try fill(api)
            var renders = try (0..<2).map { _ in try start(port) }
            for render in renders { try render.wait(for: text(last: "29")) }
            let first = try leader(of: renders)
            try renders.remove(at: first).stop()
            try renders[0].wait(forWord: Self.leads, within: .seconds(8))
            try api.put("n/29", "changed")
            try renders[0].wait(for: text(last: "changed"))
            try renders[0].stop()
        }

        @Test("etcd serves it too: a killed renderer is followed by another when its lease is over")
        func etcd() throws {
            let etcd = try EtcdServer()
            for number in 0..<Self.keyCount { try etcd.api.put("n/\(number)", "\(number)") }
            var renders = try (0..<2).map { _ in try start(etcd.port, scheme: "etcd") }
            for render in renders { try render.wait(for: text(last: "29")) }
            let first = try leader(of: renders)
            try etcd.api.put("n/29", "changed")
            for render in renders { try render.wait(for: text(last: "changed")) }
            _ = try renders.remove(at: first).child.kill()
            try etcd.api.put("n/29", "orphaned")
            try renders[0].wait(for: text(last: "orphaned"), within: .seconds(60))
            try renders[0].wait(forWord: Self.leads)
            try renders[0].stop()
        }

        @Test("a renderer that may not make sessions asks by itself, and says so")
        func denied() throws {
            let consul = try ConsulAgent(isPersistent: false)
            try fill(consul.api)
            // Consul refuses a TTL that is too short.
            let render = try RenderProcess(
                """
                consul { address = "127.0.0.1:\(consul.port)" }
                deduplicate { ttl = "1s" }
                template { contents = "{{ key \\"n/1\\" }}" destination = "FOLDER/out" }
                """, in: ScratchFolder())
            try render.wait(for: "1")
            try render.wait(forWord: "asks the store by itself until that is better")
            try consul.api.put("n/1", "changed")
            try render.wait(for: "changed")
            try render.stop()
        }
    }
}
