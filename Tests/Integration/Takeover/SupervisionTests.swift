import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// What a supervisor gives the edge and is told by it, and whose process it is.
    @Suite(.timeLimit(.minutes(3))) struct Supervision {
        /// Listens, and starts the program anew with its socket whenever it ends, as systemd does for a `.socket`.
        private static let supervisor = """
            import os, socket, sys
            listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
            print("port", listener.getsockname()[1], flush=True)
            while True:
                child = os.fork()
                if child == 0:
                    os.dup2(listener.fileno(), 3)
                    os.set_inheritable(3, True)
                    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="web")
                    address = "127.0.0.1:%d" % listener.getsockname()[1]
                    os.execv(sys.argv[1], sys.argv[1:] + ["--listen", address])
                print("process", child, flush=True)
                os.waitpid(child, 0)
            """

        @Test("a supervisor's socket is served by all workers, and no connection is refused while the edge starts anew")
        func activation() throws {
            let folder = try ScratchFolder()
            let backend = try TestBackend("web")
            let store = try folder.write("store.yaml", #"services/web-80/h1:c0:80: "\#(backend.address)""#)
            let (process, port) = try Command.server(
                Self.supervisor,
                [Repository.portico(), "edge", "--workers", "2", "--store", "file:\(store)"]
                    + ["--state-dir", "\(folder.path)/state"], in: folder)
            try process.waitForLine(within: .seconds(60), "that it serves") { $0.contains("serving at") }
            let load = LoadGenerator(
                port: port, hosts: ["web-80.test"], connections: 4, pause: .milliseconds(10), keepsConnections: false)
            try load.wait(for: 100)
            for turn in 1...2 {
                let line = try process.waitForLine("its process") { $0.hasPrefix("process ") }
                _ = Glibc.kill(try #require(pid_t(line.dropFirst(8))), SIGTERM)
                try process.wait(within: .seconds(60), until: "serving again") {
                    process.lines.count { $0.contains("serving at") } > turn
                }
                try load.wait(for: 100)
            }
            let report = try load.stop()
            #expect(report.failureCount == 0, "\(report.failures)\n\(report.firstFailures)")
        }

        /// Prints what comes to a datagram socket, one line each.
        private static let listener = """
            import socket, sys
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            listener.bind(sys.argv[1])
            print("listening", flush=True)
            while True: print(listener.recv(4096).decode().replace("\\n", " "), flush=True)
            """

        @Test("the supervisor hears of readiness, reloads, life, the successor and the end")
        func notifications() throws {
            let folder = try ScratchFolder()
            let path = "\(folder.path)/notify"
            let heard = try ChildProcess(Command.python, ["-u", folder.write("listener.py", Self.listener), path])
            try heard.waitForLine("that it listens") { $0 == "listening" }
            let edge = try EdgeProcess(
                configuration: #"listeners: [{ address: "127.0.0.1:PORT" }]"#,
                environment: ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "3000000"])
            func hear(_ words: String, after start: Int = 0) throws {
                try heard.wait(within: .seconds(60), until: "told \(words)") {
                    heard.lines.dropFirst(start).contains { $0.contains(words) }
                }
            }
            try hear("READY=1")
            try hear("STATUS=serving table")
            try hear("WATCHDOG=1")
            let child = try edge.child
            var count = heard.lines.count
            child.signal(SIGHUP)
            try hear("RELOADING=1 MONOTONIC_USEC=", after: count)
            try hear("READY=1", after: count)
            count = heard.lines.count
            let successor = try edge.replaceItself()
            try hear("RELOADING=1", after: count)
            try hear("MAINPID=\(successor)", after: count)
            let place = try #require(heard.lines.lastIndex { $0.contains("MAINPID=") })
            try hear("READY=1", after: place)
            try hear("WATCHDOG=1", after: place)
            count = heard.lines.count
            _ = Glibc.kill(successor, SIGTERM)
            try hear("STOPPING=1", after: count)
        }

        @Test("root becomes the user that it is told to be, and keeps the right to low ports alone")
        func user() throws {
            guard geteuid() == 0 else {
                print("not root: what --user does is not tested here")
                return
            }
            let folder = try ScratchFolder()
            let store = try folder.write("store.yaml", "{}")
            // mkdtemp's folder is root's alone.
            for (path, mode) in [(folder.path, 0o755), (store, 0o644)] {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            }
            let state = "\(folder.path)/state"
            // A port below 1024 that nobody has, of an address of our own.
            let child = try ChildProcess(
                Repository.portico(),
                ["edge", "--user", "nobody", "--listen", "127.86.4.2:86", "--store", "file:\(store)"]
                    + ["--state-dir", state], in: folder.path)
            try child.waitForLine(within: .seconds(60), "that it serves") { $0.contains("serving at") }
            let nobody = try #require(unsafe getpwnam("nobody")?.pointee.pw_uid)
            for thread in try FileManager.default.contentsOfDirectory(atPath: "/proc/\(child.id)/task") {
                let status = try String(contentsOfFile: "/proc/\(child.id)/task/\(thread)/status", encoding: .utf8)
                func value(_ key: String) -> [Substring] {
                    status.split(separator: "\n").first { $0.hasPrefix("\(key):") }?
                        .split(whereSeparator: \.isWhitespace).dropFirst().map { $0 } ?? []
                }
                #expect(value("Uid") == Array(repeating: "\(nobody)", count: 4).map { Substring($0) })
                // CAP_NET_BIND_SERVICE is bit 10.
                for set in ["CapEff", "CapPrm", "CapAmb"] { #expect(value(set) == ["0000000000000400"], "\(set)") }
                #expect(value("NoNewPrivs") == ["1"])
            }
            let owner = try FileManager.default.attributesOfItem(atPath: state)[.ownerAccountID] as? NSNumber
            #expect(owner?.uint32Value == nobody)
            let socket = try Lab.Socket.connect(to: "127.86.4.2", port: 86)
            socket.close()
        }
    }
}
