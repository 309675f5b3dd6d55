internal import Discovery
internal import FoundationEssentials
internal import KeyValue

/// What was in force, in a form that outlives the process: the store's entries that the last good table was made of, held
/// ones among them.
///
/// Entries rather than the table itself, so that a later run reads them with its own configuration, and knows what is
/// missing when the store answers again. On disk: a line that names the format, the octets' count and their checksum, then
/// JSON. A file in which any octet is changed or missing is refused.
struct TableSnapshot: Sendable, Equatable, Codable {
    /// One entry of the store.
    struct Entry: Sendable, Equatable, Codable {
        var key: String
        var value: String
        var revision: UInt64
    }

    /// The store's name: another store's entries are not for us.
    var store: String
    /// The number of the table in force.
    var generation: UInt64
    /// Entries of the services' prefix.
    var services: [Entry]
    /// Entries of the routes' prefix.
    var routes: [Entry]
    /// Orders of operators; nil: none, as in files of former versions.
    var overrides: [Override]?

    /// What was wrong; nil: nothing, as in files of former versions.
    var problems: [Problem]?

    /// Something that was wrong, by what makes it the same one when it is found again.
    struct Problem: Sendable, Equatable, Codable {
        var subject: String
        var reason: String
        var source: String
        /// Seconds since 1970 at which it appeared.
        var since: Int64
    }

    /// An operator's order.
    struct Override: Sendable, Equatable, Codable {
        var service: String
        var address: String
        var override: EndpointOverride
    }

    init(
        store: String, generation: UInt64, endpoints: [EndpointEntry], routes: [RouteEntry],
        overrides: [OverriddenEndpoint] = []
    ) {
        self.store = store
        self.generation = generation
        services = endpoints.map { Self.entry($0.key, $0.value, $0.revision) }
        self.routes = routes.map { Self.entry($0.key, $0.value, $0.revision) }
        guard !overrides.isEmpty else { return }
        self.overrides = overrides.map { Override(service: $0.service, address: $0.address, override: $0.override) }
    }

    /// The orders of operators.
    var overriddenEndpoints: [OverriddenEndpoint] {
        (overrides ?? []).map {
            OverriddenEndpoint(service: $0.service, address: $0.address, override: $0.override)
        }
    }

    /// Keeps since when `problems` stand.
    mutating func keep(_ problems: [StandingProblem]) {
        self.problems = problems.isEmpty ? nil : ProblemBook.kept(problems)
    }

    private static func entry(_ key: String, _ value: [UInt8], _ revision: UInt64) -> Entry {
        // Entries in force were read as UTF-8 before, so nothing is lost here.
        Entry(key: key, value: String(decoding: value, as: UTF8.self), revision: revision)
    }

    /// The services as the store would list them.
    var servicesListing: KeyValueListing { Self.listing(services) }
    /// The routes as the store would list them.
    var routesListing: KeyValueListing { Self.listing(routes) }

    private static func listing(_ entries: [Entry]) -> KeyValueListing {
        let sorted = entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return KeyValueListing(
            entries: sorted.map { KeyValueEntry(key: $0.key, value: Array($0.value.utf8), modifyIndex: $0.revision) },
            index: sorted.map(\.revision).max() ?? 0)
    }

    // MARK: Octets

    /// Why a file is no snapshot.
    struct Unreadable: Error, Sendable, Equatable, CustomStringConvertible {
        let description: String
    }

    private static let format = "portico-table 1"

    /// The snapshot as it lies on disk.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = Array(try encoder.encode(self))
        let header = "\(Self.format) \(body.count) \(Self.checksum(body[...]))\n"
        return Array(header.utf8) + body
    }

    /// The snapshot that `octets` are.
    init(decoding octets: [UInt8]) throws(Unreadable) {
        guard let end = octets.prefix(128).firstIndex(of: UInt8(ascii: "\n")) else {
            throw Unreadable(description: "its first line is missing")
        }
        let body = octets[(end + 1)...]
        let header = "\(Self.format) \(body.count) \(Self.checksum(body))"
        guard octets[..<end].elementsEqual(header.utf8) else {
            throw Unreadable(description: "its checksum or its length is not what its first line says")
        }
        do {
            self = try JSONDecoder().decode(TableSnapshot.self, from: Data(body))
        } catch {
            throw Unreadable(description: "its checksum is right but its content is of no known form")
        }
    }

    /// FNV-1a over 64 bits: every step is a bijection of the state, so no single changed octet goes unseen.
    private static func checksum(_ octets: ArraySlice<UInt8>) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for octet in octets { hash = (hash ^ UInt64(octet)) &* 0x0000_0100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
