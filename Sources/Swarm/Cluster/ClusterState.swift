/// All that the manager knows of the cluster.
///
/// The state itself is in the engines: a manager that starts asks them.
///
/// Pure. ``Cluster`` keeps it behind a lock.
struct ClusterState: Sendable {
    /// The engines, by their addresses.
    private(set) var engines: [NodeAddress: EngineRecord] = [:]
    /// Addresses of the engines whose IDs are known.
    private(set) var addressByID: [String: NodeAddress] = [:]
    /// All containers.
    private(set) var directory = ContainerDirectory()
    /// Names that containers have that are being created, with the IDs that stay with them.
    private(set) var pendingNames: [String: String] = [:]
    /// IDs of engines that an operator has taken out of the scheduling, known or not.
    private(set) var drained: Set<String> = []
    /// What happened last.
    var events = EventRing()
    /// Addresses of engines by their names.
    private var addressesByName: [String: Set<NodeAddress>] = [:]
    /// Containers that are gone for good, so that an answer from before does not bring one back; the oldest are forgotten.
    private var gone = RecentIDs(limit: 4_096)
    private var revision: UInt64 = 0

    init() {}

    // MARK: Engines

    /// Takes an engine in by its address; one that is in stays as it is.
    mutating func addEngine(_ address: NodeAddress, failuresMax: Int) {
        guard engines[address] == nil else { return }
        engines[address] = EngineRecord(address: address, failuresMax: failuresMax)
    }

    /// Takes an engine out with its containers.
    mutating func removeEngine(_ address: NodeAddress) {
        forgetIdentity(of: address)
        engines[address] = nil
    }

    /// Forgets which engine is at an address, and its containers.
    private mutating func forgetIdentity(of address: NodeAddress) {
        guard let engine = engines[address], !engine.id.isEmpty else { return }
        let mine = containers(on: address)
        for container in mine { directory.remove(id: container.id) }
        if addressByID[engine.id] == address { addressByID[engine.id] = nil }
        addressesByName[engine.name]?.remove(address)
        if addressesByName[engine.name]?.isEmpty == true { addressesByName[engine.name] = nil }
        updateEngine(address) { engine in
            for container in mine {
                engine.node.removeContainer(id: container.id)
                engine.count(container.condition, -1)
            }
        }
    }

    /// Changes what is known of an engine, its identity and its containers excepted.
    ///
    /// - Returns: what `change` returns; nil if there is no such engine.
    @discardableResult
    mutating func updateEngine<Result>(
        _ address: NodeAddress, _ change: (inout EngineRecord) -> Result
    ) -> Result? {
        guard let place = engines.index(forKey: address) else { return nil }
        engines.values[place].shown = nil
        return change(&engines.values[place])
    }

    /// All engines as `docker info` shows them; only what has changed since the last time is made anew.
    mutating func shownEngines() -> [ShownEngine] {
        engines.values.indices.map { place in
            if let shown = engines.values[place].shown { return shown }
            let shown = ShownEngine(EngineReport(engines.values[place]))
            engines.values[place].shown = shown
            return shown
        }
    }

    /// Notes which engine answers at an address.
    ///
    /// - Returns: the address of another engine of the same ID, which then stays the one; nil if there is none.
    mutating func identify(_ address: NodeAddress, id: String, name: String) -> NodeAddress? {
        if let other = addressByID[id], other != address, engines[other] != nil { return other }
        guard let engine = engines[address] else { return nil }
        guard engine.id != id || engine.name != name else { return nil }
        forgetIdentity(of: address)
        let isDrained = drained.contains(id)
        updateEngine(address) { engine in
            engine.node.id = id
            engine.node.name = name
            engine.holdings.id = id
            engine.holdings.name = name
            engine.standing.drain(isDrained)
        }
        addressByID[id] = address
        addressesByName[name, default: []].insert(address)
        return nil
    }

    /// The engine of this ID.
    func engine(id: String) -> EngineRecord? { addressByID[id].flatMap { engines[$0] } }

    /// The engine that a client means by its name, its ID or its address; nil if there is none, or several have the name.
    func engine(named text: String) -> EngineRecord? {
        if let engine = engine(id: text) { return engine }
        if let named = addressesByName[text] {
            return named.count == 1 ? named.first.flatMap { engines[$0] } : nil
        }
        return NodeAddress(text).flatMap { engines[$0] }
    }

