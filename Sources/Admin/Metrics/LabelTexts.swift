internal import Gateway
internal import Routing
internal import Synchronization

/// The labels of many, each in the form in which it stands between braces: one text, made once and written often.
struct LabelTexts: Sendable {
    /// What the label of all says that have no metrics of their own; no name of anything has two low lines at its ends.
    static let other = "__other__"

    private(set) var octets: [UInt8] = []
    private var ends: [Int] = []

    /// How many there are.
    var count: Int { ends.count }

    /// One that makes room for `count`.
    init(count: Int) {
        ends.reserveCapacity(count)
        // A name or two, with what stands around them.
        octets.reserveCapacity(count * 64)
    }

    /// One name's values.
    init(_ name: String, _ values: some Collection<String>) {
        self.init(count: values.count)
        for value in values { append((name, value)) }
    }

    /// Adds one more.
    mutating func append(_ pairs: (name: String, value: Substring)...) {
        for (place, pair) in pairs.enumerated() {
            if place > 0 { octets.append(UInt8(ascii: ",")) }
            ExpositionWriter.write(pair.name, pair.value.utf8, to: &octets)
        }
        ends.append(octets.count)
    }

    /// Adds one more.
    mutating func append(_ pair: (name: String, value: String)) { append((pair.name, pair.value[...])) }

    /// Where in `octets` a label stands.
    subscript(index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }
}

/// The labels of a table's routes, services and endpoints, as far as these have metrics of their own; one more of each where
/// others are summed.
struct TableLabels: Sendable {
    var routes: LabelTexts
    var services: LabelTexts
    var endpoints: LabelTexts

    init(_ table: RoutingTable, _ caps: EdgeMetrics.Caps) {
        routes = LabelTexts("route", table.routeNames.prefix(caps.routes))
        if table.routeNames.count > caps.routes { routes.append(("route", LabelTexts.other)) }
        services = LabelTexts("service", table.serviceNames.prefix(caps.services))
        if table.serviceNames.count > caps.services { services.append(("service", LabelTexts.other)) }
        endpoints = LabelTexts(count: min(table.states.count, caps.endpoints) + 1)
        for state in table.states.prefix(caps.endpoints) {
            // The identity begins with the service's name, which has no slash.
            let identity = state.identity
            let slash = identity.firstIndex(of: "/") ?? identity.endIndex
            endpoints.append(("service", identity[..<slash]), ("endpoint", identity[slash...].dropFirst()))
        }
        guard table.states.count > caps.endpoints else { return }
        endpoints.append(("service", LabelTexts.other[...]), ("endpoint", LabelTexts.other[...]))
    }
}

/// Keeps the labels of the table that was asked about last.
final class LabelBook: Sendable {
    private let last = Mutex<(generation: UInt64, labels: TableLabels)?>(nil)

    /// The labels of `table`.
    func labels(of table: RoutingTable, _ caps: EdgeMetrics.Caps) -> TableLabels {
        if let known = last.withLock({ $0 }), known.generation == table.generation { return known.labels }
        let fresh = TableLabels(table, caps)
        last.withLock { $0 = (table.generation, fresh) }
        return fresh
    }
}
