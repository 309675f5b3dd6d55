/// Certificates as people and programs read them: a table, and JSON.
public struct CertificateReport: Sendable {
    /// A row.
    public struct Row: Sendable {
        /// The folder's entry, the file, or the key in the store.
        public var name: String
        /// What the certificate says.
        public var facts: CertificateFacts

        /// A row for `facts`.
        public init(name: String, facts: CertificateFacts) {
            self.name = name
            self.facts = facts
        }
    }

    private let rows: [Row]
    private let now: Int64

    /// A report on `rows`; days are counted from `now`, in seconds since 1970.
    public init(_ rows: [Row], now: Int64 = CertificateClock.now) {
        self.rows = rows
        self.now = now
    }

    /// What a folder holds, or a file with certificates in PEM or DER.
    public init(path: String, now: Int64 = CertificateClock.now) throws(CertificateError) {
        if FileAccess.isFolder(path) {
            rows = CertificateFolder.scan(path, now: now).entries.map {
                Row(name: $0.name, facts: $0.credential.facts)
            }
        } else {
            let octets = try FileAccess.read(path, .certificate).octets
            do throws(CertificateError) {
                rows = try CertificateFacts.read(octets).map { Row(name: path, facts: $0) }
            } catch {
                throw error.at(path)
            }
        }
        self.now = now
    }

    /// Whether there is nothing in it.
    public var isEmpty: Bool { rows.isEmpty }

    /// Lines of a table with a heading, each with its end.
    public var table: String {
        let heading = ["NAME", "HOSTS", "KEY", "ISSUER", "UNTIL", "SHA-256"]
        let cells =
            [heading]
            + rows.map { row in
                [
                    Self.printable(row.name), Self.hosts(row.facts), row.facts.keyKind.description,
                    Self.printable(Self.issuer(row.facts)), until(row.facts), row.facts.fingerprint,
                ]
            }
        let widths = heading.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            let padded = row.indices.map { column in
                column == row.count - 1
                    ? row[column] : row[column] + String(repeating: " ", count: widths[column] - row[column].count + 2)
            }
            return padded.joined() + "\n"
        }.joined()
    }

    /// An array of objects with its end of line.
    public var json: String {
        let objects = rows.map { row in
            let facts = row.facts
            let fields: [(String, String)] = [
                ("name", Self.quoted(row.name)),
                ("hosts", "[" + facts.names.map(Self.quoted).joined(separator: ",") + "]"),
                ("subject", Self.quoted(facts.subject)), ("issuer", Self.quoted(facts.issuer)),
                ("serial", Self.quoted(facts.serial)), ("key", Self.quoted(facts.keyKind.description)),
                ("signature", Self.quoted(facts.signature)), ("fingerprint", Self.quoted(facts.fingerprint)),
                ("not_before", "\(facts.notBefore)"), ("not_after", "\(facts.notAfter)"),
                ("days_left", "\(days(facts))"),
                ("authority", "\(facts.isAuthority)"), ("self_signed", "\(facts.isSelfSigned)"),
                ("must_staple", "\(facts.mustStaple)"), ("ocsp", facts.ocspResponder.map(Self.quoted) ?? "null"),
            ]
            return "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
        }
        return objects.isEmpty ? "[]\n" : "[\n" + objects.joined(separator: ",\n") + "\n]\n"
    }

    // MARK: Cells

    /// Hosts that are shown of one certificate; some have a hundred.
    private static let shownHosts = 3

    private static func hosts(_ facts: CertificateFacts) -> String {
        let others = facts.names.count - shownHosts
        let names =
            facts.names.isEmpty
            ? "(\(printable(facts.subject)))" : facts.names.prefix(shownHosts).joined(separator: ", ")
        return names + (others > 0 ? ", +\(others)" : "") + (facts.isAuthority ? " (authority)" : "")
    }

    /// The issuer's common name, or all of its name if it has none.
    private static func issuer(_ facts: CertificateFacts) -> String {
        if facts.isSelfSigned { return "itself" }
        guard facts.issuer.hasPrefix("CN=") else { return facts.issuer }
        return String(facts.issuer.dropFirst(3).prefix { $0 != "," && $0 != "\\" })
    }

    private func until(_ facts: CertificateFacts) -> String {
        let days = days(facts)
        let left =
            now > facts.notAfter ? "ended" : now < facts.notBefore ? "not yet" : days == 1 ? "1 day" : "\(days) days"
        return "\(UTCTime(facts.notAfter).day) (\(left))"
    }

    /// Whole days that are left, rounded down.
    private func days(_ facts: CertificateFacts) -> Int64 {
        let seconds = facts.notAfter - now
        return seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    }

    /// Text without what moves a terminal's cursor.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                quoted += "\\"
                quoted.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                quoted += "\\u00" + [UInt8(scalar.value)].hexadecimal
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
