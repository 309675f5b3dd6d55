import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// `portico top` in a real terminal, before a real edge.
    @Suite(.timeLimit(.minutes(4))) struct Top {
        /// An edge with a service under load and one that is idle, and a terminal.
        private struct Scene {
            let backends: [TestBackend]
            let setting: Setting
            let load: LoadGenerator
            let window: TerminalWindow
            let admin: String

            init() throws {
                backends = try ["a", "b"].map { try TestBackend($0) }
                setting = try Setting(services: ["web-80": backends, "api-80": [backends[0]]], hasAdmin: true)
                load = LoadGenerator(
                    port: setting.edge.port, hosts: ["web-80.test"], connections: 2, pause: .milliseconds(20))
                window = try TerminalWindow(rows: 24, columns: 100)
                admin = "127.0.0.1:\(setting.edge.adminPort ?? 0)"
            }

            /// Starts the program so that its process id is known and the terminal's settings before it are kept.
            func start() throws {
                let program = try Repository.portico()
                try window.type(
                    "clear; stty -g > before; sh -c 'echo $$ > pid; exec \(program) top --admin \(admin)'; echo status $?"
                )
                try window.wait(for: "the services") { $0.line("web-80") != nil }
            }

            /// Waits until the program has ended so, and sees that the terminal is as it was.
            func wait(forStatus status: Int) throws {
                try window.wait(for: "the end") { $0.contains("status \(status)") }
                try window.type("stty -g > after; cmp before after && echo nothing differs")
                let screen = try window.wait(for: "what cmp says") {
                    $0.contains { $0.hasPrefix("nothing differs") || $0.contains("differ: ") }
                }
                #expect(screen.contains("nothing differs"), "\(screen)")
                #expect(try window.fact("alternate_on") == "0")
                #expect(try window.fact("cursor_flag") == "1")
                #expect(screen.line("web-80") == nil, "what it drew is gone: \(screen)")
            }
        }

        @Test("services are shown as they are, sorted, resized, opened and drained, and the terminal is left as it was")
        func operate() throws {
            let scene = try Scene()
            let window = scene.window
            try scene.start()
            #expect(try window.fact("alternate_on") == "1")
            #expect(try window.fact("cursor_flag") == "0")
            try window.wait(for: "the rate of the service under load, first") { screen in
                guard let web = screen.line("web-80"), let api = screen.line("api-80") else { return false }
                return web < api && (screen.column(1, of: "web-80").flatMap(Double.init) ?? 0) > 1
                    && screen.column(3, of: "web-80") == "2/2" && screen.column(1, of: "api-80") == "0"
            }
            try window.press("N")
            try window.wait(for: "services by name") { screen in
                guard let web = screen.line("web-80"), let api = screen.line("api-80") else { return false }
                return api < web
            }

            try window.resize(rows: 8, columns: 40)
            try window.wait(for: "fewer columns") { screen in
                screen.prefix(8).allSatisfy { $0.count <= 40 } && screen.line("api-80") == 3
                    && !screen.contains { $0.contains("P99") || $0.contains("LAST MINUTE") }
                    && screen.contains { $0.contains("? help") }
            }
            try window.resize(rows: 5, columns: 30)
            try window.wait(for: "that this is too small") { $0.first?.contains("40x8 is needed") == true }
            try window.resize(rows: 24, columns: 100)

            try window.press("/")
            try window.press("w", "e", "Enter")
            try window.wait(for: "what the filter leaves") { $0.line("web-80") != nil && $0.line("api-80") == nil }
            try window.press("Enter")
            let address = scene.backends[1].address
            try window.wait(for: "its endpoints") { $0.column(1, of: address) == "in" }
            // The rows begin below two lines of head, a title and the columns' names.
            if try window.screen.line(address) != 4 { try window.press("Down") }
            try window.press("d")
            try window.wait(for: "a question") { $0.contains { $0.hasPrefix("[y/n] drain web-80/\(address)?") } }
            try window.press("y")
            try window.wait(for: "that it drains, and why") { screen in
                screen.column(1, of: address) == "draining" && screen.contains { $0.contains("drain by an operator") }
            }
            let known = scene.backends[1].requestCount
            try scene.load.wait(for: 20)
            #expect(scene.backends[1].requestCount <= known + 2, "requests under way alone may have come")
            try window.press("p")
            try window.wait(for: "the notice") { $0.contains { $0.contains("notice") && $0.contains(address) } }
            try window.press("e")
            try window.wait(for: "the order in the timeline") {
                $0.contains { $0.contains("order") && $0.contains(address) }
            }
            try window.press("q")
            try scene.wait(forStatus: 0)
            #expect(try scene.load.stop().failures.isEmpty)
        }

        @Test(
            "it stops and goes on as jobs do, finds the edge again, and leaves the terminal as it was when it is ended")
        func endure() throws {
            let scene = try Scene()
            let window = scene.window
            _ = try scene.load.stop()
            try scene.start()
            try window.press("C-z")
            try window.wait(for: "that it is stopped") { $0.contains { $0.contains("Stopped") } }
            #expect(try window.fact("cursor_flag") == "1")
            try window.type("fg; echo status $?")
            try window.wait(for: "the services again") { $0.line("web-80") != nil }

            try scene.setting.edge.kill()
            try window.wait(for: "that nobody answers") { $0.first?.contains("NO CONNECTION") == true }
            try scene.setting.edge.start()
            try window.wait(for: "the edge again") {
                $0.first?.contains("portico ") == true && $0.line("web-80") != nil
            }

            let id = try window.folder.read("pid").trimmingCharacters(in: .whitespacesAndNewlines)
            try Command.output("kill", ["-TERM", id])
            try scene.wait(forStatus: 0)
        }

        @Test("without a terminal it prints one table, and says what is wrong where it cannot")
        func once() throws {
            let backend = try TestBackend("a")
            let setting = try Setting(services: ["web-80": [backend]], hasAdmin: true)
            let program = try Repository.portico()
            let admin = "127.0.0.1:\(setting.edge.adminPort ?? 0)"
            let outcome = try Command.run(program, ["top", "--admin", admin])
            #expect(outcome.isSuccess, "\(outcome.text)")
            #expect(outcome.lines.first?.hasPrefix("portico ") == true)
            #expect(outcome.lines.contains { $0.hasPrefix("SERVICE") })
            #expect(outcome.lines.column(3, of: "web-80") == "1/1", "\(outcome.text)")
            #expect(!outcome.text.contains("\u{1B}"))
            try setting.edge.kill()
            let refused = try Command.run(program, ["top", "--once", "--admin", admin])
            #expect(refused.ending == .exited(1))
            #expect(refused.text.contains("connection refused"), "\(refused.text)")
            #expect(try Command.run(program, ["top", "--admin", "nowhere"]).ending == .exited(2))
        }

        @Test("a Unix socket and a token are ways to the edge, too")
        func access() throws {
            let folder = try ScratchFolder()
            let token = "0123456789abcdef0123456789abcdef"
            let edge = try EdgeProcess(
                folder: folder,
                environment: ["PORTICO_ADMIN": "unix:\(folder.path)/admin", "PORTICO_ADMIN_TOKEN": token])
            let arguments = ["top", "--once", "--admin", "unix:\(folder.path)/admin"]
            let program = try Repository.portico()
            try edge.child.wait(until: "serving its admin API") {
                FileManager.default.fileExists(atPath: "\(folder.path)/admin")
            }
            let refused = try Command.run(program, arguments)
            #expect(refused.ending == .exited(1))
            #expect(refused.text.contains("PORTICO_ADMIN_TOKEN or --token-file"), "\(refused.text)")
            try folder.write("token", "\(token)\n")
            let outcome = try Command.run(program, arguments + ["--token-file", "\(folder.path)/token"])
            #expect(outcome.isSuccess && outcome.lines.contains { $0.hasPrefix("SERVICE") }, "\(outcome.text)")
        }
    }
}

extension [String] {
    /// The line that begins with this word.
    fileprivate func line(_ word: String) -> Int? { firstIndex { $0.hasPrefix("\(word) ") } }

    /// A column of the line that begins with this word.
    fileprivate func column(_ index: Int, of word: String) -> String? {
        guard let line = line(word) else { return nil }
        let words = self[line].split(separator: " ")
        return words.indices.contains(index) ? String(words[index]) : nil
    }
}
