internal import KeyValue
internal import Logging

/// What tells the engines of a cluster, opened.
struct DiscoverySource: Sendable {
    /// A store, and what is to be known of it.
    struct Store: Sendable {
        var store: any KeyValueStore
        var keys: SwarmKeys
        var kind: StoreKind

        /// What is kept beside values: nothing where nothing can be.
        var flags: UInt64 { kind.keepsFlags ? SwarmKeys.flags : 0 }
    }

    /// What is told at one time.
    enum Answer: Sendable {
        /// Values that stand for engines, with where they are from.
        ///
        /// `isDoubtful` if the store was away before, or went back in time.
        case engines([(source: String, value: String)], isDoubtful: Bool)
        /// Nothing is, for this reason: what was told last holds.
        case problem(String)
    }

    private enum Kind: Sendable {
        case store(Store)
        case file(path: String)
        case nodes([NodeAddress])
    }

    /// Without secrets, for logs.
    let name: String
    private let kind: Kind

    /// Engines that are in a store.
    init(_ store: Store) {
        name = store.store.name
        kind = .store(store)
    }

    /// Opens what a URL names; no store is asked yet.
    ///
    /// - Throws: ``SwarmUsageError`` for what the environment or a directory makes impossible.
    init(
        _ url: DiscoveryURL, options: DiscoveryOptions, environment: [String: String], logger: Logger
    ) throws(SwarmUsageError) {
        name = url.description
        switch url.place {
        case .file(let path): kind = .file(path: path)
        case .nodes(let nodes): kind = .nodes(nodes)
        case .store(let place):
            var (url, environment) = (place.store, environment)
            Self.apply(options, to: &url, &environment)
            do throws(KeyValueError) {
                let store = try openStore(url, environment: environment, logger: logger)
                kind = .store(
                    Store(
                        store: store, keys: SwarmKeys(prefix: place.prefix ?? "", path: options.path),
                        kind: StoreKind(url)))
            } catch {
                throw SwarmUsageError("discovery: \(error)")
            }
        }
    }

    /// The store; nil if it is none that entries can be written to.
    var store: Store? {
        guard case .store(let store) = kind else { return nil }
        return store
    }

    /// The files of `--discovery-opt` stand where the stores' own variables do.
    private static func apply(
        _ options: DiscoveryOptions, to url: inout StoreURL, _ environment: inout [String: String]
    ) {
        guard options.isTLS else { return }
        var names = (authority: "", certificate: "", key: "")
        switch url {
        case .consul(var consul):
            consul.isTLS = true
            url = .consul(consul)
            names = ("CONSUL_CACERT", "CONSUL_CLIENT_CERT", "CONSUL_CLIENT_KEY")
        case .etcd(var etcd):
            etcd.isTLS = true
            url = .etcd(etcd)
            names = ("ETCDCTL_CACERT", "ETCDCTL_CERT", "ETCDCTL_KEY")
        case .embedded, .file, .consulCatalog: return
        }
        for (name, file) in [
            (names.authority, options.authority), (names.certificate, options.certificate), (names.key, options.key),
        ] where !file.isEmpty {
            environment[name] = file
        }
    }

    // MARK: Following

    /// Tells what there is, and again whenever it may have changed, until the task is cancelled or there is nothing more to
    /// be told.
    ///
    /// - Parameter heartbeat: how often a file is read if no change of it is noticed.
    func follow(heartbeat: Duration, _ tell: @Sendable (Answer) -> Void) async {
        switch kind {
        case .nodes(let nodes):
            tell(.engines(nodes.map { ("nodes://", $0.description) }, isDoubtful: false))
        case .file(let path): await Self.follow(path, heartbeat, tell)
        case .store(let store):
            for await event in store.store.watch(prefix: store.keys.watched) {
                switch event {
                case .listing(let listing, let isRegressed, let isFirstAfterOutage):
                    tell(
                        .engines(
                            store.keys.engines(listing.entries), isDoubtful: isRegressed || isFirstAfterOutage))
                case .unavailable(let error): tell(.problem("\(error)"))
                }
            }
        }
    }

    private static func follow(_ path: String, _ heartbeat: Duration, _ tell: (Answer) -> Void) async {
        // Without inotify the file is read at each heartbeat all the same.
        let monitor = try? FileMonitor(path)
        while !Task.isCancelled {
            let watching = monitor?.arm()
            tell(read(path))
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await Task.sleep(for: heartbeat) }
                if let monitor, let watching {
                    group.addTask { _ = await monitor.waitForChange(watching) }
                }
                await group.next()
                group.cancelAll()
            }
        }
    }

    private static func read(_ path: String) -> Answer {
        do throws(KeyValueError) {
            guard let octets = try FileOnDisk.read(path) else { return .problem("file://\(path): no such file") }
            do throws(SwarmUsageError) {
                let nodes = try NodeList.parse(file: String(decoding: octets, as: UTF8.self))
                return .engines(nodes.map { (path, $0.description) }, isDoubtful: false)
            } catch {
                return .problem("file://\(path): \(error)")
            }
        } catch {
            return .problem("\(error)")
        }
    }
}
