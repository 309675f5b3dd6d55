public import KeyValue
internal import Routing

/// A route of the store with the entry that it was read from.
public struct RouteEntry: Sendable {
    /// The whole key.
    public let key: String
    /// The value's octets.
    public let value: [UInt8]
    /// The store's revision when this value was first seen.
    public let revision: UInt64
    /// The route.
    public let document: RouteDocument
}

/// The entries under the routes' prefix, read; those with the same key and value are not read again.
public struct RouteTree: Sendable {
    /// The most octets of a route's document.
    public static let maximumCount = 64 << 10

    /// An entry that was read.
    private struct Parsed: Sendable {
        let value: [UInt8]
        let route: RouteEntry?
        let problems: [DiscoveryProblem]
    }

    /// The routes, in the order of their keys.
    public private(set) var routes: [RouteEntry] = []
    /// Entries that were left out, each with its reason.
    public private(set) var problems: [DiscoveryProblem] = []
    private var parsed: [String: Parsed] = [:]
    private let prefix: String
    private let source: String

    /// An empty tree; see ``ServiceTree/init(prefix:source:)``.
    public init(prefix: String, source: String) {
        self.prefix = prefix
        self.source = source
    }

    /// Takes up `listing`.
    public mutating func update(_ listing: KeyValueListing) {
        var next: [String: Parsed] = [:]
        routes.removeAll()
        problems.removeAll()
        for entry in listing.entries where entry.key.hasPrefix(prefix) {
            if entry.isFolder(under: prefix) { continue }
            let old = parsed[entry.key].flatMap { $0.value == entry.value ? $0 : nil }
            let item = old ?? read(entry)
            next[entry.key] = item
            if let route = item.route { routes.append(route) }
            problems += item.problems
        }
        parsed = next
    }

    private func read(_ entry: KeyValueEntry) -> Parsed {
        let provenance = Provenance(source: "\(source):\(entry.key)", revision: entry.modifyIndex)
        func refusal(_ reasons: [String]) -> Parsed {
            let problems = reasons.map {
                DiscoveryProblem(subject: entry.key, reason: $0, provenance: provenance)
            }
            return Parsed(value: entry.value, route: nil, problems: problems)
        }
        guard entry.value.count <= Self.maximumCount else {
            return refusal(["the document has \(entry.value.count) octets: at most \(Self.maximumCount) are read"])
        }
        guard let text = String(validating: entry.value, as: UTF8.self) else {
            return refusal(["the document is not UTF-8: it is a route in YAML or JSON"])
        }
        let name = String(entry.key.dropFirst(prefix.count))
        let reader = DocumentReader(source: entry.key)
        do {
            let node = try DocumentNode.parse(text, source: entry.key)
            if let document = reader.route(node, key: name, provenance: provenance) {
                let route = RouteEntry(
                    key: entry.key, value: entry.value, revision: entry.modifyIndex, document: document)
                return Parsed(value: entry.value, route: route, problems: [])
            }
        } catch {
            reader.report(error)
        }
        let errors = reader.errors.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
        return refusal(errors.map { "\($0.line):\($0.column): \($0.message)" })
    }
}
