/// What a run that shares its questions with others has for it.
struct RunDedup {
    /// Decides.
    var desk: DedupDesk
    /// Carries out.
    let store: DedupStore
    /// The hashes of the templates' texts, in their order.
    let hashes: [String]
    /// What follows the templates' keys.
    let watches: [Task<Void, Never>]
}
