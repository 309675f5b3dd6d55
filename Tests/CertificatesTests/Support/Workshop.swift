import Foundation
import Lab

/// A folder in which openssl(1) makes certificates: another hand than the one under test.
final class Workshop: Sendable {
    /// A key as openssl(1) is asked for it.
    enum Key: String {
        case p256 = "EC -pkeyopt ec_paramgen_curve:P-256"
        case p384 = "EC -pkeyopt ec_paramgen_curve:P-384"
        case rsa = "RSA -pkeyopt rsa_keygen_bits:2048"
        case weakRSA = "RSA -pkeyopt rsa_keygen_bits:1024"
        case ed25519 = "ED25519"
        case ed448 = "ED448"
    }

    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    var path: String { folder.path }

    /// Runs openssl(1) with words separated by blanks, and further arguments as they are.
    @discardableResult
    func openssl(_ words: String, _ arguments: [String] = []) throws -> String {
        guard let program = Repository.program("openssl") else { throw LabError("no openssl program") }
        let process = try ChildProcess(
            program, words.split(separator: " ").map(String.init) + arguments, in: folder.path)
        let lines = try process.waitForOutput(within: .seconds(60))
        guard try process.waitForEnd() == .exited(0) else {
            throw LabError("openssl \(words): \(lines.joined(separator: "\n"))")
        }
        return lines.joined(separator: "\n")
    }

    /// Makes NAME.key and the self-signed NAME.pem.
    func authority(_ name: String, subject: String? = nil, key: Key = .p256) throws {
        try openssl("genpkey -out \(name).key -algorithm \(key.rawValue)")
        try openssl(
            "req -x509 -new -utf8 -key \(name).key -out \(name).pem -days 30 -addext keyUsage=critical,keyCertSign,cRLSign",
            ["-subj", subject ?? "/CN=\(name)"])
    }

    /// Makes NAME.key and NAME.pem, signed by the issuer's key, with extensions in the words of its configuration.
    func issue(
        _ name: String, by issuer: String, subject: String? = nil, key: Key = .p256, days: Int = 90,
        digest: String = "sha256", _ extensions: String = ""
    ) throws {
        try openssl("genpkey -out \(name).key -algorithm \(key.rawValue)")
        try openssl("req -new -key \(name).key -out \(name).csr -utf8", ["-subj", subject ?? "/CN=\(name)"])
        try folder.write("\(name).ext", "[v3]\nsubjectKeyIdentifier=hash\n\(extensions)\n")
        try openssl(
            """
            x509 -req -in \(name).csr -CA \(issuer).pem -CAkey \(issuer).key -CAcreateserial -\(digest) -days \(days) \
            -extfile \(name).ext -extensions v3 -out \(name).pem
            """)
    }

    /// A root, an intermediate and a leaf for shop.example.com, as `root`, `middle` and `leaf`.
    func chain(key: Key = .p256) throws {
        try authority("root")
        try issue("middle", by: "root", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign")
        try issue("leaf", by: "middle", key: key, "subjectAltName=DNS:shop.example.com")
    }

    /// The octets of files, one after the other.
    func octets(_ files: String...) throws -> [UInt8] {
        try files.flatMap { try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(path)/\($0)"))) }
    }

    /// Writes octets.
    func write(_ name: String, _ octets: [UInt8], mode: Int = 0o600) throws {
        let file = "\(path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(octets).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }

    /// Makes a link, and the folder that it is in.
    func link(_ name: String, to target: String) throws {
        let file = "\(path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: target)
    }
}
