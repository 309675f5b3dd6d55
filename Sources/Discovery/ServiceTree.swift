public import KeyValue
internal import Routing

/// The entries under the services' prefix, read.
///
/// Of a new listing only what changed is read: entries are known by key and value, not by revision, so that a rewrite of
/// the same value (the refresh of a TTL) changes nothing.
public struct ServiceTree: Sendable {
    /// What an entry came to.
    enum Outcome: Sendable {
        case endpoint(EndpointEntry)
        case problem(DiscoveryProblem)
        /// A folder's own key, or an endpoint that no HTTP table has (UDP).
        case ignored
    }

    /// An entry that was read.
    private struct Parsed: Sendable {
        let key: String
        let value: [UInt8]
        let outcome: Outcome
    }

    /// The endpoints, in the order of their keys.
    public private(set) var endpoints: [EndpointEntry] = []
    /// Entries that were left out, each with its reason.
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
            while old < parsed.endIndex, parsed[old].key != entry.key, precedes(parsed[old].key, entry.key) { old += 1 }
            if old < parsed.endIndex, parsed[old].key == entry.key, parsed[old].value == entry.value {
                next.append(parsed[old])
                old += 1
            } else {
                next.append(Parsed(key: entry.key, value: entry.value, outcome: read(entry)))
            }
        }
        parsed = next
        endpoints.removeAll(keepingCapacity: true)
        problems.removeAll()
        for item in next {
            switch item.outcome {
            case .endpoint(let endpoint): endpoints.append(endpoint)
            case .problem(let problem): problems.append(problem)
            case .ignored: break
            }
        }
    }

    private func read(_ entry: KeyValueEntry) -> Outcome {
        guard entry.key.hasPrefix(prefix) else { return .ignored }
        if entry.value.isEmpty, entry.key.hasSuffix("/") || entry.key == prefix { return .ignored }
        do {
            let key = try EndpointKey(entry.key, prefix: prefix)
            guard key.transport == .tcp else { return .ignored }
            let value = try EndpointValue(entry.value)
            if let name = value.applicationProtocol {
                throw Malformed("protocol is \"\(name)\": this version speaks http to endpoints")
            }
            return .endpoint(EndpointEntry(entry, key: key, value: value, source: source))
        } catch let error as Malformed {
            let provenance = Provenance(source: "\(source):\(entry.key)", revision: entry.modifyIndex)
            return .problem(
                DiscoveryProblem(subject: entry.key, reason: error.description, provenance: provenance))
        } catch {
            return .ignored
        }
    }
}

/// Whether `first` comes before `second` in the order of their octets.
func precedes(_ first: String, _ second: String) -> Bool {
    first.utf8.lexicographicallyPrecedes(second.utf8)
}
