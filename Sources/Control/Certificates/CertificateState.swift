internal import Certificates
internal import Discovery
internal import KeyValue

/// What is known of the certificates of all listeners, and the tables that follow from it: a pure state machine around which
/// ``CertificateWatcher`` does the reading, asking and waiting.
struct CertificateState: Sendable {
    /// A listener that does TLS.
    struct Listener: Sendable {
        /// Its place in the configuration that the edge was started with.
        var index: Int
        var name: String
        var folder: String
        /// Whether somebody chose the folder.
        var isFolderNamed: Bool
        var source: CertificateSource
    }

    /// What a listener was last given.
    private struct Shown: Sendable {
        var rows: [CertificateRow]
        var fallback: CertificateTable.Fallback
    }

    /// A table to be installed, and what is new in it.
    struct Installation: Sendable {
        var listener: Listener
        var table: CertificateTable
        var changes: String
    }

    private(set) var listeners: [Listener]
    private var shelves: [String: CertificateShelf] = [:]
    private var store: StoreCertificates
    private var storeShelf = CertificateShelf()
    private var isStoreHeard = false
    private(set) var outage: KeyValueError?
    private var book = StapleBook()
    private var shown: [Int: Shown] = [:]
    private var lastRescan: Duration?
    private var isBoundaryPassed = false
    private var boundary: Int64?
    private let storeName: String

    /// Folders are read anew this often even if nothing changes: what they hold gets older.
    static let rescanInterval: Duration = .seconds(86_400)
    /// Waits end after this in any case: the wall's clock may have been set.
    static let waitLimit: Duration = .seconds(3_600)

    init(configuration: EdgeConfiguration, storeName: String) {
        self.storeName = storeName
        listeners = configuration.listeners.enumerated().compactMap { index, listener in
            listener.certificates.map {
                Listener(
                    index: index, name: listener.name, folder: Self.folder($0, configuration),
                    isFolderNamed: configuration.namesFolder(of: $0), source: $0)
            }
        }
        store = StoreCertificates(
            prefix: configuration.prefixes.certificates, source: String(storeName.prefix { $0 != ":" }),
            grace: configuration.storeGrace)
    }

