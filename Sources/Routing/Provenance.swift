/// Where a route or an endpoint came from.
public struct Provenance: Sendable, Equatable, Hashable, Codable {
    /// `portico.yaml:12:3` or `consul:services/web-80/h1:c1:80`.
    public var source: String
    /// The store's revision (Consul's ModifyIndex), 0 for files.
    public var revision: UInt64

    /// A fact read from `source` at `revision`.
    public init(source: String, revision: UInt64 = 0) {
        self.source = source
        self.revision = revision
    }
}
