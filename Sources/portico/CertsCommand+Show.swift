import ArgumentParser
import Certificates

extension CertsCommand {
    /// `portico certs show [FOLDER|FILE]`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what certificates there are.",
            discussion: """
                Of a folder what the edge would serve; of a file every certificate in it, PEM or DER. What is wrong with \
                them portico certs check says.
                """)

        @Flag(help: "Print an array of JSON objects.") var json = false
        @Argument(help: "A folder or a file.") var path = CertsCommand.folder

        func run() throws {
            try CertsCommand.run { () throws(CertificateError) in
                let report = try CertificateReport(path: path)
                if report.isEmpty { KVCommand.tell("\(path): nothing to serve: portico certs check \(path) says why") }
                KVCommand.write(Array((json ? report.json : report.table).utf8))
            }
        }
    }
}
