import DockerEngine
import Foundation
import Lab
import Testing

/// Engines that ask for certificates.
@Suite(.enabled(if: DockerHosts.isPossible, "namespaces take root"), .serialized, .timeLimit(.minutes(10)))
struct EngineTLSTests {
    private struct Secured {
        let lab: DockerHosts
        let authority: TestAuthority

        var host: DockerHost { lab[0] }

        init(_ release: DockerHosts.Release) throws {
            let authority = try TestAuthority()
            self.authority = authority
            lab = try DockerHosts(
                .init(
                    release: release,
                    certificates: { address in
                        try authority.issue(address, as: "server")
                        return authority.folder.path
                    }))
        }

        /// A folder as DOCKER_CERT_PATH wants it: whom to trust, and what to show, if anything.
        func folder(trusting trusted: TestAuthority, showing shown: TestAuthority?) throws -> ScratchFolder {
            let folder = try ScratchFolder()
            try folder.write("ca.pem", trusted.folder.read("ca.pem"))
            if let shown {
                let issued = try shown.issue("client", as: "client", in: folder.path)
                try FileManager.default.moveItem(atPath: issued.certificate, toPath: "\(folder.path)/cert.pem")
                try FileManager.default.moveItem(atPath: issued.key, toPath: "\(folder.path)/key.pem")
            }
            return folder
        }

        func engine(_ folder: ScratchFolder, _ verify: String = "DOCKER_TLS_VERIFY") throws -> DockerEngine {
            let environment = ["DOCKER_HOST": host.endpoint, verify: "1", "DOCKER_CERT_PATH": folder.path]
            return try DockerEngine(DockerAddress.inEnvironment(environment), logger: Engines.quiet)
        }
    }

    @Test(arguments: [DockerHosts.Release.system, .newer])
    func `certificates let in whom they should, both ways`(release: DockerHosts.Release) async throws {
        let secured = try await offPool { try Secured(release) }
        let authority = secured.authority
        let stranger = try await offPool { try TestAuthority("Stranger") }
        let (right, bare, foreign, misled) = try await offPool {
            (
                try secured.folder(trusting: authority, showing: authority),
                try secured.folder(trusting: authority, showing: nil),
                try secured.folder(trusting: authority, showing: stranger),
                try secured.folder(trusting: stranger, showing: authority)
            )
        }

        let engine = try secured.engine(right)
        let log = MessageLog(EventFollower(engine))
        try await log.wait(for: "connected") { $0 == .connected }
        let id = try await secured.host.command("run", "-d", "lab:1")
        try await log.wait(forEvent: "start", of: id)
        #expect(try await engine.inspect(id)?.state.isRunning == true)
        #expect(try await engine.listContainers().map(\.id) == [id])

        await Self.expectTLS(secured: try secured.engine(bare), "no certificate")
        await Self.expectTLS(secured: try secured.engine(foreign), "a stranger's certificate")
        await Self.expectTLS(secured: try secured.engine(misled), "an engine that is not trusted")
        // Without verification the engine may be anybody; it still asks who we are.
        #expect(try await secured.engine(misled, "DOCKER_TLS").inspect(id)?.id == id)
        // In the clear to a port that speaks TLS: the engine itself says so.
        let clear = try DockerEngine(
            DockerAddress(secured.host.endpoint.replacingOccurrences(of: "tcp:", with: "http:")), logger: Engines.quiet)
        do {
            _ = try await clear.ping()
            Issue.record("the engine answered in the clear")
        } catch {
            #expect(error.status == 400 && error.description.contains("HTTPS"), "\(error)")
        }
    }

    @Test func `a port in the clear is named when TLS is wanted`() async throws {
        let host = try await Engines.shared()[0]
        let address = host.endpoint.replacingOccurrences(of: "tcp:", with: "https:")
        await Self.expectTLS(secured: try DockerEngine(DockerAddress(address), logger: Engines.quiet), "no TLS there")
    }

    private static func expectTLS(secured engine: DockerEngine, _ what: Comment) async {
        do {
            _ = try await engine.ping()
            Issue.record("let in in spite of \(what.rawValue)")
        } catch {
            #expect(error.kind == .unreachable, "\(what.rawValue): \(error)")
            #expect(error.description.contains("TLS failed"), "\(what.rawValue): \(error)")
        }
    }
}
