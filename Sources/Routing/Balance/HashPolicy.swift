/// What a service that is balanced by ``Balance/hash`` takes its key from.
public struct HashPolicy: Sendable, Equatable, Codable {
    /// Parts of a request that may be the key.
    public enum Source: String, Sendable, Codable, CaseIterable {
        /// The client's address.
        case source
        /// A field's value, the first one's if there are several.
        case header
        /// A cookie's value.
        case cookie
        /// A parameter's value in the query, as it was sent; without a name the whole query.
        case query
        /// The path in normal form.
        case path
        /// The path and the query.
        case uri
        /// The host in normal form.
        case host

        /// Whether it goes with a name.
        public var isNamed: Bool { self == .header || self == .cookie || self == .query }
    }

    /// The part.
    public var source = Source.source
    /// The name of the field, cookie or parameter; else empty.
    public var name = ""
    /// How much of an even share of the service's requests an endpoint may have at once, in percent (101 to 1000); 0: as much as
    /// comes.
    ///
    /// While it has more its keys go to their next endpoint.
    public var boundPercent = 0

    /// The client's address, without bound.
    public init() {}
}
