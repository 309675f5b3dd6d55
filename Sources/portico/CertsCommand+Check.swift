import ArgumentParser
import Certificates

extension CertsCommand {
    /// `portico certs check [FOLDER]`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say everything that is wrong with a folder's certificates.",
            discussion: """
                Exits with 1 if clients are or would be turned away; with warnings alone it exits with 0. With --host it \
                says which certificate that host gets, and exits with 1 if no good one.
                """)

        @Option(help: "Say which certificate this host gets, and why.") var host: String?
        @Argument(help: "The folder.") var path = CertsCommand.folder

        func run() throws {
            let check = CertificateCheck(path: path)
            if let host {
                guard let choice = check.choice(host: host) else {
                    KVCommand.tell("--host \(host): this is no host: shop.example.com, say")
                    throw ExitCode(2)
                }
                KVCommand.write(Array(choice.text.utf8))
                if !choice.isGood { throw ExitCode(1) }
                return
            }
            KVCommand.write(Array(check.text.utf8))
            if check.hasErrors { throw ExitCode(1) }
        }
    }
}
