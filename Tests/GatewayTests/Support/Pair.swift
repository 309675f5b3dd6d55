import Certificates
import Lab

/// A certificate and its key, made by openssl(1) for a test.
struct Pair {
    let folder: ScratchFolder
    let certificatePath: String
    let keyPath: String
    let credential: Credential

    /// A self-signed P-256 certificate for `names`.
    init(_ names: [String]) throws {
        folder = try ScratchFolder()
        certificatePath = folder.path + "/cert.pem"
        keyPath = folder.path + "/key.pem"
        let list = names.map { "DNS:\($0)" }.joined(separator: ",")
        let openssl = try ChildProcess(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                "-subj", "/CN=\(names[0])", "-addext", "subjectAltName=\(list)",
                "-keyout", keyPath, "-out", certificatePath,
            ])
        guard try openssl.waitForEnd() == .exited(0) else { throw LabError("openssl: \(openssl.tail)") }
        credential = try Credential(
            certificates: Array(folder.read("cert.pem").utf8), key: Array(folder.read("key.pem").utf8))
    }

    /// A table that shows the certificates of `pairs`, the first one to whom none of them is for.
    static func table(_ pairs: [Pair], fallback: CertificateTable.Fallback = .first) -> CertificateTable {
        let entries = pairs.enumerated().map { index, pair in
            CertificateTable.Entry(name: "\(index)", credential: pair.credential)
        }
        return CertificateTable(entries, fallback: fallback)
    }
}