    /// Takes engines out of the scheduling by their IDs, and all others back in.
    mutating func drain(_ ids: Set<String>) {
        drained = ids
        for address in Array(engines.keys) {
            updateEngine(address) { engine in
                let isDrained = ids.contains(engine.id)
                if engine.standing.isDrained != isDrained { engine.standing.drain(isDrained) }
            }
        }
    }

    /// The nodes that the scheduler chooses among, with their health; all that were ever spoken with.
    var candidates: [Node] {
        engines.values.filter { !$0.id.isEmpty && $0.standing.condition != .pending }.map { engine in
            var node = engine.node
            node.health = engine.standing.health
            return node
        }
    }

    // MARK: Containers

    /// The number of a look at an engine that begins now: what it finds is newer than what earlier ones found.
    mutating func nextRevision() -> UInt64 {
        revision += 1
        return revision
    }

    /// What is on an engine.
    func containers(on address: NodeAddress) -> [ClusterContainer] {
        guard let engine = engines[address] else { return [] }
        return engine.node.containers.compactMap { directory.containers[$0.id] }.filter { $0.engineID == engine.id }
    }

    /// Notes what an engine says of a container, unless something newer is known.
    mutating func put(_ container: ClusterContainer, on address: NodeAddress) {
        guard engines[address] != nil, !gone.contains(container.id) else { return }
        let known = directory.containers[container.id]
        if let known, known.engineID == container.engineID, known.revision > container.revision { return }
        if let known, known.engineID != container.engineID { remove(id: known.id) }
        directory.put(container)
        updateEngine(address) { engine in
            if let known, known.engineID == container.engineID {
                engine.node.removeContainer(id: container.id)
                engine.count(known.condition, -1)
            }
            engine.node.add(container.placement)
            engine.count(container.condition, 1)
        }
    }

    /// Takes out what an engine did not list.
    ///
    /// - Parameters:
    ///   - revision: of the look at the engine; what is newer stays.
    mutating func keep(_ listed: Set<String>, on address: NodeAddress, revision: UInt64) {
        for container in containers(on: address) where !listed.contains(container.id) && container.revision < revision {
            remove(id: container.id)
        }
    }

    /// Takes a container out that is gone for good.
    mutating func bury(id: String) {
        gone.insert(id)
        remove(id: id)
    }

    /// Takes a container out; what is not there changes nothing.
    ///
    /// - Returns: what was known of it.
    @discardableResult
    mutating func remove(id: String) -> ClusterContainer? {
        guard let container = directory.remove(id: id) else { return nil }
        if let address = addressByID[container.engineID] {
            updateEngine(address) { engine in
                engine.node.removeContainer(id: id)
                engine.count(container.condition, -1)
            }
        }
        return container
    }

    /// Changes what is known of a container beside its names, IDs and demands.
    mutating func update(id: String, _ change: (inout ClusterContainer) -> Void) {
        directory.update(id: id, change)
    }

    /// The container that a client means by `text`, and its engine.
    func container(_ text: String) -> (container: ClusterContainer, engine: EngineRecord)? {
        let found = directory.find(text) { name in engine(named: name)?.id }
        guard let found, let engine = engine(id: found.engineID) else { return nil }
        return (found, engine)
    }

    // MARK: Creation

    /// Holds a place for a container that is being created: its name, and what it takes of its node.
    mutating func hold(_ pending: NodeContainer, on address: NodeAddress) {
        for name in pending.names { hold(name: name, for: pending.id) }
        updateEngine(address) { $0.node.add(pending) }
    }

    /// Gives up the place that ``hold(_:on:)`` holds: the container is there, or will not be.
    mutating func giveUp(_ pending: NodeContainer, on address: NodeAddress) {
        for name in pending.names { giveUp(name: name, of: pending.id) }
        updateEngine(address) { $0.node.removeContainer(id: pending.id) }
    }

    /// Holds a name for a container that is about to have it.
    mutating func hold(name: String, for id: String) { pendingNames[name] = id }

    /// Gives up a name that is held for a container.
    mutating func giveUp(name: String, of id: String) {
        if pendingNames[name] == id { pendingNames[name] = nil }
    }

    /// Whether a container of the cluster has the name, or one that is being created.
    func isTaken(_ name: String) -> Bool {
        pendingNames[name] != nil || !directory.named(name).isEmpty
    }
}

extension EngineRecord {
    /// Counts a container in (1) or out (-1).
    fileprivate mutating func count(_ condition: ContainerCondition?, _ step: Int) {
        switch condition?.state {
        case nil: break
        case "paused": paused += step
        case "running", "restarting": running += step
        default: stopped += step
        }
    }
}
