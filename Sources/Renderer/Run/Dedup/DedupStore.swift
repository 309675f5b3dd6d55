internal import Glibc
internal import KeyValue
internal import Logging

/// The store as ``DedupDesk`` needs it: follows templates' keys, and carries actions out.
struct DedupStore: Sendable {
    private let store: any KeyValueStore
    private let settings: DeduplicationSettings
    private let tell: @Sendable (DedupEvent) -> Void
    /// What others are told of this renderer.
    private let ownName: String

    /// - Parameter tell: is told what the store says, from any task.
    init(_ store: any KeyValueStore, _ settings: DeduplicationSettings, tell: @escaping @Sendable (DedupEvent) -> Void)
    {
        self.store = store
        self.settings = settings
        self.tell = tell
        ownName = "\(Self.hostName) (process \(getpid()))"
    }

    private static var hostName: String {
        let size = 256
        var name = [CChar](repeating: 0, count: size)
        // Safety: it writes no more than it is told there is room for.
        guard unsafe gethostname(&name, size - 1) == 0 else { return "a host without a name" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The store of a configuration, with waits of its own; nil if it is one that other renderers cannot reach.
    static func open(
        _ configuration: RenderConfiguration, environment: [String: String], logger: Logger
    ) throws(KeyValueError) -> (any KeyValueStore)? {
        let settings = configuration.deduplication
        func consul(_ url: StoreURL.Consul?) throws(KeyValueError) -> ConsulStore {
            var client = try configuration.consulClient(url, environment: environment)
            client.allowsStaleWatches = settings.maximumStaleness > .zero
            if settings.maximumStaleness > .zero { client.limits.staleMax = settings.maximumStaleness }
            if settings.blockQueryWait > .zero { client.limits.wait = settings.blockQueryWait }
            return try ConsulStore(client, logger: logger)
        }
        guard let text = configuration.store else { return try consul(nil) }
        let url = try StoreURL(text)
        if case .consul(let address) = url { return try consul(address) }
        // One process has it open, or it has no locks.
        if case .embedded = url { return nil }
        if case .file = url { return nil }
        return try openStore(url, environment: environment, logger: logger)
    }

    private func keys(_ hash: String) -> DedupKeys { DedupKeys(prefix: settings.prefix, hash: hash) }

    /// Follows a template's keys until the task is cancelled.
    func follow(_ hash: String) async {
        let keys = keys(hash)
        for await event in store.watch(prefix: keys.folder) {
            switch event {
            case .listing(let listing, _, _): tell(.seen(hash, keys.view(listing)))
            case .unavailable(let error): tell(.away(hash, error.description))
            }
        }
    }

    /// Does what is to be done at the store, and tells what came of it.
    func perform(_ action: DedupAction) async {
        switch action {
        case .makeSession:
            do throws(KeyValueError) {
                // What a lock's holder has begun is fenced by compare-and-set, so nobody need be held off.
                tell(
                    .sessionMade(
                        try await store.createSession(
                            name: "portico render", ttl: settings.timeToLive, behavior: .delete,
                            lockDelay: .milliseconds(1))))
            } catch {
                tell(.sessionFailed(error))
            }
        case .renewSession(let id):
            do throws(KeyValueError) {
                tell(.sessionRenewed(try await store.renewSession(id)))
            } catch {
                tell(.sessionFailed(error))
            }
        case .acquire(let hash, let session):
            do throws(KeyValueError) {
                let isOurs = try await store.acquire(
                    keys(hash).lock, value: Array(ownName.utf8), flags: 0, session: session)
                tell(.locked(hash, isOurs, session: session))
            } catch {
                tell(.lockFailed(hash, error))
            }
        case .publish(let hash, let answers, let session, let index):
            await publish(hash, answers, session: session, over: index)
        case .sweep(let keys):
            // What stays is swept when it is seen the next time.
            for key in keys { try? await store.delete(key) }
        case .hand, .isAway, .isBack, .log: break
        }
    }

    private func publish(_ hash: String, _ answers: SharedAnswers, session: String, over index: UInt64) async {
        let keys = keys(hash)
        do throws(KeyValueError) {
            guard let writing = keys.writing(answers, session: session, over: index) else {
                throw KeyValueError(.invalid, "\(keys.data): the answers are too many for the store")
            }
            for part in writing.parts { try await store.put(part.key, value: part.value, flags: 0) }
            tell(
                .published(
                    hash, try await store.compareAndSet(keys.data, value: writing.data, flags: 0, index: index)))
        } catch {
            tell(.publishFailed(hash, error))
        }
    }

    /// Ends the session, so that another renderer leads at once; not for longer than a moment.
    func end(_ session: String) async {
        let store = store
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await store.destroySession(session) }
            group.addTask { try? await Task.sleep(for: .seconds(2)) }
            await group.next()
            group.cancelAll()
        }
    }
}
