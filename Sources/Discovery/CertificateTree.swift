public import KeyValue
internal import Routing

/// A certificate and its key as the store has them, in PEM; not looked into here.
public struct CertificateText: Sendable, Equatable {
    /// The key of the certificate: `certs/shop/cert`.
    public let key: String
    /// What it is called: `shop`.
    public let name: String
    /// The certificate and its chain.
    public let certificates: [UInt8]
    /// The private key; nil where it is to be looked for with the certificates.
    public let privateKey: [UInt8]?
    /// The later revision of the two.
    public let revision: UInt64
}

/// The entries under the certificates' prefix: `<name>/cert` and `<name>/key`.
public struct CertificateTree: Sendable {
    /// The most octets of a certificate with its chain, or of a key.
    public static let maximumCount = 256 << 10

    /// The certificates, in the order of their keys.
    public private(set) var certificates: [CertificateText] = []
    /// Names of which something is there, but no certificate.
    public private(set) var broken: Set<String> = []
    /// Entries that were left out, each with its reason.
    public private(set) var problems: [DiscoveryProblem] = []
    private let prefix: String
    private let source: String

    /// An empty tree; see ``ServiceTree/init(prefix:source:)``.
    public init(prefix: String, source: String) {
        self.prefix = prefix
        self.source = source
    }

    /// Takes up `listing`.
    public mutating func update(_ listing: KeyValueListing) {
        certificates.removeAll()
        broken.removeAll()
        problems.removeAll()
        var halves: [String: (certificate: KeyValueEntry?, key: KeyValueEntry?)] = [:]
        for entry in listing.entries where entry.key.hasPrefix(prefix) {
            if entry.isFolder(under: prefix) { continue }
            let parts = entry.key.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, parts[1] == "cert" || parts[1] == "key" else {
                refuse(entry, "it is no certificate's: keys are \(prefix)NAME/cert and \(prefix)NAME/key")
                continue
            }
            let name = String(parts[0])
            guard entry.value.count <= Self.maximumCount else {
                refuse(entry, "it has \(entry.value.count) octets: at most \(Self.maximumCount) are read")
                broken.insert(name)
                continue
            }
            if parts[1] == "cert" {
                halves[name, default: (nil, nil)].certificate = entry
            } else {
                halves[name, default: (nil, nil)].key = entry
            }
        }
        for (name, half) in halves.sorted(by: { precedes($0.key, $1.key) }) where !broken.contains(name) {
            add(name, half.certificate, half.key)
        }
    }

    private mutating func add(_ name: String, _ certificate: KeyValueEntry?, _ key: KeyValueEntry?) {
        guard let certificate else {
            broken.insert(name)
            if let key { refuse(key, "there is no certificate for this key: write \(prefix)\(name)/cert") }
            return
        }
        certificates.append(
            CertificateText(
                key: certificate.key, name: name, certificates: certificate.value, privateKey: key?.value,
                revision: max(certificate.modifyIndex, key?.modifyIndex ?? 0)))
    }

    private mutating func refuse(_ entry: KeyValueEntry, _ reason: String) {
        problems.append(
            DiscoveryProblem(
                subject: entry.key, reason: reason,
                provenance: Provenance(source: "\(source):\(entry.key)", revision: entry.modifyIndex)))
    }
}
