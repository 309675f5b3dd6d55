import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// What scripts and units see of `portico render` and `portico template`.
    @Suite(.timeLimit(.minutes(2))) struct RenderCommandLine {
        private let folder: ScratchFolder

        init() throws {
            folder = try ScratchFolder()
            try folder.write("store.yaml", "{a: '1'}")
            try folder.write("in.ctmpl", "a={{ key \"a\" }}\n")
        }

        private func render(_ arguments: String...) throws -> Command.Outcome {
            try Command.run(
                Repository.portico(), ["render", "--store", "file:store.yaml"] + arguments, in: folder.path,
                environment: ["PORTICO_STATE_DIR": "\(folder.path)/state"])
        }

        @Test("flags have one dash or two, and exit statuses are consul-template's")
        func statuses() throws {
            #expect(try render("-once", "-template", "in.ctmpl:out").ending == .exited(0))
            #expect(try folder.read("out") == "a=1\n")
            #expect(try render("--once", "--template=in.ctmpl:out:exit 3").ending == .exited(0))
            #expect(try render("--once", "--template=in.ctmpl:other:exit 3").ending == .exited(14))
            #expect(try render("-once", "-nonsense").ending == .exited(13))
            #expect(try render("-once", "left", "over").ending == .exited(13))
            #expect(try render("-config", "/nowhere.hcl", "-once").ending == .exited(15))
            #expect(try render("-once", "-template", "absent.ctmpl:out").ending == .exited(14))
            #expect(try render("-h").ending == .exited(0))
            #expect(try render("-version").text.hasPrefix("portico "))
            #expect(try render("-once").ending == .exited(0))
            #expect(try render("-once", "-template", "in.ctmpl:x", "-exec", "exit 5").ending == .exited(5))
        }

        @Test("-parse-only reads templates and runs nothing")
        func parseOnly() throws {
            #expect(try render("-parse-only", "-template", "in.ctmpl:out").ending == .exited(0))
            try folder.write("bad.ctmpl", "{{ if }}")
            let outcome = try render("-parse-only", "-template", "bad.ctmpl:out")
            #expect(outcome.ending == .exited(14))
            #expect(outcome.text.contains("bad.ctmpl:1: missing value for if"))
            #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"))
        }

        @Test("-dry shows what would differ, on standard output")
        func dry() throws {
            #expect(try render("-once", "-dry", "-template", "in.ctmpl:out").text == "> out\na=1")
        }

        @Test("--rollback puts the good version before into its place")
        func rollback() throws {
            for value in 1...3 {
                try folder.write("store.yaml", "{a: '\(value)'}")
                #expect(try render("-once", "-template", "in.ctmpl:out").isSuccess)
            }
            let outcome = try render("--rollback", "-template", "in.ctmpl:out")
            #expect(outcome.ending == .exited(0) && outcome.text == "out: version 2")
            #expect(try folder.read("out") == "a=2\n")
            #expect(try render("-template", "in.ctmpl:out", "--rollback", "elsewhere").ending == .exited(15))
        }

        @Test("SIGTERM and SIGINT end it with 12, SIGHUP reads the configuration anew")
        func signals() throws {
            for number in [SIGTERM, SIGINT] {
                let process = try RenderProcess(
                    "store = \"file:FOLDER/store.yaml\"\ntemplate { source = \"FOLDER/in.ctmpl\" destination = \"FOLDER/out\" }",
                    in: folder)
                try process.wait(for: "a=1\n")
                try folder.write("in.ctmpl", "b={{ key \"a\" }}\n")
                process.child.signal(SIGHUP)
                try process.wait(for: "b=1\n")
                process.child.signal(number)
                #expect(try process.child.waitForEnd() == .exited(12))
                try folder.write("in.ctmpl", "a={{ key \"a\" }}\n")
            }
        }

        @Test("portico template prints what a template makes of JSON, and what is wrong with it")
        func playground() throws {
            try folder.write("data.json", #"{"hosts": ["a", "b"], "n": 2}"#)
            let good = try Command.run(
                Repository.portico(), ["template", "--data", "\(folder.path)/data.json"],
                input: "{{ range .hosts }}<{{ . | toUpper }}>{{ end }}{{ .n }}{{ .none }}\n")
            #expect(good.text == "<A><B>2<no value>" && good.isSuccess)
            let bad = try Command.run(Repository.portico(), ["template"], input: "{{ .a")
            #expect(bad.ending == .exited(1) && bad.text == "portico: template: stdin:1: unclosed action")
        }

        @Test("a full disk leaves the old file, says so, and is recovered from")
        func fullDisk() throws {
            try folder.write("store.yaml", "{a: x}")
            try folder.write(
                "render.hcl",
                """
                store = "file:\(folder.path)/store.yaml"
                state_dir = "\(folder.path)/state"
                template {
                  contents = "{{ key \\"a\\" | sprig_repeat 20000 }}"
                  destination = "\(folder.path)/disk/out"
                }
                """)
            // A disk of its own in a namespace of its own: nothing is left of it, whatever happens.
            let script = """
                mkdir -p "$1/disk" && mount -t tmpfs -o size=48k tmpfs "$1/disk" && exec "$2" render -config "$1/render.hcl" -log-level info
                """
            guard
                try Command.run("unshare", ["-m", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]).isSuccess
            else { return }
            let process = try ChildProcess(
                Command.path(of: "unshare"), ["-m", "sh", "-c", script, "sh", folder.path, Repository.portico()])
            try process.waitForLine("written") { $0.contains("written") }
            let disk = "/proc/\(process.id)/root\(folder.path)/disk"
            let old = try String(contentsOfFile: "\(disk)/out", encoding: .utf8)
            #expect(old == String(repeating: "x", count: 20_000))
            try folder.write("store.yaml", "{a: yy}")
            try process.waitForLine("the reason") { $0.contains("No space left on device") }
            #expect(try String(contentsOfFile: "\(disk)/out", encoding: .utf8) == old)
            #expect(try FileManager.default.contentsOfDirectory(atPath: disk) == ["out"])
            try folder.write("store.yaml", "{a: z}")
            try process.wait(until: "recovered") {
                (try? String(contentsOfFile: "\(disk)/out", encoding: .utf8))?.hasPrefix("zz") == true
            }
        }
    }
}
