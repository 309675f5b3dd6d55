import ArgumentParser
import Certificates
import Glibc

/// `portico certs`: a development authority, and what a folder of certificates holds.
struct CertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certs", abstract: "Issue certificates for development; show and check those of a folder.",
        discussion: """
            A folder holds NAME.pem with NAME.key, NAME/fullchain.pem with NAME/privkey.pem (certbot), NAME/tls.crt with \
            NAME/tls.key (Kubernetes), or NAME.pem with both in it. The default is certs/.

            Exit status: 0 done, 1 failed, 2 usage.
            """,
        subcommands: [Issue.self, Show.self, Check.self])

    /// Where the edge looks for certificates unless it is told another folder.
    static let folder = "certs"

    /// Runs `body`; what it throws is told on standard error and ends the command with status 1.
    static func run(_ body: () throws(CertificateError) -> Void) throws {
        do throws(CertificateError) {
            try body()
        } catch {
            KVCommand.tell(error.description)
            throw ExitCode(1)
        }
    }
}
