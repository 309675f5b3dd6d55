import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Templates from a real Consul.
    @Suite(.timeLimit(.minutes(3))) struct RenderConsul {
        private func hcl(
            _ consul: ConsulAgent, _ contents: String, _ more: String = "", template: String = ""
        ) -> String {
            """
            consul { address = "127.0.0.1:\(consul.port)" }
            \(more)
            template {
              contents = <<EOT
            \(contents)
            EOT
              destination = "FOLDER/out"
              \(template)
            }
            """
        }

        private func register(_ consul: ConsulAgent, _ json: String) throws {
            let answer = try consul.api.request("PUT", "/v1/agent/service/register", body: Array(json.utf8))
            #expect(answer.status == 200, "\(answer.text)")
        }

        @Test("keys, services, nodes and datacenters are in the file, and follow")
        func catalog() throws {
            let consul = try ConsulAgent()
            try consul.api.put("app/port", "8080")
            try register(
                consul,
                #"{"Name": "web", "ID": "w1", "Port": 80, "Address": "10.0.0.1", "Tags": ["b", "a"], "Meta": {"k": "v"}}"#
            )
            let text = """
                {{ key "app/port" }} {{ datacenters }} {{ with node }}{{ len .Services }}{{ end }} {{ len nodes }}
                {{ range services }}{{ .Name }}{{ .Tags }};{{ end }}
                {{ range service "web" }}{{ .ID }} {{ .Address }}:{{ .Port }} {{ .Tags }} {{ .ServiceMeta.k }};{{ end }}
                {{ range service "web|any" }}{{ .ID }}={{ .Status }};{{ end }}{{ range service "a.web" }}{{ .ID }}{{ end }}
                """
            let render = try RenderProcess(hcl(consul, text), in: ScratchFolder())
            try render.wait(
                for: """
                    8080 [dc1] 2 1
                    consul[];web[a b];
                    w1 10.0.0.1:80 [a b] v;
                    w1=passing;w1

                    """)
            try register(
                consul,
                #"{"Name": "web", "ID": "w2", "Port": 81, "Check": {"TTL": "100s", "Status": "critical"}}"#)
            try consul.api.put("app/port", "8081")
            try render.wait(
                for: """
                    8081 [dc1] 3 1
                    consul[];web[a b];
                    w1 10.0.0.1:80 [a b] v;
                    w1=passing;w2=critical;w1

                    """)
            let pass = try consul.api.request("PUT", "/v1/agent/check/pass/service:w2")
            #expect(pass.status == 200)
            try render.wait(
                for: """
                    8081 [dc1] 3 1
                    consul[];web[a b];
                    w1 10.0.0.1:80 [a b] v;w2 127.0.0.1:81 [] ;
                    w1=passing;w2=passing;w1

                    """)
            try render.stop()
        }

        @Test("a Consul that goes away is told of, takes nothing from the file, and is followed again")
        func outage() throws {
            let consul = try ConsulAgent(isPersistent: true)
            try consul.api.put("a", "1")
            let render = try RenderProcess(
                hcl(consul, #"{{ key "a" }}{{ range ls "l" }}{{ .Key }}{{ end }}"#), in: ScratchFolder())
            try render.wait(for: "1\n")
            try consul.stop()
            try render.wait(forWord: "files stay as they are")
            try consul.start()
            try render.wait(forWord: "the store answers again", within: .seconds(40))
            try consul.api.put("l/x", "")
            try render.wait(for: "1x\n", within: .seconds(40))
            try render.stop()
        }

        @Test("a Consul that comes back empty takes nothing away for as long as is configured")
        func emptyConsul() throws {
            let consul = try ConsulAgent()
            try consul.api.put("l/x", "")
            try consul.api.put("l/y", "")
            let render = try RenderProcess(
                hcl(consul, #"{{ range ls "l" }}{{ .Key }}{{ end }}"#, #"guard { hold = "4s" }"#), in: ScratchFolder())
            try render.wait(for: "xy\n")
            try consul.stop()
            try consul.start()
            try render.wait(forWord: "held back", within: .seconds(40))
            #expect(try render.folder.read("out") == "xy\n")
            try render.wait(for: "\n")
            try render.stop()
        }

        @Test("retries that are used up end the run with 14, before anything was rendered")
        func retries() throws {
            let folder = try ScratchFolder()
            let outcome = try RenderProcess.run(
                """
                consul {
                  address = "127.0.0.1:\(FreePort.next())"
                  retry { attempts = 2 backoff = "50ms" }
                }
                template { contents = "{{ key \\"a\\" }}" destination = "FOLDER/out" }
                """, in: folder)
            #expect(outcome.ending == .exited(14), "\(outcome.text)")
            #expect(outcome.text.contains("connection refused"))
        }

        @Test("a template with many questions is rendered when all have their answers, and one change is one change")
        func manyKeys() throws {
            let consul = try ConsulAgent()
            for start in stride(from: 0, to: 128, by: 64) {
                try consul.api.transact((start..<start + 64).map { ("n/\($0)", "\($0)") })
            }
            let render = try RenderProcess(
                hcl(
                    consul, "{{ range loop 128 }}{{ key (print \"n/\" .) }},{{ end }}",
                    template: "command = \"echo ran >> ran\""),
                in: ScratchFolder())
            let numbers = (0..<128).map { "\($0)," }.joined()
            try render.wait(for: numbers + "\n")
            // A change that comes before its command has begun is the same command's.
            try render.wait(for: "ran\n", in: "ran")
            try consul.api.put("n/127", "last")
            try render.wait(for: numbers.replacing("127,", with: "last,") + "\n")
            try render.wait(for: "ran\nran\n", in: "ran")
            try render.stop()
        }
    }
}
