import Foundation
import Lab
import Testing

extension IntegrationTests.SwarmTests {
    /// Where clients come in: TLS with certificates both ways, unix sockets, several doors at once, other origins.
    @Suite(.serialized, .timeLimit(.minutes(5)))
    struct Doors {
        /// A folder as DOCKER_CERT_PATH wants it.
        private static func client(of authority: TestAuthority) throws -> ScratchFolder {
            let folder = try ScratchFolder()
            let issued = try authority.issue("client", as: "client", in: folder.path)
            try folder.write("ca.pem", authority.folder.read("ca.pem"))
            try FileManager.default.moveItem(atPath: issued.certificate, toPath: "\(folder.path)/cert.pem")
            try FileManager.default.moveItem(atPath: issued.key, toPath: "\(folder.path)/key.pem")
            return folder
        }

        @Test func `certificates are asked for by the manager, and shown to engines`() throws {
            let authority = try TestAuthority()
            let certificates: @Sendable (String) throws -> String = { address in
                let folder = "\(authority.folder.path)/\(address)"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try authority.issue(address, as: "server", in: folder)
                try Data(contentsOf: URL(fileURLWithPath: authority.certificate)).write(
                    to: URL(fileURLWithPath: "\(folder)/ca.pem"))
                return folder
            }
            let lab = try SwarmLab([
                .init(certificates: certificates), .init(release: .newer, certificates: certificates),
            ])
            let own = try authority.issue(lab.hosts.address, as: "manager")
            let client = try Self.client(of: authority)
            let manager = try lab.manager([
                "--tlsverify", "--tlscacert", authority.certificate, "--tlscert", own.certificate, "--tlskey", own.key,
            ])
            let session = SwarmSession(
                lab, manager, environment: ["DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": client.path])
            try manager.wait(until: "two healthy engines") {
                try session.run("docker info 2>/dev/null | grep -c 'Status: Healthy'") == ["2"]
            }
            try session.follow(
                """
                $ docker info 2>/dev/null | grep -c ':2376'
                4
                $ docker run -d --name t1 -p 80:80 lab:1
                <id>
                $ docker exec t1 hostname
                <short>
                $ echo hi | docker exec -i t1 cat
                hi
                $ head -c 3000000 /dev/zero | docker exec -i t1 wc -c
                3000000
                $ docker run --rm lab:1 echo attached
                attached
                $ echo piped | docker run -i --rm lab:1 cat
                piped
                $ docker rm -f t1
                t1
                """)
            // Without a certificate, with a stranger's, and in the clear: nobody comes in.
            let stranger = try Self.client(of: TestAuthority("Stranger"))
            try FileManager.default.removeItem(atPath: "\(stranger.path)/ca.pem")
            try stranger.write("ca.pem", authority.folder.read("ca.pem"))
            for settings in [
                ["DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": stranger.path], [:],
            ] {
                let outsider = SwarmSession(lab, manager, environment: settings)
                let lines = try outsider.run("docker version --format '{{.Server.Version}}'")
                #expect(lines.last == "[rc=1]" && !lines.contains { $0.contains("swarm/") }, "\(lines)")
            }
            let bare = try session.run("curl -s --cacert \(authority.certificate) https://MANAGER/version")
            #expect(bare.count == 1 && bare[0].hasPrefix("[rc="), "\(bare)")
        }

        @Test func `a manager listens at several doors at once`() throws {
            let engines = try FakeEngines(count: 2, containers: 1)
            let folder = try ScratchFolder()
            let second = try FreePort.next()
            let manager = try SwarmManager(
                ["-H", "unix://\(folder.path)/swarm.sock", "-H", "127.0.0.1:\(second)", "--api-enable-cors"],
                discovery: engines.url)
            try manager.waitUntilReady(2)
            for door in ["unix://\(folder.path)/swarm.sock", "tcp://127.0.0.1:\(second)", "tcp://\(manager.address)"] {
                #expect(
                    try DockerClient(door).output(["ps", "--format", "{{.Names}}"]).split(separator: "\n").sorted()
                        == ["fake1/c1-1", "fake2/c2-1"])
            }
            let facts = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/swarm.sock")
            #expect(facts[.posixPermissions] as? Int == 0o600)
            let answer = try manager.request("/v1.40/info", method: "OPTIONS")
            #expect(answer.status == 200 && answer["Access-Control-Allow-Origin"] == "*")
            try manager.terminate()
            #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/swarm.sock"))
        }
    }
}
