import Foundation
import Lab
import Testing

@testable import Renderer

@Suite(.timeLimit(.minutes(2))) struct RenderRunTests {
    @Test func `a change in the store is in the file, and its command has run`() async throws {
        let bench = try RunBench(store: "a: '1'")
        bench.start(
            bench.configuration(
                bench.template(#"a={{ key "a" }}"#, command: "cat \(bench.path("out")) >> \(bench.path("ran"))")))
        try await bench.wait(for: "a=1", in: "ran")
        try bench.store("a: '2'")
        try await bench.wait(for: "a=1a=2", in: "ran")
        // What changes no octet runs nothing.
        try bench.store("{a: '2', b: '3'}")
        try bench.store("a: '4'")
        try await bench.wait(for: "a=1a=2a=4", in: "ran")
        try await bench.stop()
    }

    @Test func `a key that is not there yet is waited for, and nothing is written before`() async throws {
        let bench = try RunBench(store: "a: '1'")
        bench.start(bench.configuration(bench.template(#"{{ key "a" }}{{ key (print "b" (key "a")) }}"#)))
        try await bench.eventually("watching b1") { bench.text() == nil }
        try bench.store("{a: '1', b1: x}")
        try await bench.wait(for: "1x")
        try await bench.stop()
    }

    @Test func `services are those under their prefix, one watch for all`() async throws {
        let bench = try RunBench(
            store: """
                services/web-80/h1:a:80: "10.0.0.1:80 weight=3 tags=x,y zone=ssd"
                services/web-80/h2:b:80: "[2001:db8::1]:80 drain backup"
                services/web-443/h1:a:443: "10.0.0.1:443"
                services/odd-1/rubbish: nothing
                """)
        let text = """
            {{ range services }}{{ .Name }}{{ .Tags }};{{ end }}
            {{ range service "web-80" }}{{ .ID }} {{ .Node }} {{ .Address }}:{{ .Port }} {{ .Weights.Passing }} {{ .Tags }} {{ .ServiceMeta.zone }}{{ end }}
            {{ range service "web-80|any" }}{{ .Address }} {{ .Status }};{{ end }}
            {{ range service "web" }}{{ .Port }} {{ end }}{{ range service "x.web" }}{{ .Port }}{{ end }}
            {{ range nodes }}{{ .Node }}={{ .Address }} {{ end }}{{ datacenters }}{{ with node "h1" }}{{ len .Services }}{{ end }}
            """
        #expect(try await bench.once(bench.configuration(bench.template(text))) == .done)
        #expect(
            bench.text() == """
                web-443[];web-80[x y];
                h1:a:80 h1 10.0.0.1:80 3 [x y] ssd
                10.0.0.1 passing;2001:db8::1 maintenance;
                443 80 80
                h1=10.0.0.1 h2=2001:db8::1 [dc1]2
                """)
    }

    @Test func `files that templates read are watched`() async throws {
        let bench = try RunBench(store: "a: '1'")
        bench.start(bench.configuration(bench.template(#"{{ file "\#(bench.path("in"))" }}"#)))
        try bench.folder.write("in", "one")
        try await bench.wait(for: "one")
        try bench.folder.write("in", "two")
        try await bench.wait(for: "two")
        try await bench.stop()
    }

    @Test func `a dry run shows what would differ, writes nothing and runs nothing`() async throws {
        let bench = try RunBench(store: "a: '1'")
        let configuration = bench.configuration(
            bench.template("{{ key \"a\" }}\n", command: "touch \(bench.path("ran"))"))
        #expect(try await bench.once(configuration, isDry: true) == .done)
        #expect(bench.printed == "> \(bench.path("out"))\n1\n")
        #expect(bench.text() == nil && bench.text("ran") == nil)
        #expect(!FileManager.default.fileExists(atPath: bench.path("state")))
    }

    // MARK: What fails

    @Test func `a text that the check refuses stays away from the file, and the next good one goes there`() async throws
    {
        let bench = try RunBench(store: "a: good")
        bench.start(
            bench.configuration(
                bench.template(#"{{ key "a" }}"#, command: "echo x >> \(bench.path("ran"))") {
                    $0.check = RenderCommand(["grep -q good {} || { echo no good >&2; exit 3; }"]).map {
                        CheckSettings($0)
                    }
                }))
        try await bench.wait(for: "x\n", in: "ran")
        try bench.store("a: bad")
        try await bench.wait(forWord: "exit status 3: no good")
        #expect(bench.text() == "good")
        #expect(bench.log.contains("kept back, the old file stays"))
        try bench.store("a: good again")
        try await bench.wait(for: "x\nx\n", in: "ran")
        #expect(bench.text() == "good again")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: bench.folder.path).sorted() == [
                "out", "ran", "state", "store.yaml",
            ])
        try await bench.stop()
    }

    @Test func `with once a check that fails ends with 14`() async throws {
        let bench = try RunBench(store: "a: bad")
        let template = bench.template(#"{{ key "a" }}"#) {
            $0.check = RenderCommand(["false"]).map { CheckSettings($0) }
        }
        #expect(try await bench.once(bench.configuration(template)) == .runFailed)
        #expect(bench.text() == nil)
    }

    @Test func `a command that failed is owed over a restart, though the file is as it should be`() async throws {
        let bench = try RunBench(store: "a: '1'")
        let command = "test -e \(bench.path("heal")) && echo ran >> \(bench.path("ran"))"
        let configuration = bench.configuration(bench.template(#"{{ key "a" }}"#, command: command))
        #expect(try await bench.once(configuration) == .runFailed)
        #expect(bench.text() == "1")
        #expect(bench.log.contains("exit status 1"))
        try bench.folder.write("heal", "")
        #expect(try await bench.once(configuration) == .done)
        #expect(bench.text("ran") == "ran\n")
        #expect(try await bench.once(configuration) == .done)
        #expect(bench.text("ran") == "ran\n")
    }

    @Test func `a command that fails is tried again until it works`() async throws {
        let bench = try RunBench(store: "a: '1'")
        bench.start(
            bench.configuration(
                bench.template(
                    #"{{ key "a" }}"#, command: "test -e \(bench.path("heal")) && echo ran >> \(bench.path("ran"))")))
        try await bench.wait(forWord: "exit status 1")
        try bench.folder.write("heal", "")
        try await bench.wait(for: "ran\n", in: "ran")
        try await bench.stop()
    }

    @Test func `a command that takes too long is killed with all that it started`() async throws {
        let bench = try RunBench(store: "a: '1'")
        let configuration = bench.configuration(
            bench.template(#"{{ key "a" }}"#, command: "sleep 1000 & echo $! > \(bench.path("pid")); wait") {
                $0.command?.timeout = .milliseconds(300)
            })
        #expect(try await bench.once(configuration) == .runFailed)
        #expect(bench.log.contains("killed"))
        let child = try #require(bench.text("pid").flatMap { Int32($0.filter(\.isNumber)) })
        try await bench.eventually("gone") { kill(child, 0) != 0 || Self.isZombie(child) }
    }

    private static func isZombie(_ pid: Int32) -> Bool {
        (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8))?.contains(") Z ") ?? true
    }

    @Test func `a reload that is found not to have worked brings the old file back`() async throws {
        let bench = try RunBench(store: "a: good")
        bench.start(
            bench.configuration(
                bench.template(#"{{ key "a" }}"#, command: "cp \(bench.path("out")) \(bench.path("live"))") {
                    $0.reload.verification = RenderCommand(["grep -q good \(bench.path("live"))"])
                }))
        try await bench.wait(for: "good", in: "live")
        try bench.store("a: bad")
        try await bench.wait(forWord: "the old files are back")
        try await bench.wait(for: "good", in: "live")
        #expect(bench.text() == "good")
        try bench.store("a: good too")
        try await bench.wait(for: "good too", in: "live")
        try await bench.stop()
    }

    @Test func `a destination that cannot be written stays, is told of, and is tried again`() async throws {
        let bench = try RunBench(store: "a: '1'")
        try bench.folder.write("dir", "in the way")
        bench.start(bench.configuration(bench.template(#"{{ key "a" }}"#, "dir/out")))
        try await bench.wait(forWord: "dir")
        try FileManager.default.removeItem(atPath: bench.path("dir"))
        try await bench.wait(for: "1", in: "dir/out")
        try await bench.stop()
    }

    @Test func `a template that fails ends with 14, or with error_fatal off leaves the others at work`() async throws {
        let bench = try RunBench(store: "a: '1'")
        let broken = bench.template(#"{{ index (key "a" | split ",") 7 }}"#, "broken")
        #expect(try await bench.once(bench.configuration(broken)) == .runFailed)
        #expect(bench.log.contains("index out of range: 7"))
        var patient = broken
        patient.isErrorFatal = false
        bench.start(bench.configuration(patient, bench.template(#"{{ key "a" }}"#)))
        try await bench.wait(for: "1")
        try bench.store("a: '1,2,3,4,5,6,7,8'")
        try await bench.wait(for: "8", in: "broken")
        try await bench.stop()
    }

    // MARK: Versions

    @Test func `good versions are kept, and the one before comes back`() async throws {
        let bench = try RunBench(store: "a: '1'")
        let configuration = bench.configuration(
            bench.template(#"{{ key "a" }}"#, command: "echo x >> \(bench.path("ran"))") { $0.keptVersions = 2 })
        for version in 1...4 {
            try bench.store("a: '\(version)'")
            #expect(try await bench.once(configuration) == .done)
        }
        let rollback = Rollback(configuration, environment: [:])
        #expect(try await rollback.run([]) == ["\(bench.path("out")): version 3"])
        #expect(bench.text() == "3")
        #expect(bench.text("ran") == "x\nx\nx\nx\nx\n")
        await #expect(throws: RunFailure.self) { try await rollback.run(["/elsewhere"]) }
    }

    // MARK: Signals, the child, the process

    @Test func `SIGHUP reads the configuration anew, and a broken one changes nothing`() async throws {
        let bench = try RunBench(store: "{a: '1', b: x}")
        bench.start(bench.configuration(bench.template(#"{{ key "a" }}"#)))
        try await bench.wait(for: "1")
        bench.reread(bench.configuration(bench.template(#"{{ key "b" "#)))
        try await bench.wait(forWord: "the old configuration stays in force")
        try bench.store("{a: '2', b: x}")
        try await bench.wait(for: "2")
        bench.reread(bench.configuration(bench.template(#"{{ key "b" }}"#)))
        try await bench.wait(for: "x")
        try bench.store("{a: '2', b: 'y'}")
        try await bench.wait(for: "y")
        try await bench.stop()
    }

    @Test func `the child's status is the run's, and its environment is filtered`() async throws {
        let bench = try RunBench(store: "a: '1'", environment: ["SHOWN": "yes", "HIDDEN": "no"])
        let command = "echo \"$SHOWN$HIDDEN$CONSUL_HTTP_ADDR\" > \(bench.path("child")); exit 7"
        let configuration = bench.configuration(bench.template(#"{{ key "a" }}"#)) { configuration in
            configuration.consul.address = "127.0.0.1:9"
            configuration.exec = RenderCommand([command]).map { ExecSettings($0) }
            configuration.exec?.environment.denied = [GlobPattern("HID*")].compactMap { $0 }
        }
        bench.start(configuration)
        #expect(try await bench.end() == .child(7))
        #expect(bench.text("child") == "yes127.0.0.1:9\n")
    }

    @Test func `a child is told of new files by its reload signal, and ended with the run`() async throws {
        let bench = try RunBench(store: "a: '1'")
        let script = """
            trap 'echo hup >> \(bench.path("child"))' HUP; trap 'echo int >> \(bench.path("child")); exit 0' INT
            echo start >> \(bench.path("child")); while :; do sleep 0.01; done
            """
        bench.start(
            bench.configuration(bench.template(#"{{ key "a" }}"#)) { configuration in
                configuration.exec = RenderCommand([script]).map { ExecSettings($0) }
                configuration.exec?.reloadSignal = .hangUp
            })
        try await bench.wait(for: "start\n", in: "child")
        try bench.store("a: '2'")
        try await bench.wait(for: "start\nhup\n", in: "child")
        bench.send(.terminate)
        #expect(try await bench.end() == .interrupted)
        #expect(bench.text("child") == "start\nhup\nint\n")
    }

    @Test func `the pid file is there while it runs`() async throws {
        let bench = try RunBench(store: "a: '1'")
        bench.start(bench.configuration(bench.template(#"{{ key "a" }}"#)) { $0.pidFile = bench.path("pid") })
        try await bench.wait(for: "1")
        #expect(bench.text("pid") == "\(getpid())\n")
        try await bench.stop()
        #expect(bench.text("pid") == nil)
    }

    @Test func `changes are gathered for as long as wait says`() async throws {
        let bench = try RunBench(store: "a: '0'")
        bench.start(
            bench.configuration(
                bench.template(#"{{ key "a" }}"#, command: "echo >> \(bench.path("ran"))") {
                    $0.wait = WaitWindow(minimum: .milliseconds(400), maximum: .seconds(4))
                }))
        // The first text is not kept waiting.
        try await bench.wait(for: "\n", in: "ran")
        for value in 1...20 { try bench.store("a: '\(value)'") }
        try await bench.wait(for: "20")
        try await bench.wait(for: "\n\n", in: "ran")
        try await bench.stop()
    }
}
