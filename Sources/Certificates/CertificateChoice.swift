internal import Wire

/// Which certificates a host gets, and why not the others.
public struct CertificateChoice: Sendable {
    /// The host in the form that it is looked up in.
    public let host: String
    /// Why it is so.
    public let reason: CertificateTable.Reason
    /// What the host gets, by kind of key; empty where the handshake is refused.
    public let entries: [CertificateTable.Entry]
    /// What is for the host too and is not shown, each with the reason.
    public let others: [(name: String, reason: String)]
    private let now: Int64

    /// The choice for `host`, as a person writes it; nil if it is no host.
    ///
    /// An empty one stands for a client that names none.
    public init?(
        host: String, among entries: [CertificateTable.Entry], fallback: CertificateTable.Fallback = .first,
        now: Int64 = CertificateClock.now
    ) {
        self.init(host: host, in: CertificateTable(entries, fallback: fallback, now: now), now: now)
    }

    /// The choice that `table` makes for `host`, as a person writes it; nil if it is no host.
    public init?(host: String, in table: CertificateTable, now: Int64 = CertificateClock.now) {
        let address = AddressText.octets(of: host).flatMap { AddressText.text(of: $0) }
        guard let host = host.isEmpty ? "" : address ?? HostName.canonical(host) else { return nil }
        let (set, reason) = table.explain(host: host)
        let chosen = set < 0 ? [] : table.sets[Int(set)].entries
        let wildcard = host.firstIndex(of: ".").map { "*" + host[$0...] }
        let ownName = chosen.contains { $0.credential.facts.names.contains(host) }
        self.host = host
        self.reason = reason == .exact && !ownName ? .wildcard : reason
        self.entries = chosen
        self.now = now
        others = table.entries.sorted { $0.name < $1.name }.compactMap { entry in
            let facts = entry.credential.facts
            let isExact = facts.names.contains(host)
            guard isExact || wildcard.map(facts.names.contains) == true,
                !chosen.contains(where: { $0.credential === entry.credential })
            else { return nil }
            if !facts.isValid(at: now) { return (entry.name, "it is out of its time") }
            if ownName, !isExact { return (entry.name, "it has a wildcard only") }
            return (entry.name, "another of its kind ends later, or comes first by name")
        }
    }

    /// Whether clients that check certificates will be content with its time and names.
    public var isGood: Bool { trouble == nil }

    /// What clients that check certificates will not be content with; nil if nothing.
    public var trouble: String? {
        switch reason {
        case .refused: return "no certificate is for \(name), and the handshake is refused"
        case .fallback: return "no certificate is for \(name), which gets what all such get"
        case .exact, .wildcard:
            guard !entries.contains(where: { $0.credential.facts.isValid(at: now) }), let first = entries.first else {
                return nil
            }
            let facts = first.credential.facts
            return now > facts.notAfter
                ? "its certificate ended at \(UTCTime(facts.notAfter))"
                : "its certificate is not good before \(UTCTime(facts.notBefore))"
        }
    }

    private var name: String { host.isEmpty ? "a client that names no host" : host }

    /// Lines for people, each with its end.
    public var text: String {
        let why =
            switch reason {
            case .exact: "its own name is in"
            case .wildcard: "a wildcard for it is in"
            case .fallback: "no certificate is for it; it gets what all such get"
            case .refused: "no certificate is for it, and the handshake is refused"
            }
        var lines = ["\(name): \(why)"]
        for entry in entries {
            let facts = entry.credential.facts
            let time = facts.isValid(at: now) ? "until" : "out of its time:"
            lines.append("  \(entry.name)  \(facts.keyKind)  \(time) \(UTCTime(facts.notAfter))")
        }
        for other in others { lines.append("not \(other.name): \(other.reason)") }
        return lines.map { $0 + "\n" }.joined()
    }
}
