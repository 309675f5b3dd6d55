internal import Discovery
internal import KeyValue
internal import Routing

/// What Consul's catalog would say, from the endpoints under `services/`: one watch, however many ask.
///
/// | question | answer |
/// |---|---|
/// | `services` | the services by their whole names, `web-80`, with the tags of all endpoints |
/// | `service "web-80"` | its endpoints; `service "web"` all of `web-80`, `web-443` and so on, unless there is a `web` itself |
/// | `nodes`, `node` | the Docker hosts that the keys name, with the endpoints on them |
/// | `datacenters` | `dc1` |
///
/// An endpoint passes its checks; one that drains is in maintenance. Its weight is the instance's weight, its `tags` attribute
/// the tags (with commas), and its other attributes are the instance's meta data, `backup` and `protocol` among them. The node
/// is the Docker host, the id the last part of the key.
actor StoreCatalog {
    private struct Follower {
        var dependency: Dependency
        var last: Answer?
        var tell: @Sendable (SourceWord) -> Void
    }

    private static let datacenter = "dc1"

    private let store: any KeyValueStore
    private let prefix = StorePrefixes().services
    private var tree: ServiceTree
    private var index = ServiceIndex()
    /// Instances by service, made anew only for services that changed.
    private var instances: [String: (group: ServiceGroup, instances: [HealthService])] = [:]
    /// Whole names by the name without a port.
    private var families: [String: [String]] = [:]
    private var followers: [Int: Follower] = [:]
    private var lastNumber = 0
    private var isKnown = false
    private var outage: String?
    private var watch: Task<Void, Never>?

    init(_ store: any KeyValueStore) {
        self.store = store
        tree = ServiceTree(prefix: StorePrefixes().services, source: store.name)
    }

    deinit { watch?.cancel() }

    /// Follows one question until the task is cancelled.
    func follow(_ dependency: Dependency, _ tell: @escaping @Sendable (SourceWord) -> Void) async {
        lastNumber += 1
        let number = lastNumber
        followers[number] = Follower(dependency: dependency, tell: tell)
        begin()
        if let outage { tell(.unavailable(outage)) } else if isKnown { answer(number, isSuspect: false) }
        // Ends when the task is cancelled, and never before.
        let (end, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        for await _ in end { continue }
        continuation.finish()
        followers[number] = nil
        if followers.isEmpty {
            watch?.cancel()
            watch = nil
            isKnown = false
        }
    }

    private func begin() {
        guard watch == nil else { return }
        let events = store.watch(prefix: prefix)
        watch = Task { [weak self] in
            for await event in events { await self?.take(event) }
        }
    }

    private func take(_ event: KeyValueWatchEvent) {
        switch event {
        case .unavailable(let error):
            outage = error.description
            for follower in followers.values { follower.tell(.unavailable(error.description)) }
        case .listing(let listing, let isRegressed, let isFirstAfterOutage):
            outage = nil
            isKnown = true
            tree.update(listing)
            index.update(tree.endpoints, now: .zero)
            let changed = update()
            let isSuspect = isRegressed || isFirstAfterOutage
            for (number, follower) in followers {
                // Thousands may follow one service each.
                if !isSuspect, follower.last != nil, case .store(.service(let query)) = follower.dependency.question,
                    !changed.contains(query.name)
                {
                    continue
                }
                answer(number, isSuspect: isSuspect)
            }
        }
    }

    /// Takes up the services as they are now.
    ///
    /// - Returns: the names by which something has changed, whole ones and those without a port.
    private func update() -> Set<String> {
        var changed: Set<String> = []
        var next: [String: (group: ServiceGroup, instances: [HealthService])] = [:]
        families = [:]
        for group in index.groups where !group.isVanished {
            if let known = instances[group.name], known.group === group {
                next[group.name] = known
            } else {
                next[group.name] = (group, group.entries.map { instance($0, of: group.name) })
                changed.insert(group.name)
                if let base = group.base { changed.insert(base) }
            }
            if let base = group.base { families[base, default: []].append(group.name) }
        }
        for (name, known) in instances where next[name] == nil {
            changed.insert(name)
            if let base = known.group.base { changed.insert(base) }
        }
        instances = next
        return changed
    }

    private func answer(_ number: Int, isSuspect: Bool) {
        guard let follower = followers[number] else { return }
        let word = word(follower.dependency.question, isSuspect: isSuspect)
        if case .answer(let answer, _) = word {
            // After an outage the same answer is news too: the store is back.
            if answer == follower.last, !isSuspect { return }
            followers[number]?.last = answer
        }
        follower.tell(word)
    }

    private func word(_ question: Dependency.Question, isSuspect: Bool) -> SourceWord {
        switch question {
        case .store(.service(let query)):
            return .answer(.services(found(query)), isSuspect: isSuspect)
        case .store(.services):
            let snippets = instances.map { name, known in
                let tags = Set(known.instances.flatMap(\.tags)).sorted(by: ConsulCatalog.precedes)
                return CatalogSnippet(name: name, tags: tags)
            }
            return .answer(.catalog(snippets.sorted { ConsulCatalog.precedes($0.name, $1.name) }), isSuspect: isSuspect)
        case .store(.nodes):
            return .answer(
                .nodes(nodes.values.sorted { ConsulCatalog.precedes($0.node, $1.node) }), isSuspect: isSuspect)
        case .store(.node(let name, _)): return .answer(.node(node(name ?? "")), isSuspect: isSuspect)
        case .datacenters: return .answer(.names([Self.datacenter]), isSuspect: isSuspect)
        default: return .unavailable("\(store.name): this store has no answer to this")
        }
    }

    private func found(_ query: ServiceQuery) -> [HealthService] {
        // Nothing here has a proxy that speaks for it.
        guard !query.isConnect else { return [] }
        let names = instances[query.name] == nil ? families[query.name] ?? [] : [query.name]
        let found = names.flatMap { instances[$0]?.instances ?? [] }.filter {
            query.accepts($0.status) && (query.tag.map($0.tags.contains) ?? true)
        }
        return found.sorted {
            ConsulCatalog.precedes($0.node, $1.node) || $0.node == $1.node && ConsulCatalog.precedes($0.id, $1.id)
        }
    }

    // MARK: What endpoints look like

    private func instance(_ entry: EndpointEntry, of service: String) -> HealthService {
        var instance = HealthService()
        instance.node = (try? EndpointKey(entry.key, prefix: prefix))?.origin?.dockerHost ?? ""
        instance.id = entry.key.split(separator: "/").last.map(String.init) ?? entry.key
        instance.name = service
        let address = entry.endpoint.address
        if let colon = address.lastIndex(of: ":") {
            instance.address = String(address[..<colon].filter { $0 != "[" && $0 != "]" })
            instance.port = Int(address[address.index(after: colon)...]) ?? 0
        }
        instance.nodeAddress = instance.address
        var meta = entry.endpoint.attributes
        let tags = meta.removeValue(forKey: "tags") ?? ""
        instance.tags = tags.split(separator: ",").map(String.init).sorted(by: ConsulCatalog.precedes)
        if entry.endpoint.isBackup { meta["backup"] = "true" }
        instance.serviceMeta = meta
        instance.status = entry.endpoint.isDraining ? "maintenance" : "passing"
        instance.passingWeight = entry.endpoint.weight
        return instance
    }

    private var nodes: [String: ClusterNode] {
        var nodes: [String: ClusterNode] = [:]
        for instance in instances.values.flatMap(\.instances) {
            var node = ClusterNode()
            node.node = instance.node
            node.id = instance.node
            node.address = instance.nodeAddress
            node.datacenter = Self.datacenter
            // Of several endpoints the lowest address counts, so that it stays the same.
            if let known = nodes[node.node], ConsulCatalog.precedes(known.address, node.address) { continue }
            nodes[node.node] = node
        }
        return nodes
    }

    private func node(_ name: String) -> CatalogNode {
        guard let node = nodes[name] else { return CatalogNode(node: nil) }
        let services = instances.values.flatMap(\.instances).filter { $0.node == name }.map { instance in
            var service = CatalogNode.Service()
            service.id = instance.id
            service.service = instance.name
            service.tags = instance.tags
            service.meta = instance.serviceMeta
            service.port = instance.port
            service.address = instance.address
            return service
        }
        return CatalogNode(
            node: node,
            services: services.sorted {
                ConsulCatalog.precedes($0.service, $1.service)
                    || $0.service == $1.service && ConsulCatalog.precedes($0.id, $1.id)
            })
    }
}
