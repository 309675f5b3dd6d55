internal import Certificates

/// What a source of certificates, a folder or the store, held when it was read.
struct CertificateFinds: Sendable {
    /// Certificates that can be used.
    var entries: [CertificateTable.Entry] = []
    /// Names of which something is there, but nothing that can be used.
    var broken: Set<String> = []
    /// Whether the source could be read; nothing is known of it if not.
    var isReadable = true
    /// What is wrong.
    var problems: [CertificateProblem] = []

    /// Nothing.
    init() {}

    /// What a folder held.
    init(_ contents: CertificateFolder.Contents) {
        entries = contents.entries
        broken = contents.broken
        isReadable = contents.isReadable
        problems = contents.problems
    }
}
