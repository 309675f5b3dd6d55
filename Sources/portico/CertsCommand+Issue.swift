import ArgumentParser
import Certificates

extension CertsCommand {
    /// `portico certs issue HOST...`.
    struct Issue: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Issue a certificate for development.",
            discussion: """
                The first time an authority is made: FOLDER/authority/ca.pem and ca.key. Whoever trusts ca.pem trusts all \
                that it issues, so keep ca.key to yourself.

                The certificate is for all hosts given: names, *.names, addresses. Its file is called after the first \
                one. A client's certificate lies in FOLDER/authority, where nothing is served from.
                """)

        @Option(help: "Where certificates are written.") var folder = CertsCommand.folder
        @Option(name: .customLong("ca"), help: "The authority's certificate; its key ends in .key. Made if not there.")
        var authority: String?
        @Option(name: .customLong("name"), help: "One more host; may be given several times.") var names: [String] = []
        @Option(help: "Issue a client's certificate, for this name, instead.") var client: String?
        @Flag(help: "An RSA key with 2048 bits instead of ECDSA on P-256.") var rsa = false
        @Option(help: "Days until it ends.") var days = 397
        @Flag(help: "Replace files that are there.") var force = false
        @Argument(help: "Hosts and addresses.") var hosts: [String] = []

        func validate() throws {
            if let client {
                guard hosts.isEmpty, names.isEmpty, !client.isEmpty else {
                    throw ValidationError("--client NAME goes without hosts: one certificate is for one or the other")
                }
            } else if hosts.isEmpty, names.isEmpty {
                throw ValidationError("no host: portico certs issue shop.example.com")
            }
            guard 1...36_500 ~= days else { throw ValidationError("--days \(days): 1 to 36500") }
        }

        func run() throws {
            var request = DevelopmentAuthority.Request(names: hosts + names)
            if let client {
                request.names = [client]
                request.purpose = .client
            }
            request.key = rsa ? .rsa : .ecdsa
            request.days = days
            let place = DevelopmentFolder(path: folder, authority: authority)
            try CertsCommand.run { () throws(CertificateError) in
                KVCommand.writeLine(try place.issue(request, overwriting: force).summary)
            }
        }
    }
}
