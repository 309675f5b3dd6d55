@testable import Certificates

/// Entries of tables, issued by one authority for all tests that only want certificates with dates.
enum DatedEntry {
    private static let authority = Result { try DevelopmentAuthority() }

    /// An entry for `names`, good for `days` from `begin` days after `now`.
    static func make(
        _ name: String, _ names: [String], key: DevelopmentAuthority.Key, begin: Int, days: Int, now: Int64
    ) throws -> CertificateTable.Entry {
        var request = DevelopmentAuthority.Request(names: names)
        request.key = key
        request.notBefore = now + Int64(begin) * 86_400
        request.days = days
        return CertificateTable.Entry(name: name, credential: try authority.get().issue(request).credential())
    }
}
