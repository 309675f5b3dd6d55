import Certificates
import Control
import FoundationEssentials
import Glibc

/// A folder of certificates that a test writes, and the authority that issues them.
final class CertificateFiles: Sendable {
    /// Who issues them.
    let authority: DevelopmentAuthority
    /// Where they are.
    let folder: TemporaryDirectory

    init() throws {
        authority = try DevelopmentAuthority()
        folder = try TemporaryDirectory()
    }

    /// The folder's path.
    var path: String { folder.path }

    /// A certificate for `hosts`, good for `days` from now or, to be out of its time, from `begin` on.
    func issue(
        _ hosts: [String], days: Int = 90, begin: Int64? = nil, key: DevelopmentAuthority.Key = .ecdsa
    ) throws -> DevelopmentAuthority.Issued {
        var request = DevelopmentAuthority.Request(names: hosts)
        request.days = days
        request.notBefore = begin
        request.key = key
        return try authority.issue(request)
    }

    /// Puts octets in place of a file, as careful tools do: written beside it and renamed over it.
    func write(_ octets: [UInt8], to name: String) throws {
        let path = "\(folder.path)/\(name)"
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        try FileManager.default.createDirectory(
            atPath: String(path[..<slash]), withIntermediateDirectories: true)
        try Data(octets).write(to: URL(filePath: path), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    /// Writes a pair as `NAME.pem` and `NAME.key`, the key first as a careful tool would.
    func write(_ issued: DevelopmentAuthority.Issued, as name: String) throws {
        try write(issued.key, to: "\(name).key")
        try write(issued.certificate, to: "\(name).pem")
    }

    /// Takes a pair away.
    func remove(_ name: String) throws {
        for ending in ["pem", "key"] { try FileManager.default.removeItem(atPath: "\(folder.path)/\(name).\(ending)") }
    }

    /// Makes `name` a link to `target`, in place of whatever it was, in one step.
    func link(_ name: String, to target: String) throws {
        let path = "\(folder.path)/\(name)"
        let new = "\(path).new"
        try FileManager.default.createSymbolicLink(atPath: new, withDestinationPath: target)
        guard unsafe rename(new, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
