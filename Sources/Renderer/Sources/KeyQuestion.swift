internal import KeyValue

/// A question about keys, and how a listing answers it.
struct KeyQuestion: Sendable {
    /// What is asked of the store: a key, or all keys that begin with something.
    let text: String
    let isPrefix: Bool
    /// Whether a key that is not there is no answer.
    private let blocks: Bool

    /// Where it is asked.
    let scope: QueryScope

    /// Nil if `question` is not about keys.
    init?(_ question: Dependency.Question) {
        switch question {
        case .store(.key(let key, let scope, let isBlocking)):
            (text, isPrefix, blocks, self.scope) = (Self.canonical(key), false, isBlocking, scope)
        case .store(.prefix(let prefix, let scope)):
            (text, isPrefix, blocks, self.scope) = (Self.canonical(prefix), true, false, scope)
        default: return nil
        }
    }

    /// What `listing` answers.
    ///
    /// - Parameter memory: what listings before it answered.
    func word(_ listing: KeyValueListing, isSuspect: Bool, memory: inout KeyPairMemory) -> SourceWord {
        if isPrefix { return .answer(.pairs(memory.pairs(of: listing.entries, below: text)), isSuspect: isSuspect) }
        let entry = listing.entries.first { $0.key == text }
        guard entry != nil || !blocks else { return .absent }
        return .answer(.value(entry?.value), isSuspect: isSuspect)
    }

    private static func canonical(_ key: String) -> String { key.hasPrefix("/") ? String(key.dropFirst()) : key }
}

/// The pairs of a listing, so that those of the next one are made only of what is new.
struct KeyPairMemory: Sendable {
    private var entries: [KeyValueEntry] = []
    private var pairs: [KeyPair] = []

    /// Nothing yet.
    init() {}

    /// The pairs of `entries`, which ascend by key and are all below `prefix`, as those before were.
    mutating func pairs(of next: [KeyValueEntry], below prefix: String) -> [KeyPair] {
        var made: [KeyPair] = []
        made.reserveCapacity(next.count)
        var old = 0
        for entry in next {
            while old < entries.count, entries[old] != entry, ConsulCatalog.precedes(entries[old].key, entry.key) {
                old += 1
            }
            if old < entries.count, entries[old] == entry {
                made.append(pairs[old])
                old += 1
            } else {
                made.append(KeyPair(entry, below: prefix))
            }
        }
        entries = next
        pairs = made
        return made
    }
}

extension KeyPair {
    fileprivate init(_ entry: KeyValueEntry, below prefix: String) {
        self.init(path: entry.key, below: prefix, value: entry.value)
        createIndex = entry.createIndex
        modifyIndex = entry.modifyIndex
        lockIndex = entry.lockIndex
        flags = entry.flags
        session = entry.session ?? ""
    }
}

extension AsyncStream where Element == KeyValueWatchEvent {
    /// Tells what `word` makes of each listing, but for what is the same as before.
    func follow(
        _ tell: @Sendable (SourceWord) -> Void,
        _ word: (_ listing: KeyValueListing, _ isSuspect: Bool) throws -> SourceWord
    ) async {
        var last: SourceWord?
        for await event in self {
            var next: SourceWord
            switch event {
            case .unavailable(let error): next = .unavailable(error.description)
            case .listing(let listing, let isRegressed, let isFirstAfterOutage):
                do {
                    next = try word(listing, isRegressed || isFirstAfterOutage)
                } catch {
                    next = .unavailable("\(error)")
                }
            }
            // After an outage the same answer is news too: the source is back.
            if case .answer(let answer, false) = next, case .answer(let before, _) = last, answer == before { continue }
            if next == last { continue }
            last = next
            tell(next)
        }
    }
}
