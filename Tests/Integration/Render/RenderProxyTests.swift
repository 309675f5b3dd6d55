import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// Real proxies whose files are rendered, under load.
    @Suite(.timeLimit(.minutes(3))) struct RenderProxies {
        private let folder: ScratchFolder
        private let port: UInt16

        init() throws {
            folder = try ScratchFolder()
            port = try FreePort.next()
        }

        private func store(_ backends: [TestBackend], _ more: String = "") throws {
            let lines = backends.map { "services/web-80/h1:\($0.name):80: \"\($0.address)\"" }
            try folder.write("store.yaml", (lines + [more, "end: ''"]).joined(separator: "\n"))
        }

        // MARK: nginx

        private func nginx(_ more: String = "") throws -> (hcl: String, start: () throws -> ChildProcess) {
            try folder.write(
                "nginx.conf.ctmpl",
                """
                daemon off; worker_processes 1; pid \(folder.path)/nginx.pid; error_log \(folder.path)/error.log;
                worker_shutdown_timeout 10s;
                events { worker_connections 512; }
                http {
                  access_log off;
                  client_body_temp_path \(folder.path)/1; proxy_temp_path \(folder.path)/2;
                  fastcgi_temp_path \(folder.path)/3; uwsgi_temp_path \(folder.path)/4; scgi_temp_path \(folder.path)/5;
                  upstream web { keepalive 8;{{ range service "web" }} server {{ .Address }}:{{ .Port }};{{ end }} }
                  server {
                    listen 127.0.0.1:\(port);
                    location / { proxy_pass http://web; proxy_http_version 1.1; proxy_set_header Connection ""; }
                  }
                  {{ keyOrDefault "extra" "" }}
                }
                """)
            let program = try Command.path(of: "nginx")
            let folder = folder
            let hcl = """
                store = "file:FOLDER/store.yaml"
                template {
                  source = "FOLDER/nginx.conf.ctmpl"
                  destination = "FOLDER/nginx.conf"
                  check = "\(program) -t -e stderr"
                  command = "\(program) -c FOLDER/nginx.conf -e stderr -s reload"
                  \(more)
                }
                """
            return (
                hcl,
                { try ChildProcess(program, ["-c", "\(folder.path)/nginx.conf", "-p", folder.path, "-e", "stderr"]) }
            )
        }

        @Test("nginx follows the store through reloads that are seen to have worked")
        func nginxFollows() throws {
            let backends = try (0..<3).map { try TestBackend("n\($0)") }
            try store(Array(backends.prefix(1)))
            let (hcl, start) = try nginx()
            // The first text comes before nginx runs, and owes it a reload.
            _ = try RenderProcess.run(hcl, in: folder)
            let nginx = try start()
            try nginx.waitForPort(port)
            let render = try RenderProcess(hcl, in: folder)
            try render.wait(forWord: "done")
            for count in [2, 3] {
                try store(Array(backends.prefix(count)))
                try backends[count - 1].waitForAnswered(by: RawClient(port: port))
            }
            // A text that nginx refuses never reaches its file.
            let good = try folder.read("nginx.conf")
            try store(backends, "extra: 'nonsense;'")
            try render.wait(forWord: "unknown directive")
            #expect(try folder.read("nginx.conf") == good)
            #expect(try RawClient(port: port).get(host: "web.test").status == 200)
            try render.stop()
        }

        @Test("a reload that nginx takes and cannot do is seen, told, and done when it can be")
        func nginxCannot() throws {
            let backend = try TestBackend("n")
            try store([backend])
            let (hcl, start) = try nginx("reload { timeout = \"1s\" }")
            _ = try RenderProcess.run(hcl, in: folder)
            let nginx = try start()
            try nginx.waitForPort(port)
            let render = try RenderProcess(hcl, in: folder)
            try render.wait(forWord: "done")
            // nginx -t does not bind; the master cannot: the port is another's.
            let other = try TestBackend("other")
            try store([backend], "extra: 'server { listen 127.0.0.1:\(other.port); }'")
            try render.wait(forWord: "goes on with its old workers", within: .seconds(30))
            #expect(try RawClient(port: port).get(host: "web.test").status == 200)
            other.stop()
            let mine = other.port
            try render.child.wait(within: .seconds(40), until: "taken by nginx") {
                (try? RawClient(port: mine).get(host: "x"))?["Server"]?.hasPrefix("nginx") == true
            }
            try render.stop()
        }

        // MARK: HAProxy

        @Test("HAProxy's endpoints come and go under load without a reload and without a failed request")
        func haproxyFollows() throws {
            let backends = try (0..<4).map { try TestBackend("p\($0)") }
            try store(Array(backends.prefix(2)))
            try folder.write(
                "haproxy.cfg.ctmpl",
                """
                global
                  stats socket \(folder.path)/s.sock mode 600 level admin expose-fd listeners
                  h1-case-adjust content-length Content-Length
                  h1-case-adjust x-backend X-Backend
                defaults
                  mode http
                  timeout connect 2s
                  timeout client 60s
                  timeout server 60s
                frontend f
                  option h1-case-adjust-bogus-client
                  bind 127.0.0.1:\(port)
                  default_backend app
                backend app
                  balance roundrobin
                {{ range service "web" }}  server {{ .ID | replaceAll ":" "_" }} {{ .Address }}:{{ .Port }}
                {{ end }}{{ keyOrDefault "extra" "" }}

                """)
            let hcl = """
                store = "file:FOLDER/store.yaml"
                template {
                  source = "FOLDER/haproxy.cfg.ctmpl"
                  destination = "FOLDER/haproxy.cfg"
                  check = "\(try Command.path(of: "haproxy")) -c"
                  haproxy {
                    runtime_socket = "FOLDER/s.sock"
                    master_socket = "FOLDER/m.sock"
                  }
                }
                """
            let first = try RenderProcess.run(hcl, in: folder)
            #expect(first.isSuccess, "\(first.text)")
            let haproxy = try ChildProcess(
                Command.path(of: "haproxy"),
                ["-W", "-S", "\(folder.path)/m.sock", "-f", "\(folder.path)/haproxy.cfg"])
            try haproxy.waitForPort(port)
            let render = try RenderProcess(hcl, in: folder)
            let load = LoadGenerator(port: port, hosts: ["web.test"], connections: 8)
            try load.wait(for: 100)
            var saved = 0
            for range in [0..<3, 1..<4, 2..<4, 0..<4, 0..<1] {
                try store(Array(backends[range]))
                saved += 1
                try render.wait(forWord: "(\(saved) saved so far)")
                try load.wait(for: 100)
            }
            let report = try load.stop()
            #expect(report.failureCount == 0, "\(report.failures) \(report.firstFailures)")
            #expect(!render.log.contains("reload:"), "\(render.log)")
            // Structure needs a reload, and gets one.
            try store([backends[0]], "extra: '  http-response set-header X-More yes'")
            try render.wait(forWord: "reloaded: process")
            #expect(try RawClient(port: port).get(host: "web.test")["x-more"] == "yes")
            try render.stop()
        }
    }
}

extension TestBackend {
    /// Asks until an answer is this backend's.
    fileprivate func waitForAnswered(by client: RawClient) throws {
        let deadline = Deadline.after(.seconds(20))
        while (try? client.get(host: "web.test"))?["X-Backend"] != name {
            if deadline.hasPassed { throw LabError("no answer from \(name)") }
        }
    }
}
