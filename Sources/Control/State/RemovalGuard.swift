/// What a ``RemovalGuard`` may hold.
protocol Removable: Sendable {
    /// By which it is sorted and found again.
    var key: String { get }
    /// What it counts for when another takes its place.
    var group: String { get }
}

/// Holds back removals that look like a store gone wrong rather than like endpoints gone.
///
/// Held are: a change that takes more than half of all items of twenty or more at once, net of what comes for the same
/// group in the same change; and whatever is missing from an answer that comes back empty after the store was away, or
/// with its index gone backwards. Additions and changes act at once in any case, and so does every other removal. A hold
/// ends when its time is over, when what was missing is back, or when somebody accepts it.
///
/// Pure: time is given, in any monotonic measure.
struct RemovalGuard<Item: Removable>: Sendable {
    /// Why something is held.
    enum Reason: Sendable, Equatable {
        /// More than half went at once.
        case mass
        /// The store came back empty or went backwards.
        case outage
    }

    /// A hold in progress.
    struct Hold: Sendable, Equatable {
        /// Why.
        var reason: Reason
        /// When it ends.
        var deadline: Duration
        /// The keys that are held.
        var keys: Set<String>
    }

    /// Below so many items every removal is ordinary.
    static var massMinimum: Int { 20 }

    /// What is in force, held items among it, in the order of the keys.
    private(set) var view: [Item] = []
    /// The hold in progress, nil if nothing is held.
    private(set) var hold: Hold?
    /// How long a hold lasts.
    var grace: Duration
    /// What the store has, whatever is held.
    private var latest: [Item] = []

    /// One that holds removals for `grace`.
    init(grace: Duration) {
        self.grace = grace
    }

    /// Takes up what the store has now.
    ///
    /// - Parameters:
    ///   - isSuspect: the listing is empty after an outage, or its index went backwards.
    ///   - now: the time.
    mutating func update(_ items: [Item], isSuspect: Bool, now: Duration) {
        // What was held too long has gone before this answer, or it would count as missing from it once more.
        _ = expire(now: now)
        latest = items
        let missing = Self.missing(from: view, in: items)
        guard !missing.isEmpty else {
            hold = nil
            view = items
            return
        }
        let fresh = missing.filter { hold?.keys.contains($0.key) != true }
        // What is held counts neither as there nor as going, so an ordinary removal stays ordinary during a hold.
        let isMass = isMassRemoval(of: fresh, from: view.count - (missing.count - fresh.count), to: items)
        if !fresh.isEmpty, isSuspect || isMass {
            let deadline = hold?.deadline ?? now + grace
            let keys = Set(missing.map(\.key))
            hold = Hold(reason: isSuspect ? .outage : hold?.reason ?? .mass, deadline: deadline, keys: keys)
        } else if var hold {
            hold.keys.formIntersection(missing.map(\.key))
            let held = missing.filter { hold.keys.contains($0.key) }
            let isOver = hold.reason == .mass && !isMassRemoval(of: held, from: view.count, to: items)
            self.hold = hold.keys.isEmpty || isOver ? nil : hold
        }
        guard let hold else {
            view = items
            return
        }
        view = Self.merged(items, missing.filter { hold.keys.contains($0.key) })
    }

    /// Ends the hold if its time is over.
    ///
    /// - Returns: whether the view changed.
    mutating func expire(now: Duration) -> Bool {
        guard let hold, hold.deadline <= now else { return false }
        return accept()
    }

    /// Ends the hold: what was held goes.
    ///
    /// - Returns: whether the view changed.
    mutating func accept() -> Bool {
        guard hold != nil else { return false }
        hold = nil
        view = latest
        return true
    }

    /// Whether `gone` is more than half of `count` even if each counts as replaced by what came for its group.
    private func isMassRemoval(of gone: [Item], from count: Int, to items: [Item]) -> Bool {
        guard count >= Self.massMinimum, gone.count * 2 > count else { return false }
        var balance: [String: Int] = [:]
        for item in gone { balance[item.group, default: 0] += 1 }
        let known = Set(view.map(\.key))
        for item in items where balance[item.group] != nil && !known.contains(item.key) {
            balance[item.group, default: 0] -= 1
        }
        return balance.values.reduce(0) { $0 + max(0, $1) } * 2 > count
    }

    /// The items of `old` whose keys `new` does not have; both are sorted.
    private static func missing(from old: [Item], in new: [Item]) -> [Item] {
        var missing: [Item] = []
        var j = new.startIndex
        for item in old {
            let name = item.key
            var isThere = false
            while j < new.endIndex {
                isThere = new[j].key == name
                if isThere || !precedes(new[j].key, name) { break }
                j += 1
            }
            if isThere {
                j += 1
            } else {
                missing.append(item)
            }
        }
        return missing
    }

    /// Two sorted lists as one.
    private static func merged(_ first: [Item], _ second: [Item]) -> [Item] {
        var all: [Item] = []
        all.reserveCapacity(first.count + second.count)
        var i = first.startIndex
        for item in second {
            let name = item.key
            while i < first.endIndex, precedes(first[i].key, name) {
                all.append(first[i])
                i += 1
            }
            all.append(item)
        }
        all += first[i...]
        return all
    }

    private static func precedes(_ first: String, _ second: String) -> Bool {
        first.utf8.lexicographicallyPrecedes(second.utf8)
    }
}
