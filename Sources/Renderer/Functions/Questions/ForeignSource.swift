/// A source of answers that not every set-up has.
///
/// A function that needs one which a pass does not name fails and says so.
public enum ForeignSource: String, Sendable, Hashable, CaseIterable {
    /// Vault: `secret`, `secrets`, `pkiCert`.
    case vault
    /// Nomad: `nomadService`, `nomadVar` and others.
    case nomad
    /// Consul's Connect certificates: `caRoots`, `caLeaf`.
    case connectCA
    /// Consul Enterprise and peerings: `partitions`, `peerings`, `exportedServices`.
    case peering

    /// The name that messages tell.
    var title: String {
        switch self {
        case .vault: "Vault"
        case .nomad: "Nomad"
        case .connectCA: "Consul Connect CA"
        case .peering: "Consul Enterprise or peering"
        }
    }
}