    private static func folder(_ source: CertificateSource, _ configuration: EdgeConfiguration) -> String {
        var path = configuration.folder(of: source)
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    /// The folders that are to be read.
    var folders: Set<String> { Set(listeners.map(\.folder)) }

    /// Whether every source was heard of.
    var isReady: Bool { (isStoreHeard || outage != nil) && folders.allSatisfy { shelves[$0] != nil } }

    // MARK: Events

    /// A configuration that was read anew: other sources for the listeners that there are.
    mutating func take(_ configuration: EdgeConfiguration) {
        store.grace = configuration.storeGrace
        for place in listeners.indices {
            let name = listeners[place].name
            guard let source = configuration.listeners.first(where: { $0.name == name })?.certificates else { continue }
            listeners[place].source = source
            listeners[place].folder = Self.folder(source, configuration)
            listeners[place].isFolderNamed = configuration.namesFolder(of: source)
        }
        let wanted = folders
        shelves = shelves.filter { wanted.contains($0.key) }
    }

    /// What a folder holds now.
    mutating func take(_ finds: CertificateFinds, of folder: String, now: Duration) {
        guard folders.contains(folder) else { return }
        shelves[folder, default: CertificateShelf()].take(finds, now: now)
    }

    /// What the store holds now.
    mutating func take(_ listing: ControlState.Listing, now: Duration) {
        store.take(listing, now: now)
        isStoreHeard = true
    }

    /// Whether the store answers.
    mutating func take(outage: KeyValueError?) { self.outage = outage }

    /// An OCSP responder's answer.
    mutating func take(_ answer: Result<[UInt8], StapleFailure>, of fingerprint: String, wall: Int64) {
        book.take(answer, of: fingerprint, wall: wall)
    }

    /// What is held back goes.
    mutating func acceptHeld() { store.acceptHeld() }

    // MARK: What follows

    /// The tables that differ from those that were installed before.
    mutating func advance(now: Duration, wall: Int64) -> [Installation] {
        for folder in shelves.keys { shelves[folder]?.expire(now: now) }
        store.expire(now: now)
        storeShelf.take(store.finds(wall: wall), now: now)
        book.update(listeners.filter(\.source.staples).flatMap { entries(of: $0) })
        if let boundary, boundary <= wall { isBoundaryPassed = true }
        boundary = nextBoundary(after: wall)
        return listeners.compactMap { install($0, wall: wall) }
    }

    private mutating func install(_ listener: Listener, wall: Int64) -> Installation? {
        // Before its folder was read it would be shown to be empty.
        guard shelves[listener.folder] != nil else { return nil }
        let rows = entries(of: listener).map { entry in
            let facts = entry.credential.facts
            let staple = listener.source.staples ? book.staple(of: facts.fingerprint, wall: wall) : nil
            return CertificateRow(entry: entry, staple: staple, isValid: facts.isValid(at: wall))
        }
        let old = shown[listener.index]
        if let old, old.rows == rows, old.fallback == listener.source.fallback { return nil }
        shown[listener.index] = Shown(rows: rows, fallback: listener.source.fallback)
        let table = CertificateTable(rows.map(\.stapled), fallback: listener.source.fallback, now: wall)
        return Installation(
            listener: listener, table: table, changes: CertificateRow.changes(from: old?.rows ?? [], to: rows))
    }

    /// A listener's certificates: its folder's and the store's.
    private func entries(of listener: Listener) -> [CertificateTable.Entry] {
        (shelves[listener.folder]?.entries ?? []) + storeShelf.entries
    }

    /// When a certificate begins or ends to be good next.
    private func nextBoundary(after wall: Int64) -> Int64? {
        listeners.flatMap { entries(of: $0) }.flatMap { entry in
            [entry.credential.facts.notBefore, entry.credential.facts.notAfter + 1]
        }.filter { $0 > wall }.min()
    }

    /// What OCSP responders are to be asked now.
    mutating func questions(wall: Int64) -> [StapleBook.Question] { book.questions(wall: wall) }

    /// Whether folders are to be read anew, told once.
    mutating func takeRescan(now: Duration) -> Bool {
        let last = lastRescan ?? now
        let isDue = isBoundaryPassed || last + Self.rescanInterval <= now
        isBoundaryPassed = false
        lastRescan = isDue ? now : last
        return isDue
    }

    /// When something happens by itself next.
    func nextDeadline(now: Duration, wall: Int64) -> Duration {
        let shelf = (shelves.values + [storeShelf]).compactMap { $0.nextDeadline(now: now) }.min()
        let time = [book.nextTime(wall: wall), boundary].compactMap { $0 }.min()
        let wait = time.map { now + .seconds(max(0, $0 - wall)) }
        return [shelf, wait, store.held.hold?.deadline, now + Self.waitLimit].compactMap { $0 }.min() ?? now
    }

    // MARK: How it stands

    /// What stands in the way of something.
    func problems(now: Duration, wall: Int64) -> [DiscoveryProblem] {
        var problems = shelves.sorted { $0.key < $1.key }.flatMap { folder, shelf in
            isUnneeded(folder) ? [] : shelf.problems(now: now)
        }
        problems += storeShelf.problems(now: now) + book.problems(wall: wall)
        if let hold = store.held.hold {
            problems.append(
                DiscoveryProblem(
                    subject: "held certificates",
                    reason: "\(hold.keys.count) certificates are gone from the store but still served, for "
                        + (hold.reason == .outage ? "the store came back without them" : "more than half went at once")
                        + ": they go after \(store.grace), or stay if they come back", provenance: nil))
        }
        return isReady ? problems + listeners.compactMap { problem(of: $0) } : problems
    }

    /// Whether a folder that cannot be read is one that nobody has named, beside a store that has certificates.
    private func isUnneeded(_ folder: String) -> Bool {
        guard let shelf = shelves[folder], !shelf.isReadable, shelf.entries.isEmpty else { return false }
        return !storeShelf.entries.isEmpty && !listeners.contains { $0.folder == folder && $0.isFolderNamed }
    }

    private func problem(of listener: Listener) -> DiscoveryProblem? {
        let entries = entries(of: listener)
        let subject = "listener \(listener.name)"
        if entries.isEmpty {
            return DiscoveryProblem(
                subject: subject,
                reason: "there is no certificate for it, so every handshake is refused: put NAME.pem and NAME.key into "
                    + "\(listener.folder)/, or write the store's \(store.keyForm)", provenance: nil)
        }
        if case .named(let name) = listener.source.fallback, name != "default",
            !entries.contains(where: { $0.name == name })
        {
            return DiscoveryProblem(
                subject: subject,
                reason: "default is \"\(name)\", but no certificate is called that, so clients that no certificate is "
                    + "for are refused", provenance: nil)
        }
        return nil
    }

    /// The certificates in force.
    func certificates(wall: Int64) -> [CertificateStatus] {
        let sources =
            shelves.sorted { $0.key < $1.key }.map { folder, shelf in
                (folder, shelf, listeners.filter { $0.folder == folder })
            } + [(storeName, storeShelf, listeners)]
        return sources.flatMap { source, shelf, listeners in
            shelf.entries.map { entry in
                let facts = entry.credential.facts
                return CertificateStatus(
                    name: entry.name, source: source, hosts: facts.names, notBefore: facts.notBefore,
                    notAfter: facts.notAfter, keyKind: facts.keyKind.description, fingerprint: facts.fingerprint,
                    stapledUntil: book.staple(of: facts.fingerprint, wall: wall)?.goodUntil,
                    isFormer: shelf.former.contains(entry.name), listeners: listeners.map(\.name))
            }
        }
    }
}
