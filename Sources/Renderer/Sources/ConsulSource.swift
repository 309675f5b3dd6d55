internal import FoundationEssentials
internal import KeyValue

/// Answers from Consul: keys, the catalog and the health of services, each by a blocking query of its own.
struct ConsulSource: AnswerSource {
    let store: ConsulStore

    /// Follows one question.
    func follow(_ dependency: Dependency, _ tell: @escaping @Sendable (SourceWord) -> Void) async {
        if let keys = KeyQuestion(dependency.question) {
            let scope = keys.scope.consul
            let events =
                keys.isPrefix ? store.watch(prefix: keys.text, in: scope) : store.watch(key: keys.text, in: scope)
            var memory = KeyPairMemory()
            return await events.follow(tell) { listing, isSuspect in
                keys.word(listing, isSuspect: isSuspect, memory: &memory)
            }
        }
        switch dependency.question {
        case .store(.service(let service)): await follow(service, tell)
        case .store(.services(let scope)):
            await follow(["catalog", "services"], scope, tell) { .catalog(try ConsulCatalog.services($0)) }
        case .store(.nodes(let near, let scope)):
            await follow(["catalog", "nodes"], scope, near: near, tell) {
                .nodes(try ConsulCatalog.nodes($0, isSorted: near == nil))
            }
        case .store(.node(let name, let scope)): await follow(node: name, scope, tell)
        case .datacenters(let ignoresUnreachable): await followDatacenters(ignoresUnreachable, tell)
        default: tell(.unavailable("\(dependency): Consul has no answer to this"))
        }
    }

    private func follow(_ service: ServiceQuery, _ tell: @escaping @Sendable (SourceWord) -> Void) async {
        var parameters: [String: String] = [:]
        if service.filters == [.passing] { parameters["passing"] = "1" }
        if let tag = service.tag { parameters["tag"] = tag }
        let segments = ["health", service.isConnect ? "connect" : "service", service.name]
        await follow(segments, service.scope, near: service.near, parameters: parameters, tell) { json in
            let instances = try ConsulCatalog.instances(json, isSorted: service.near == nil)
            return .services(instances.filter { service.accepts($0.status) })
        }
    }

    private func follow(
        node name: String?, _ scope: QueryScope, _ tell: @escaping @Sendable (SourceWord) -> Void
    ) async {
        var name = name ?? ""
        while name.isEmpty {
            do {
                name = try ConsulCatalog.ownName(try await store.answer(to: ConsulQuery(["agent", "self"])))
            } catch {
                tell(.unavailable("\(error)"))
                do {
                    try await Task.sleep(for: .seconds(1))
                } catch {
                    return
                }
            }
        }
        await follow(["catalog", "node", name], scope, tell) { .node(try ConsulCatalog.node($0)) }
    }

    private func followDatacenters(
        _ ignoresUnreachable: Bool, _ tell: @escaping @Sendable (SourceWord) -> Void
    ) async {
        for await event in store.watch(ConsulQuery(["catalog", "datacenters"])) {
            guard case .listing(let listing, _, let isFirst) = event else {
                if case .unavailable(let error) = event { tell(.unavailable(error.description)) }
                continue
            }
            do {
                var names = try ConsulCatalog.names(listing.entries.first?.value ?? [])
                if ignoresUnreachable { names = await reachable(names) }
                tell(.answer(.names(names.sorted()), isSuspect: isFirst))
            } catch {
                tell(.unavailable("catalog.datacenters: \(error)"))
            }
        }
    }

    private func reachable(_ names: [String]) async -> [String] {
        var reachable: [String] = []
        for name in names {
            let query = ConsulQuery(["catalog", "services"], in: ConsulScope(datacenter: name))
            if (try? await store.answer(to: query)) != nil { reachable.append(name) }
        }
        return reachable
    }

    private func follow(
        _ segments: [String], _ scope: QueryScope, near: String? = nil, parameters: [String: String] = [:],
        _ tell: @escaping @Sendable (SourceWord) -> Void, _ read: (_ json: [UInt8]) throws -> Answer
    ) async {
        var parameters = parameters
        parameters["near"] = near
        parameters["peer"] = scope.peer
        parameters["sg"] = scope.samenessGroup
        let query = ConsulQuery(segments, parameters: parameters, in: scope.consul)
        await store.watch(query).follow(tell) { listing, isSuspect in
            do {
                return .answer(try read(listing.entries.first?.value ?? []), isSuspect: isSuspect)
            } catch {
                return .unavailable("\(store.name): \(query.name): not what Consul answers: \(error)")
            }
        }
    }
}

extension QueryScope {
    /// What of it a Consul query says apart from its parameters.
    fileprivate var consul: ConsulScope {
        ConsulScope(datacenter: datacenter, namespace: namespace, partition: partition)
    }
}

extension ServiceQuery {
    /// Whether an instance in the state `status` is wanted.
    func accepts(_ status: String) -> Bool { filters.contains { $0 == .any || $0.rawValue == status } }
}
