public import KeyValue
internal import Routing

/// The entries under the services' prefix, read.
///
/// Of a new listing only what changed is read: entries are known by key and value, not by revision, so that a rewrite of
/// the same value (the refresh of a TTL) changes nothing.
public struct ServiceTree: Sendable {
    /// What an entry came to.
    private enum Outcome {
        /// An endpoint, and what is wrong with the routes that it brings along.
        case endpoint(EndpointEntry, [DiscoveryProblem])
        case problem(DiscoveryProblem)
        /// A folder's own key, or an endpoint that no HTTP table has (UDP).
        case ignored
    }

    /// An entry that was read.
    private final class Parsed: Sendable {
        let key: String
        let value: [UInt8]
        let endpoint: EndpointEntry?
        let problems: [DiscoveryProblem]

        init(_ entry: KeyValueEntry, _ outcome: Outcome) {
            key = entry.key
            value = entry.value
            switch outcome {
            case .endpoint(let item, let rest): (endpoint, problems) = (item, rest)
            case .problem(let item): (endpoint, problems) = (nil, [item])
            case .ignored: (endpoint, problems) = (nil, [])
            }
        }
    }

    /// The endpoints, in the order of their keys.
    public private(set) var endpoints: [EndpointEntry] = []
    /// Entries and routes of entries that were left out, each with its reason.
    public private(set) var problems: [DiscoveryProblem] = []
    private var parsed: [Parsed] = []
    private let prefix: String
    private let source: String

    /// An empty tree.
    ///
    /// - Parameters:
    ///   - prefix: the services' prefix, in ``StorePrefixes``'s form.
    ///   - source: what provenances begin with, such as `consul`.
    public init(prefix: String, source: String) {
        self.prefix = prefix
        self.source = source
    }

    /// Takes up `listing`: O(n) comparisons, and reads what is new.
    public mutating func update(_ listing: KeyValueListing) {
        var next: [Parsed] = []
        next.reserveCapacity(listing.entries.count)
        var old = parsed.startIndex
        for entry in listing.entries {
            var isKnown = false
            while old < parsed.endIndex {
                isKnown = parsed[old].key == entry.key
                if isKnown || !precedes(parsed[old].key, entry.key) { break }
                old += 1
            }
            if isKnown, parsed[old].value == entry.value {
                next.append(parsed[old])
            } else {
                next.append(Parsed(entry, read(entry)))
            }
            if isKnown { old += 1 }
        }
        parsed = next
        endpoints.removeAll(keepingCapacity: true)
        problems.removeAll()
        for item in next {
            if let endpoint = item.endpoint { endpoints.append(endpoint) }
            if !item.problems.isEmpty { problems += item.problems }
        }
    }

    private func read(_ entry: KeyValueEntry) -> Outcome {
        guard entry.key.hasPrefix(prefix) else { return .ignored }
        if entry.isFolder(under: prefix) { return .ignored }
        func problem(_ reason: String) -> DiscoveryProblem {
            let provenance = Provenance(source: "\(source):\(entry.key)", revision: entry.modifyIndex)
            return DiscoveryProblem(subject: entry.key, reason: reason, provenance: provenance)
        }
        do {
            let key = try EndpointKey(entry.key, prefix: prefix)
            guard key.transport == .tcp else { return .ignored }
            let value = try EndpointValue(entry.value)
            return .endpoint(
                EndpointEntry(entry, key: key, value: value, source: source), value.problems.map(problem))
        } catch {
            return .problem(problem(error.description))
        }
    }
}

/// Whether `first` comes before `second` in the order of their octets.
func precedes(_ first: String, _ second: String) -> Bool {
    first.utf8.lexicographicallyPrecedes(second.utf8)
}
