/// The way from a leaf up to its root, found among certificates in any order.
struct CertificateChain {
    /// From the leaf's issuer up, without the root.
    private(set) var intermediates: [Certificate] = []
    /// The self-signed certificate at the end, if it was among them.
    private(set) var root: Certificate?
    /// What has issued nothing on the way.
    private(set) var unused: [Certificate] = []

    /// Orders `others`, which may hold the leaf itself and doubles.
    init(leaf: Certificate, others: [Certificate]) {
        var rest: [Certificate] = []
        for other in others where !other.isSame(as: leaf) && !rest.contains(where: { $0.isSame(as: other) }) {
            rest.append(other)
        }
        var last = leaf
        // Each turn takes one away, so two that have issued each other end it too.
        while !CertificateFacts(last).isSelfSigned {
            let issuers = rest.indices.filter { rest[$0].issued(last) }
            // Of a root and its cross-signed double, or of an old and a renewed one: what lasts longest.
            let lasting = issuers.max { CertificateFacts(rest[$0]).notAfter < CertificateFacts(rest[$1]).notAfter }
            guard let lasting else { break }
            last = rest.remove(at: lasting)
            if CertificateFacts(last).isSelfSigned { root = last } else { intermediates.append(last) }
        }
        unused = rest
    }
}
