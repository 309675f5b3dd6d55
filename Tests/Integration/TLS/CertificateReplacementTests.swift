import Foundation
import Lab
import Synchronization
import Testing

extension IntegrationTests {
    /// Certificates change while the edge runs, and no client notices but by the new one.
    @Suite(.timeLimit(.minutes(2))) struct CertificateReplacement {
        /// New connections over TLS, one after the other, each with one request; from a program of its own.
        private static let client = """
            import socket, ssl, sys, threading
            port, authority = int(sys.argv[1]), sys.argv[2]
            context = ssl.create_default_context(cafile=authority)
            stopping, counts, failures, serials = threading.Event(), [0], {}, set()
            def run():
                while not stopping.is_set():
                    try:
                        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
                            with context.wrap_socket(plain, server_hostname="web-80.test") as secure:
                                serial = secure.getpeercert()["serialNumber"]
                                if serial not in serials:
                                    serials.add(serial)
                                    print("serial", serial, flush=True)
                                secure.sendall(b"GET / HTTP/1.1\\r\\nHost: web-80.test\\r\\nConnection: close\\r\\n\\r\\n")
                                answer = b""
                                while data := secure.recv(65536): answer += data
                                if not answer.startswith(b"HTTP/1.1 200"): raise OSError(answer[:100])
                                counts[0] += 1
                    except OSError as error:
                        failures[str(error)] = failures.get(str(error), 0) + 1
            threads = [threading.Thread(target=run) for _ in range(3)]
            for thread in threads: thread.start()
            sys.stdin.readline()
            stopping.set()
            for thread in threads: thread.join()
            print("done", counts[0], failures, flush=True)
            """

        @Test("files are rewritten under load: no handshake fails, and the new certificate is shown within a second")
        func underLoad() throws {
            let secure = try SecureSetting(backend: try TestBackend("web"), workers: 2)
            let folder = secure.authority.folder
            let script = try folder.write("client.py", Self.client)
            let stop = "\(folder.path)/stop"
            try Command.output("mkfifo", [stop])
            let load = try ChildProcess(
                "/bin/sh",
                [
                    "-c",
                    "exec \(Command.python) \(script) \(secure.port) \(secure.authority.certificate) < \(stop)",
                ])
            // Opening to write lets the script open to read; its end, at the end of this test, is what it waits for.
            let writer = try ChildProcess("/bin/sh", ["-c", "exec sleep 1000 > \(stop)"])
            try load.waitForLine("the first certificate") { $0.hasPrefix("serial ") }
            var slowest = Duration.zero
            for _ in 0..<8 {
                // The key is in place first: for a moment the two do not match, as with any program that renews.
                let fresh = try secure.authority.issue("web-80.test", in: secure.certificates)
                let start = ContinuousClock.now
                let serial = try fresh.serial()
                try load.waitForLine(within: .seconds(5), "serial \(serial)") { $0 == "serial \(serial)" }
                slowest = max(slowest, ContinuousClock.now - start)
            }
            #expect(slowest < .seconds(1), "the new certificate came after \(slowest)")
            try writer.kill()
            let report = try load.waitForLine("its report") { $0.hasPrefix("done ") }
            #expect(report.hasSuffix(" {}"), "\(report)")
            let count = Int(report.split(separator: " ")[1]) ?? 0
            #expect(count > 100, "\(report)")
        }

        @Test("a connection lives on with the certificate that it began with")
        func openConnections() throws {
            let secure = try SecureSetting(backend: try TestBackend("web"))
            let bridge = try secure.bridge()
            let client = try bridge.client()
            #expect(try client.get(host: "web-80.test", scheme: "https").text == "web")
            let old = try secure.authority.issue("web-80.test", as: "unused").serial()
            let fresh = try secure.authority.issue("web-80.test", in: secure.certificates).serial()
            #expect(old != fresh)
            try Self.wait(for: fresh, at: secure)
            #expect(try client.get(host: "web-80.test", scheme: "https").text == "web")
        }

        @Test(
            "a broken pair keeps the old one, says what is wrong, and a good one mends it",
            arguments: ["garbage", "another key", "nothing", "no file"])
        func broken(how: String) throws {
            let secure = try SecureSetting(backend: try TestBackend("web"), hosts: ["web-80.test", "api-80.test"])
            let old = try Self.serial(at: secure)
            let child = try secure.setting.edge.child
            let printed = child.lines.count
            let file = URL(fileURLWithPath: "\(secure.certificates)/web-80.test.pem")
            switch how {
            case "garbage": try Data("-----BEGIN CERTIFICATE-----\nnonsense\n".utf8).write(to: file, options: .atomic)
            case "another key":
                let stranger = try secure.authority.issue("web-80.test", as: "stranger")
                try Data(contentsOf: URL(fileURLWithPath: stranger.certificate)).write(to: file, options: .atomic)
            case "nothing": try Data().write(to: file, options: .atomic)
            default: try FileManager.default.removeItem(at: file)
            }
            if how != "no file" {
                try child.wait(until: "saying what is wrong with the pair") {
                    child.lines.dropFirst(printed).contains { $0.contains("web-80.test") }
                }
                #expect(try Self.serial(at: secure) == old)
            }
            #expect(try secure.subject(for: "api-80.test") == "CN = api-80.test", "the neighbour")
            let fresh = try secure.authority.issue("web-80.test", in: secure.certificates).serial()
            try Self.wait(for: fresh, at: secure)
        }

        @Test("a certificate that is added is shown, and one that is taken away is not any more")
        func addedAndRemoved() throws {
            let secure = try SecureSetting(backend: try TestBackend("web"))
            #expect(try secure.subject(for: "new.test") == nil)
            let new = try secure.authority.issue("new.test", in: secure.certificates)
            let child = try secure.setting.edge.child
            try child.wait(until: "showing the new one") { try secure.subject(for: "new.test") == "CN = new.test" }
            try FileManager.default.removeItem(atPath: new.certificate)
            try FileManager.default.removeItem(atPath: new.key)
            try child.wait(until: "showing it no more") { try secure.subject(for: "new.test") == nil }
            #expect(try secure.subject(for: "web-80.test") == "CN = web-80.test")
        }

        private static func serial(at secure: SecureSetting) throws -> String {
            let shown = try secure.openssl(["-servername", "web-80.test"])
            let pem = shown.lines.drop { !$0.hasPrefix("-----BEGIN CERTIFICATE") }
            let file = try secure.authority.folder.write("shown.pem", pem.joined(separator: "\n"))
            return try TestAuthority.Issued(certificate: file, key: "").serial()
        }

        private static func wait(for serial: String, at secure: SecureSetting) throws {
            try secure.setting.edge.child.wait(within: .seconds(5), until: "showing certificate \(serial)") {
                try Self.serial(at: secure) == serial
            }
        }
    }
}
