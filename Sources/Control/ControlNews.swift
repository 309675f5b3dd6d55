internal import KeyValue

/// What the controller is told between two turns.
struct ControlNews: Sendable {
    var services: ControlState.Listing?
    var routes: ControlState.Listing?
    var configuration: EdgeConfiguration?
    var acceptsHeld = false
    /// The last word of each watch on whether the store answers; nil inside: it does.
    var servicesOutage: KeyValueError??
    var routesOutage: KeyValueError??
    /// How the certificates stand.
    var certificates: CertificateStanding?
    /// What has come of reading the configuration anew.
    var reload: Reload?
    /// Why the last good table cannot be kept; nil inside: it can.
    var keepingFault: String??
    /// Orders of operators, in their order.
    var orders: [Order] = []
    /// When the first of all this came.
    var since: Duration?

    /// How a configuration was read anew.
    enum Reload: Sendable {
        /// It is in force, but for these keys.
        case taken([String])
        /// It cannot be used, and why.
        case unusable([String])
    }

    /// An operator's order about an endpoint, and who waits to hear what came of it.
    struct Order: Sendable {
        var place: OverrideBook.Place
        var order: EndpointOrder
        var answer: @Sendable (Result<EndpointOverride?, OrderRefusal>) -> Void
    }

    /// Takes up a watch's word.
    mutating func take(
        _ word: StoreFollower.Word, listing: WritableKeyPath<ControlNews, ControlState.Listing?>,
        outage: WritableKeyPath<ControlNews, KeyValueError??>
    ) {
        switch word {
        case .listing(var newest):
            newest.absorb(self[keyPath: listing])
            self[keyPath: listing] = newest
            self[keyPath: outage] = .some(nil)
        case .unavailable(let error): self[keyPath: outage] = .some(error)
        }
    }
}

extension ControlState.Listing {
    /// Whether an older event that nobody has looked at was told something that this one was not.
    mutating func absorb(_ older: ControlState.Listing?) {
        guard let older else { return }
        isRegressed = isRegressed || older.isRegressed
        isFirstAfterOutage = isFirstAfterOutage || older.isFirstAfterOutage
    }
}
