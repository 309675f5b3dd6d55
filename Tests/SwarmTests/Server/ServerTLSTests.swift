import DockerEngine
import Foundation
import Lab
import Testing

@testable import Swarm

/// TLS with clients, and with engines: by the same files.
@Suite struct ServerTLSTests {
    private struct Files {
        let authority: TestAuthority
        let server: TestAuthority.Issued
        let client: TestAuthority.Issued
        var tls: DockerTLS {
            DockerTLS(authority: authority.certificate, certificate: server.certificate, key: server.key)
        }

        init() throws {
            authority = try TestAuthority()
            server = try authority.issue("127.0.0.1", as: "server")
            client = try authority.issue("client")
        }

        var arguments: [String] {
            ["--cacert", authority.certificate, "--cert", client.certificate, "--key", client.key]
        }
    }

    @Test func `clients that show a certificate of the authority are let in, others are not`() async throws {
        let files = try await offPool { try Files() }
        try await ScriptedManager.run(.test { $0.tls = files.tls }) { _ in
            .answer(ManagerAnswer(text: "OK"))
        } _: { manager in
            let url = "https://127.0.0.1:\(manager.port)/_ping"
            let other = try await offPool { try TestAuthority("Other").issue("client") }
            let (trusted, old, none, foreign) = try await offPool {
                (
                    try Command.output("curl", ["-sS", url] + files.arguments),
                    try Command.run("curl", ["-sS", "--tls-max", "1.1", url] + files.arguments),
                    try Command.run("curl", ["-sS", "--cacert", files.authority.certificate, url]),
                    try Command.run(
                        "curl",
                        [
                            "-sS", "--cacert", files.authority.certificate, "--cert", other.certificate, "--key",
                            other.key, url,
                        ])
                )
            }
            #expect(trusted == "OK")
            #expect(!old.isSuccess)
            #expect(!none.isSuccess)
            #expect(!foreign.isSuccess)
            let plain = try? await manager.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(plain == nil)
        }
    }

    @Test func `without verification any client is let in`() async throws {
        let files = try await offPool { try Files() }
        try await ScriptedManager.run(
            .test {
                $0.tls = files.tls
                $0.tls?.isVerified = false
            }
        ) { _ in
            .answer(ManagerAnswer(text: "OK"))
        } _: { manager in
            let url = "https://127.0.0.1:\(manager.port)/_ping"
            let said = try await offPool { try Command.output("curl", ["-sSk", url]) }
            #expect(said == "OK")
        }
    }

    @Test func `files that cannot be used are named`() async throws {
        await #expect(throws: ServerError.self) {
            try await ScriptedManager.run(
                .test {
                    $0.tls = DockerTLS(authority: "/none/ca.pem", certificate: "/none/cert.pem", key: "/none/key.pem")
                }
            ) { _ in
                .answer(ManagerAnswer(status: 204))
            } _: { _ in
            }
        }
    }

    /// A client, a manager and behind it another one, as a replica has its leader: TLS on both ways, and each end alone.
    @Test func `a splice over TLS ends one direction at a time`() async throws {
        let files = try await offPool { try Files() }
        let backend = try TestBackend(
            "engine",
            .custom(readsBody: false) { _, _, stream in
                try stream.socket.send("HTTP/1.1 101 UPGRADED\r\n\r\n")
                var octets = stream.buffer
                repeat {
                    try stream.socket.send(octets, by: .after(.seconds(60)))
                    octets.removeAll(keepingCapacity: true)
                } while try stream.socket.receive(into: &octets, by: .after(.seconds(60))) > 0
                try stream.socket.send("after the end")
                return false
            })
        let engine = try ScriptedManager.engine(backend.port)
        try await ScriptedManager.run(.test { $0.tls = files.tls }) { _ in
            .splice(Splice(to: engine, target: "/attach"))
        } _: { leader in
            let address = try DockerAddress("tcp://127.0.0.1:\(leader.port)", tls: files.tls)
            let behind = try DockerEngine(address, logger: ScriptedManager.quiet)
            try await ScriptedManager.run(.test { $0.tls = files.tls }) { _ in
                .splice(Splice(to: behind, target: "/attach"))
            } _: { manager in
                let port = manager.port
                let said = try await offPool {
                    try Command.output(
                        Command.python,
                        [
                            "-c", Self.client, "\(port)", files.authority.certificate, files.client.certificate,
                            files.client.key,
                        ], within: .seconds(60))
                }
                #expect(said == "101 3000000 after the end")
            }
        }
    }

    /// Sends much, ends its direction, and reads to the end: by records, since Python's sockets know no end of one direction.
    private static let client = #"""
        import socket, ssl, sys
        context = ssl.create_default_context(cafile=sys.argv[2])
        context.load_cert_chain(sys.argv[3], sys.argv[4])
        near, far = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(near, far, server_hostname="127.0.0.1")
        raw = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
        raw.settimeout(60)
        def step(call):
            while True:
                try:
                    result = call()
                    raw.sendall(far.read())
                    return result
                except ssl.SSLWantReadError:
                    raw.sendall(far.read())
                    data = raw.recv(65536)
                    if data: near.write(data)
                    else: near.write_eof()
        step(tls.do_handshake)
        step(lambda: tls.write(b"POST /attach HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"))
        received = b""
        for number in range(1, 31):
            step(lambda: tls.write(b"x" * 100000))
            while received.count(b"x") < number * 100000: received += step(lambda: tls.read(65536))
        # close_notify, the end of this direction alone.
        try: tls.unwrap()
        except ssl.SSLWantReadError: pass
        raw.sendall(far.read())
        while data := step(lambda: tls.read(65536)): received += data
        head, _, body = received.partition(b"\r\n\r\n")
        print(head.split()[1].decode(), body.count(b"x"), body.strip(b"x").decode())
        """#
}
