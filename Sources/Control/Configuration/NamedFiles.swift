internal import Certificates
internal import Discovery
internal import FoundationEssentials
internal import Passwords
internal import Routing

/// Reads the files of certificates and keys that a configuration names, and says at the place of the name what is wrong with
/// them.
struct NamedFiles {
    /// The folder that relative paths begin at: the configuration's own.
    let folder: String
    private let reader: DocumentReader
    /// What is odd but no error: a key that everybody may read.
    private(set) var notices: [DiscoveryProblem] = []

    /// A reader of the files that the document of `reader` names.
    init(_ reader: DocumentReader) {
        self.reader = reader
        folder = Self.folder(of: reader.source)
    }

    /// The folder that holds `path`, empty for the working directory.
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    /// The path that `name` means.
    func path(_ name: String) -> String { name.hasPrefix("/") ? name : folder + name }

    /// PEM certificates of authorities.
    func authorities(_ node: DocumentNode, _ what: String) -> [UInt8]? {
        guard let octets = octets(node, what) else { return nil }
        do {
            _ = try CertificateFacts.read(octets)
            return octets
        } catch {
            refuse(error, node, what)
            return nil
        }
    }

    /// The users of an htpasswd file; every line that makes no sense is an error with its own place.
    func passwords(_ node: DocumentNode) -> [PasswordEntry]? {
        guard let octets = octets(node, "users", form: "an htpasswd file") else { return nil }
        let path = path(node.scalar ?? "")
        guard octets.count <= PasswordFile.maximumCount, let text = String(validating: octets, as: UTF8.self) else {
            reader.report("users: \(path) is not UTF-8, or larger than 16 MiB", at: node)
            return nil
        }
        let (lines, faults) = PasswordFile.read(text)
        for fault in faults {
            reader.report(DocumentError(source: path, line: fault.line, column: 1, message: fault.reason))
        }
        return lines.map { PasswordEntry(user: $0.user, hash: $0.hash) }
    }

    /// A certificate and its key, nil unless they belong together.
    mutating func pair(
        _ certificate: DocumentNode, key: DocumentNode, _ what: String
    ) -> (certificate: [UInt8], key: [UInt8])? {
        guard let certificates = octets(certificate, "\(what).certificate"), let octets = octets(key, "\(what).key")
        else { return nil }
        do {
            _ = try Credential(certificates: certificates, key: octets)
        } catch {
            if error.part == .key {
                refuse(error, key, "\(what).key")
            } else {
                refuse(error, certificate, "\(what).certificate")
            }
            return nil
        }
        noteExposure(of: key)
        return (certificates, octets)
    }

    /// Octets that nobody else knows, without white space at the end.
    mutating func secret(_ node: DocumentNode, _ what: String) -> [UInt8]? {
        guard var octets = octets(node, what, form: "a file") else { return nil }
        while let last = octets.last, [0x0A, 0x0D, 0x20, 0x09].contains(last) { octets.removeLast() }
        guard octets.count >= Self.leastSecret else {
            reader.report(
                "\(what): \(path(node.scalar ?? "")) holds \(octets.count) octets: at least \(Self.leastSecret) by chance, "
                    + "such as `openssl rand -hex 32` gives", at: node)
            return nil
        }
        noteExposure(of: node)
        return octets
    }

    /// Octets of a secret: what can be guessed is none.
    private static let leastSecret = 16

    private func octets(_ node: DocumentNode, _ what: String, form: String = "a PEM file") -> [UInt8]? {
        let path = path(node.scalar ?? "")
        do {
            if let octets = try WholeFile(path: path).read() { return octets }
            reader.report("\(what) is \"\(path)\", which is not there: \(form)", at: node)
        } catch {
            reader.report("\(what): \(error): \(form) that the edge may read", at: node)
        }
        return nil
    }

    private func refuse(_ error: CertificateError, _ node: DocumentNode, _ what: String) {
        reader.report("\(what): \(error.at(path(node.scalar ?? "")))", at: node)
    }

    private mutating func noteExposure(of node: DocumentNode) {
        let path = path(node.scalar ?? "")
        guard let mode = WholeFile(path: path).mode, mode & 0o004 != 0 else { return }
        notices.append(
            DiscoveryProblem(
                subject: "key \(path)", reason: "everybody on this machine may read it: chmod 640 \(path), or 600",
                provenance: Provenance(source: "\(reader.source):\(node.line):\(node.column)")))
    }
}
