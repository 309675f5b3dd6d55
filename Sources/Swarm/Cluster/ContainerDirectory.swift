/// All containers of the cluster, found by whatever a client may call one.
struct ContainerDirectory: Sendable {
    /// By ID.
    private(set) var containers: [String: ClusterContainer] = [:]
    /// All, those that were created last first: kept so, for lists of tens of thousands are asked for again and again.
    private(set) var newestFirst: [ClusterContainer] = []
    private var bySwarmID = IDIndex()
    private var byName = IDIndex()
    private var byStart = IDIndex()
    /// IDs of instances by their service, of services that have one on every node.
    private(set) var instances: [String: Set<String>] = [:]
    /// IDs that stay with containers and that several of these have: one is to take the place of the others.
    private(set) var copied: Set<String> = []

    /// Digits of a short ID.
    private static let shortLength = 12

    init() {}

    /// How many there are.
    var count: Int { containers.count }

    /// Puts a container in, in the place of what was known of it.
    mutating func put(_ container: ClusterContainer) {
        let known = containers.updateValue(container, forKey: container.id)
        if let known { note(known, isIn: false) }
        note(container, isIn: true)
        if let known, known.created == container.created {
            newestFirst[place(of: container)] = container
        } else {
            if let known { newestFirst.remove(at: place(of: known)) }
            newestFirst.insert(container, at: place(of: container))
        }
    }

    /// Where a container is in ``newestFirst``, or would be.
    private func place(of container: ClusterContainer) -> Int {
        let (created, id) = (container.created, container.id)
        var (low, high) = (0, newestFirst.count)
        while low < high {
            let middle = (low + high) / 2
            let other = newestFirst[middle]
            let isBefore = other.created != created ? other.created > created : other.id > id
            if isBefore { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Takes a container out; what is not there changes nothing.
    ///
    /// - Returns: what was known of it.
    @discardableResult
    mutating func remove(id: String) -> ClusterContainer? {
        guard let container = containers.removeValue(forKey: id) else { return nil }
        note(container, isIn: false)
        newestFirst.remove(at: place(of: container))
        return container
    }

    /// Changes what is known of a container; names, IDs and its time of creation stay.
    mutating func update(id: String, _ change: (inout ClusterContainer) -> Void) {
        guard let known = containers[id] else { return }
        var container = known
        change(&container)
        container.created = known.created
        containers[id] = container
        newestFirst[place(of: container)] = container
    }

    private mutating func note(_ container: ClusterContainer, isIn: Bool) {
        let id = container.id
        func note(_ name: String, in index: inout IDIndex) {
            if isIn { index.insert(id, name) } else { index.remove(id, name) }
        }
        for name in container.placement.names { note(name, in: &byName) }
        note(String(id.prefix(Self.shortLength)), in: &byStart)
        if let service = container.service {
            if isIn { instances[service, default: []].insert(id) } else { instances[service]?.remove(id) }
            if instances[service]?.isEmpty == true { instances[service] = nil }
        }
        let swarmID = container.placement.swarmID
        if !swarmID.isEmpty {
            note(swarmID, in: &bySwarmID)
            note(String(swarmID.prefix(Self.shortLength)), in: &bySwarmID)
            if bySwarmID.count(swarmID) > 1 { copied.insert(swarmID) } else { copied.remove(swarmID) }
        }
    }

    /// The instances of a service that is on every node.
    func instances(of service: String) -> [ClusterContainer] {
        (instances[service] ?? []).compactMap { containers[$0] }
    }

    /// All that have this ID that stays with them: one, or several while one takes the place of the others.
    func copies(of swarmID: String) -> [ClusterContainer] {
        bySwarmID[swarmID].compactMap { containers[$0] }
    }

    /// The container that `text` means, nil if there is none or it means several.
    ///
    /// In this order: its ID or the first twelve digits of it, the ID that stays with it or the first twelve of that, its
    /// name, `engine/name` by the engine's ID or name, and the only one whose ID begins so.
    ///
    /// - Parameter engine: the ID of the engine that an ID or a name means.
    func find(_ text: String, engine: (String) -> String?) -> ClusterContainer? {
        guard !text.isEmpty else { return nil }
        if let exact = containers[text] { return exact }
        if text.utf8.count == Self.shortLength, let found = only(byStart[text]) { return found }
        if let found = only(bySwarmID[text]) { return found }
        let bare = text.hasPrefix("/") ? String(text.dropFirst()) : text
        if byName.count(bare) > 0 { return only(byName[bare]) }
        if let slash = bare.firstIndex(of: "/"), let id = engine(String(bare[..<slash])) {
            let ids = byName[String(bare[bare.index(after: slash)...])]
            if !ids.isEmpty { return only(ids.filter { containers[$0]?.engineID == id }) }
        }
        return beginning(with: text)
    }

    /// Those that have this name of their own.
    func named(_ name: String) -> [ClusterContainer] {
        byName[name].compactMap { containers[$0] }
    }

    /// The only one; of copies of one container, and of instances of one service, the newest.
    private func only(_ ids: [String]) -> ClusterContainer? {
        guard let first = ids.first.flatMap({ containers[$0] }) else { return nil }
        guard ids.count > 1 else { return first }
        let found = ids.compactMap { containers[$0] }
        let service = first.placement.labels[SwarmLabel.global]
        let isOne = found.allSatisfy { container in
            (!first.placement.swarmID.isEmpty && container.placement.swarmID == first.placement.swarmID)
                || (service != nil && container.placement.labels[SwarmLabel.global] == service)
        }
        return isOne ? found.max { $1.supersedes($0) } : nil
    }

    private func beginning(with start: String) -> ClusterContainer? {
        guard
            start.utf8.allSatisfy(\.isHexadecimal)
        else { return nil }
        let ids = containers.keys.filter { $0.hasPrefix(start) }
        if !ids.isEmpty { return ids.count == 1 ? containers[ids[0]] : nil }
        let found = containers.values.filter { $0.placement.swarmID.hasPrefix(start) }
        return found.count == 1 ? found[0] : nil
    }
}
