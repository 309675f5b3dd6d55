internal import Certificates
internal import Discovery
internal import KeyValue
internal import Logging
internal import Synchronization

/// Follows the folders and the store's keys that certificates come from, and shows what is there at each listener.
///
/// A change is in force within a second: what happens in a folder is gathered for ``gathering``, so that the halves of a pair
/// may be written one after the other, then the folder is read as a whole. What each source means for the listeners is
/// ``CertificateState``'s to say.
final class CertificateWatcher: Sendable {
    /// What the watcher is told between two turns.
    struct News: Sendable {
        var finds: [String: CertificateFinds] = [:]
        var listing: ControlState.Listing?
        /// The last word on whether the store answers; nil inside: it does.
        var outage: KeyValueError??
        var answers: [(fingerprint: String, answer: Result<[UInt8], StapleFailure>)] = []
        var configuration: EdgeConfiguration?
        var acceptsHeld = false
    }

    /// How long changes of a folder are gathered before it is read.
    static let gathering: Duration = .milliseconds(150)
    /// A folder that cannot be watched is read this often.
    static let unwatchedInterval: Duration = .seconds(30)

    private let store: any KeyValueStore
    private let initial: EdgeConfiguration
    private let installer: any CertificateInstaller
    private let carrier: any OCSPCarrier
    private let clock: ControlClock
    private let logger: Logger
    private let report: @Sendable (CertificateStanding) -> Void
    private let inbox = Inbox(News())
    /// The folders that are followed, each with what waits for its changes.
    private let folders = Mutex<[String: FolderMonitor?]>([:])

    /// A watcher for the listeners of `configuration`; nil if none of them does TLS or nobody is to show certificates.
    init?(
        store: any KeyValueStore, configuration: EdgeConfiguration, surroundings: Controller.Surroundings,
        report: @escaping @Sendable (CertificateStanding) -> Void
    ) {
        guard let installer = surroundings.certificateInstaller,
            configuration.listeners.contains(where: { $0.certificates != nil })
        else { return nil }
        self.store = store
        self.installer = installer
        self.report = report
        initial = configuration
        carrier = surroundings.carrier
        clock = surroundings.clock
        logger = surroundings.logger
    }

    /// Takes up other sources, and reads all folders anew.
    func reload(_ configuration: EdgeConfiguration) {
        inbox.post { $0.configuration = configuration }
        rescan()
    }

    /// Lets go at once what is held back.
    func acceptHeld() { inbox.post { $0.acceptsHeld = true } }

    /// Follows all sources until the task is cancelled.
    func run() async {
        let follower = StoreFollower(store: store, clock: clock, logger: logger)
        await withDiscardingTaskGroup { group in
            group.addTask { [inbox, prefix = initial.prefixes.certificates] in
                await follower.follow(prefix) { word in inbox.post { $0.take(word) } }
            }
            var state = CertificateState(configuration: initial, storeName: store.name)
            var alarm = Alarm()
            inbox.wake()
            for await _ in inbox.bell {
                step(&state, inbox.take())
                follow(state.folders, in: &group)
                ask(state.questions(wall: clock.wallSeconds()), in: &group)
                if state.takeRescan(now: clock.now()) { rescan() }
                let deadline = state.nextDeadline(now: clock.now(), wall: clock.wallSeconds())
                alarm.set(deadline, clock: clock) { [inbox] in inbox.wake() }
            }
            alarm.cancel()
        }
    }

    private func step(_ state: inout CertificateState, _ news: News) {
        let (now, wall) = (clock.now(), clock.wallSeconds())
        if let configuration = news.configuration { state.take(configuration) }
        for (folder, finds) in news.finds { state.take(finds, of: folder, now: now) }
        if let listing = news.listing { state.take(listing, now: now) }
        if let outage = news.outage { state.take(outage: outage) }
        for (fingerprint, answer) in news.answers { state.take(answer, of: fingerprint, wall: wall) }
        if news.acceptsHeld { state.acceptHeld() }
        for installation in state.advance(now: now, wall: wall) {
            installer.install(certificates: installation.table, at: installation.listener.index)
            if !installation.changes.isEmpty {
                logger.info("certificates at \(installation.listener.name): \(installation.changes)")
            }
        }
        report(
            CertificateStanding(
                certificates: state.certificates(wall: wall), problems: state.problems(now: now, wall: wall),
                outage: state.outage, isReady: state.isReady))
    }

    // MARK: OCSP

    private func ask(_ questions: [StapleBook.Question], in group: inout DiscardingTaskGroup) {
        for question in questions {
            group.addTask { [carrier, inbox] in
                let answer: Result<[UInt8], StapleFailure>
                do throws(StapleFailure) {
                    answer = .success(
                        try await carrier.answer(
                            to: question.exchange.request, from: question.exchange.responder))
                } catch {
                    answer = .failure(error)
                }
                inbox.post { $0.answers.append((question.fingerprint, answer)) }
            }
        }
    }

    // MARK: Folders

    /// Has all folders read anew.
    private func rescan() {
        for monitor in folders.withLock({ Array($0.values) }) { monitor?.wake() }
    }

    /// Follows those of `wanted` that are not followed yet, and no longer those that are not wanted.
    private func follow(_ wanted: Set<String>, in group: inout DiscardingTaskGroup) {
        let (fresh, left) = folders.withLock { folders in
            let left = folders.filter { !wanted.contains($0.key) }
            folders = folders.filter { wanted.contains($0.key) }
            var fresh: [(path: String, monitor: FolderMonitor?)] = []
            for path in wanted where folders[path] == nil {
                let monitor = monitor(path)
                folders[path] = .some(monitor)
                fresh.append((path, monitor))
            }
            return (fresh, left)
        }
        for monitor in left.values { monitor?.wake() }
        for (path, monitor) in fresh {
            group.addTask { await self.follow(path, monitor) }
        }
    }

    private func monitor(_ path: String) -> FolderMonitor? {
        do {
            return try FolderMonitor(path)
        } catch {
            logger.warning(
                "\(path) cannot be watched and is read every \(Self.unwatchedInterval) instead: \(error.description)")
            return nil
        }
    }

    private func follow(_ path: String, _ monitor: FolderMonitor?) async {
        var watched = [path]
        while !Task.isCancelled, folders.withLock({ $0[path] != nil }) {
            let finds = read(path, &watched, monitor)
            inbox.post { $0.finds[path] = finds }
            if let monitor {
                guard await monitor.waitForChange() else { return }
                try? await clock.sleep(clock.now() + Self.gathering)
            } else {
                try? await clock.sleep(clock.now() + Self.unwatchedInterval)
            }
        }
    }

    /// Reads a folder, watched from before the first look on: `watched` are the folders that belong to it.
    private func read(_ path: String, _ watched: inout [String], _ monitor: FolderMonitor?) -> CertificateFinds {
        var finds = CertificateFinds()
        // Where links lead is known only afterwards; then what happened there meanwhile is not.
        for _ in 0..<8 {
            monitor?.arm(watched)
            let contents = CertificateFolder.scan(path, now: clock.wallSeconds())
            finds = CertificateFinds(contents)
            if contents.watchedPaths == watched { break }
            watched = contents.watchedPaths
        }
        return finds
    }
}

extension CertificateWatcher.News {
    /// Takes up the store's word.
    fileprivate mutating func take(_ word: StoreFollower.Word) {
        switch word {
        case .listing(var newest):
            newest.absorb(listing)
            listing = newest
            outage = .some(nil)
        case .unavailable(let error): outage = .some(error)
        }
    }
}
