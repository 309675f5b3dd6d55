/// The name of a service, with the tags that its instances have.
public struct CatalogSnippet: Sendable, Equatable {
    /// The name.
    public var name: String
    /// The tags, sorted.
    public var tags: [String]

    /// `name` with `tags`.
    public init(name: String, tags: [String] = []) {
        self.name = name
        self.tags = tags
    }
}
