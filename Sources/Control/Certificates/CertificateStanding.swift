internal import Discovery
internal import KeyValue

/// How the certificates of an edge stand, for the controller.
struct CertificateStanding: Sendable {
    /// Those in force.
    var certificates: [CertificateStatus] = []
    /// What stands in the way of something.
    var problems: [DiscoveryProblem] = []
    /// Why the store's certificates are not heard of, if they are not.
    var outage: KeyValueError?
    /// Whether each source was heard of, if only that it does not answer.
    var isReady = false
}
