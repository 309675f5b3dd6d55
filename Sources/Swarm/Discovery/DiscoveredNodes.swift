internal import KeyValue

/// Which engines belong to the cluster, as its discovery says: a store's keys, a file, or a list.
///
/// What comes acts at once, and so does a node that leaves. A store that was wiped or restored says that nobody is there, while
/// all engines are: an answer that is empty, that takes more than half of four nodes or more at once, or that comes of a
/// store which may have forgotten something, is believed only after ``grace``. While one is held, whoever is missing from those
/// that follow it is waited for as well: a store that was wiped fills again node by node. What is added counts at once.
///
/// Pure: time is given, in any monotonic measure.
struct DiscoveredNodes: Sendable {
    /// What an answer has changed.
    struct Change: Sendable, Equatable {
        /// Nodes that are new.
        var added: [NodeAddress] = []
        /// Nodes that have left.
        var removed: [NodeAddress] = []
        /// What is wrong, one sentence each.
        var problems: [String] = []
    }

    /// How long a loss that looks like an accident must last to be believed.
    let grace: Duration
    /// The nodes of the cluster.
    private(set) var nodes: Set<NodeAddress> = []
    /// The nodes of the last answer, while it is not believed, and since when it is held.
    private var held: (nodes: Set<NodeAddress>, since: Duration)?

    /// Fewer nodes than this may all leave at once: a cluster that small is soon looked over.
    private static let small = 4

    init(grace: Duration = .seconds(60)) {
        self.grace = grace
    }

    /// When an answer that is held is to be believed; nil if none is.
    var deadline: Duration? { held.map { $0.since + grace } }

    /// Takes an answer: values of entries, `host:port` each.
    ///
    /// An empty value is one that is still being written, and counts for nothing. What is no address is told, and the others
    /// stand.
    ///
    /// - Parameter isDoubtful: the store was away before it, or went back in time: no loss is believed at once.
    mutating func take(
        _ values: [(source: String, value: String)], isDoubtful: Bool = false, now: Duration
    ) -> Change {
        var change = Change()
        var answer: Set<NodeAddress> = []
        for (source, value) in values where !value.isEmpty {
            if let address = NodeAddress(value) {
                answer.insert(address)
            } else {
                change.problems.append(
                    "\(source): \(JSONText.quoted(String(value.prefix(100)))) is no engine's address: write host:port")
            }
        }
        change.added = answer.subtracting(nodes).sorted()
        nodes.formUnion(answer)
        let leaving = nodes.subtracting(answer)
        let isHeldBack = !leaving.isEmpty && (isDoubtful || held != nil)
        guard isHeldBack || isSuspicious(leaving.count, of: nodes.count, isEmpty: answer.isEmpty) else {
            held = nil
            change.removed = leaving.sorted()
            nodes = answer
            return change
        }
        if held == nil {
            change.problems.append(
                "\(leaving.count) of \(nodes.count) nodes are gone from the discovery at once: they stay for \(grace)")
        }
        held = (answer, held?.since ?? now)
        change.removed = settle(now: now)
        return change
    }

    /// Believes an answer whose time has come; returns the nodes that have left.
    mutating func settle(now: Duration) -> [NodeAddress] {
        guard let held, held.since + grace <= now else { return [] }
        return accept(held.nodes)
    }

    /// Believes the answer that is held at once, by an operator's word; returns the nodes that have left.
    mutating func acceptHeld() -> [NodeAddress] {
        guard let held else { return [] }
        return accept(held.nodes)
    }

    private mutating func accept(_ answer: Set<NodeAddress>) -> [NodeAddress] {
        let removed = nodes.subtracting(answer).sorted()
        nodes = answer
        held = nil
        return removed
    }

    private func isSuspicious(_ leaving: Int, of count: Int, isEmpty: Bool) -> Bool {
        guard leaving > 0 else { return false }
        return isEmpty || (count >= Self.small && leaving * 2 > count)
    }
}
