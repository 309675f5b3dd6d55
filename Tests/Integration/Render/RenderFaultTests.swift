import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Whatever goes wrong, the old file stays, the log says what and where, and the run goes on by itself.
    @Suite(.timeLimit(.minutes(3))) struct RenderFaults {
        private let folder: ScratchFolder

        init() throws {
            folder = try ScratchFolder()
        }

        private func template(_ contents: String, _ more: String = "") -> String {
            """
            store = "file:FOLDER/store.yaml"
            template {
              contents = <<EOT
            \(contents)
            EOT
              destination = "FOLDER/out"
              \(more)
            }
            """
        }

        @Test("a template that fails with some data keeps its file until the data is right")
        func templateFails() throws {
            try folder.write("store.yaml", "{n: '4'}")
            let text = "first line\n{{ divide (key \"n\" | parseInt) 100 }}"
            let render = try RenderProcess(template(text, "error_fatal = false"), in: folder)
            try render.wait(for: "first line\n25\n")
            try folder.write("store.yaml", "{n: '0'}")
            try render.wait(forWord: "integer divide by zero")
            let line = try #require(render.child.lines.first { $0.contains("integer divide by zero") })
            #expect(line.contains("2:3") && line.contains("out") && line.contains("its file stays as it is"))
            #expect(try folder.read("out") == "first line\n25\n")
            try folder.write("store.yaml", "{n: '5'}")
            try render.wait(for: "first line\n20\n")
            try render.wait(forWord: "the template works again")
            try render.stop()
        }

        @Test("a destination that cannot be written is tried again until it can")
        func noPlace() throws {
            try folder.write("store.yaml", "{a: one}")
            // A file where a folder has to be stops root too.
            try folder.write("place", "in the way")
            let hcl = template(#"{{ key "a" }}"#).replacing("FOLDER/out", with: "FOLDER/place/out")
            let render = try RenderProcess(hcl, in: folder)
            try render.wait(forWord: "\(folder.path)/place")
            try FileManager.default.removeItem(atPath: "\(folder.path)/place")
            try render.wait(for: "one\n", in: "place/out", within: .seconds(60))
            try render.wait(forWord: "as it should be again")
            try render.stop()
        }

        @Test("a check that fails keeps the text back, once told, until there is one that passes")
        func checkFails() throws {
            try folder.write("store.yaml", "{a: good}")
            let render = try RenderProcess(
                template(
                    #"{{ key "a" }}"#,
                    "check = \"grep -q good {} || { echo no good; exit 3; }\"\ncommand = \"cat FOLDER/out >> FOLDER/ran\""
                ),
                in: folder)
            try render.wait(for: "good\n")
            try render.wait(for: "good\n", in: "ran")
            try folder.write("store.yaml", "{a: bad}")
            try render.wait(forWord: "kept back, the old file stays")
            let line = try #require(render.child.lines.first { $0.contains("kept back") })
            #expect(line.contains("out") && line.contains("exit status 3") && line.contains("grep -q good"))
            #expect(render.log.contains("no good"))
            #expect(try folder.read("out") == "good\n" && folder.read("ran") == "good\n")
            try folder.write("store.yaml", "{a: good again}")
            try render.wait(for: "good again\n")
            try render.wait(for: "good\ngood again\n", in: "ran")
            try render.stop()
        }

        @Test("a store that goes away between two questions of one template takes nothing from its file")
        func halfWay() throws {
            let consul = try ConsulAgent(isPersistent: true)
            try consul.api.put("which", "old")
            try consul.api.put("texts/old", "one")
            let hcl = """
                consul { address = "127.0.0.1:\(consul.port)" }
                template {
                  contents = "{{ with key \\"which\\" }}{{ key (print \\"texts/\\" .) }}{{ end }}"
                  destination = "FOLDER/out"
                }
                """
            let render = try RenderProcess(hcl, in: folder)
            try render.wait(for: "one")
            try consul.api.put("which", "new")
            try render.wait(forWord: "it waits for kv.block(texts/new)", within: .seconds(20))
            try consul.stop()
            try render.wait(forWord: "files stay as they are", within: .seconds(30))
            #expect(try folder.read("out") == "one")
            try consul.start()
            try consul.api.put("texts/new", "two")
            try render.wait(for: "two", within: .seconds(60))
            try render.stop()
        }

        @Test("a run that is killed at any moment leaves a whole file, and the next one goes on")
        func killed() throws {
            let hcl = template(#"{{ range loop 20000 }}{{ key "a" }}{{ end }}"#)
            try folder.write("store.yaml", "{a: x}")
            var generator = SeededGenerator(seed: 3)
            for turn in 0..<12 {
                let letter = turn.isMultiple(of: 2) ? "x" : "y"
                try folder.write("store.yaml", "{a: \(letter)}")
                let render = try RenderProcess(hcl, in: folder)
                _ = try? render.child.waitForEnd(within: .milliseconds(Int.random(in: 5...80, using: &generator)))
                try render.child.kill()
                guard let text = try? folder.read("out") else { continue }
                #expect(Set(text).subtracting("\n").count == 1 && text.count == 20_001, "turn \(turn)")
            }
            try folder.write("store.yaml", "{a: z}")
            let last = try RenderProcess.run(hcl, in: folder)
            #expect(last.isSuccess, "\(last.text)")
            #expect(try folder.read("out") == String(repeating: "z", count: 20_000) + "\n")
        }

        @Test("the child starts with its file, is told of each new one, and its end is the run's")
        func child() throws {
            try folder.write("store.yaml", "{a: one}")
            try folder.write(
                "child.sh",
                """
                trap 'cat \(folder.path)/out >> \(folder.path)/seen; grep -q last \(folder.path)/out && exit 7' HUP
                cat \(folder.path)/out > \(folder.path)/seen
                while :; do sleep 1 & wait $!; done
                """)
            let exec =
                "exec { command = [\"sh\", \"FOLDER/child.sh\"] reload_signal = \"SIGHUP\" }\nreload_signal = \"SIGUSR1\"\n"
            let render = try RenderProcess(exec + template(#"{{ key "a" }}"#), in: folder)
            try render.wait(for: "one\n", in: "seen")
            try folder.write("store.yaml", "{a: two}")
            try render.wait(for: "one\ntwo\n", in: "seen")
            try folder.write("store.yaml", "{a: last}")
            #expect(try render.child.waitForEnd() == .exited(7))
            #expect(try folder.read("seen") == "one\ntwo\nlast\n")
        }
    }
}
