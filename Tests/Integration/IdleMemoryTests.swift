import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// What a connection costs that only stays.
    @Suite(.timeLimit(.minutes(2))) struct IdleMemory {
        private static let count = 10_000

        @Test("10,000 idle connections cost less than nginx's")
        func idleConnections() throws {
            guard let nginx = Repository.program("nginx") else {
                throw LabError("no nginx: apt-get install nginx-light")
            }
            let backend = try TestBackend("web")
            let setting = try Setting(backend: backend)
            let ours = try Self.growth(of: setting.edge.child.id, port: setting.edge.port)

            let folder = try ScratchFolder()
            let port = try FreePort.next()
            let configuration = try folder.write(
                "nginx.conf",
                """
                daemon off; master_process off; worker_processes 1; pid \(folder.path)/pid; error_log stderr crit;
                worker_rlimit_nofile 12000;
                events { worker_connections 11000; }
                http {
                  access_log off; keepalive_timeout 300s;
                  client_body_temp_path \(folder.path)/1; proxy_temp_path \(folder.path)/2;
                  fastcgi_temp_path \(folder.path)/3; uwsgi_temp_path \(folder.path)/4; scgi_temp_path \(folder.path)/5;
                  upstream web { server \(backend.address); keepalive 128; }
                  server { listen 127.0.0.1:\(port) backlog=1024; location / {
                    proxy_pass http://web; proxy_http_version 1.1; proxy_set_header Connection ""; } }
                }
                """)
            let peer = try ChildProcess(nginx, ["-c", configuration, "-p", folder.path, "-e", "stderr"])
            try peer.waitForPort(port)
            let theirs = try Self.growth(of: peer.id, port: port)
            print("an idle connection: portico \(ours / Self.count) octets, nginx \(theirs / Self.count)")
            #expect(ours < theirs)
        }

        /// Octets that the process grows by when ``count`` connections have made a request each and stay.
        private static func growth(of id: pid_t, port: UInt16) throws -> Int {
            let client = RawClient(port: port)
            #expect(try client.get(host: "web-80.test").status == 200)
            let before = try ProcessFigures.resident(id)
            var streams: [MessageStream] = []
            for _ in 0..<Self.count {
                let stream = try client.connect()
                try stream.socket.send("GET / HTTP/1.1\r\nHost: web-80.test\r\n\r\n")
                guard try stream.answer(by: .after(.seconds(5))).status == 200 else { throw LabError("no 200") }
                streams.append(stream)
            }
            let grown = try ProcessFigures.resident(id) - before
            let last = try #require(streams.last)
            try last.socket.send("GET / HTTP/1.1\r\nHost: web-80.test\r\n\r\n")
            #expect(try last.answer(by: .after(.seconds(5))).status == 200, "it was kept alive")
            return grown
        }
    }
}
