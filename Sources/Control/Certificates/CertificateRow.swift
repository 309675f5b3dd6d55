internal import Certificates

/// A certificate as a listener shows it: what must stay the same for its table to stay.
struct CertificateRow: Sendable, Equatable {
    let entry: CertificateTable.Entry
    let staple: OCSPExchange.Staple?
    /// One that is out of its time gives way to another of its name.
    let isValid: Bool

    /// The entry with the OCSP answer.
    var stapled: CertificateTable.Entry {
        var entry = entry
        entry.staple = staple?.octets
        return entry
    }

    static func == (one: CertificateRow, other: CertificateRow) -> Bool {
        one.entry.name == other.entry.name && one.entry.credential === other.entry.credential
            && one.staple == other.staple && one.isValid == other.isValid
    }

    /// `+ shop (shop.example.com, until 2027-03-01), - old, ~ api`: what came, went and changed, for the log.
    static func changes(from old: [CertificateRow], to new: [CertificateRow]) -> String {
        var before = Dictionary(old.map { ($0.entry.name, $0) }, uniquingKeysWith: { first, _ in first })
        var changes: [String] = []
        for row in new {
            let facts = row.entry.credential.facts
            let what = "\(row.entry.name) (\(facts.names.first ?? facts.subject), until \(UTCTime(facts.notAfter).day))"
            if let other = before.removeValue(forKey: row.entry.name) {
                if other != row { changes.append("~ \(what)") }
            } else {
                changes.append("+ \(what)")
            }
        }
        changes += before.keys.sorted().map { "- \($0)" }
        return changes.prefix(6).joined(separator: ", ") + (changes.count > 6 ? ", ..." : "")
    }
}
