/// An engine as the scheduler sees it: what it has, what runs on it, and how well it is.
public struct Node: Sendable, Equatable {
    /// The engine's ID.
    public var id: String
    /// The engine's name: its host's.
    public var name: String
    /// Where it is reached: `10.0.0.5:2375`.
    public var address: String
    /// How well it is, 0 to 100: 0 gets no container, each failed call in a row takes its share.
    public var health: Int
    /// The daemon's labels, and the built-in ones (`storagedriver`, `kernelversion`, `operatingsystem`, `ostype`).
    public var labels: [String: String]
    /// Octets of memory that may be promised, what is overcommitted included.
    public var memoryBytes: Int64
    /// Processors that may be promised, what is overcommitted included.
    public var processors: Int64
    /// What is on it, running or not, and what is about to be.
    public private(set) var containers: [NodeContainer] = []
    /// What images it holds.
    public var images: [NodeImage] = []
    /// Octets of memory promised to `containers`.
    public private(set) var reservedMemoryBytes: Int64 = 0
    /// Processors promised to `containers`.
    public private(set) var reservedProcessors: Int64 = 0

    /// A node without containers.
    ///
    /// - Parameters:
    ///   - overcommit: the share by which more than there is may be promised: 0.05 for a twentieth.
    public init(
        id: String, name: String, address: String, health: Int = 100, labels: [String: String] = [:],
        memoryBytes: Int64, processors: Int64, overcommit: Double = 0
    ) {
        self.id = id
        self.name = name
        self.address = address
        self.health = health
        self.labels = labels
        self.memoryBytes = Self.stretched(memoryBytes, overcommit)
        self.processors = Self.stretched(processors, overcommit)
    }

    /// Notes what there is of memory and processors, of which more may be promised by the share `overcommit`.
    mutating func offer(memoryBytes: Int64, processors: Int64, overcommit: Double) {
        self.memoryBytes = Self.stretched(memoryBytes, overcommit)
        self.processors = Self.stretched(processors, overcommit)
    }

    /// Adds a container and counts what it reserves.
    public mutating func add(_ container: NodeContainer) {
        containers.append(container)
        reservedMemoryBytes += container.memoryBytes
        reservedProcessors += container.processors
    }

    /// Takes the container of this ID off; what is not there changes nothing.
    public mutating func removeContainer(id: String) {
        guard let place = containers.firstIndex(where: { $0.id == id }) else { return }
        let container = containers.remove(at: place)
        reservedMemoryBytes -= container.memoryBytes
        reservedProcessors -= container.processors
    }

    /// The container that a link or a shared network means by `name`: its ID, the first twelve digits of it, its name with or
    /// without a slash, or the only one whose ID begins so.
    public func container(named name: String) -> NodeContainer? {
        let bare = name.hasPrefix("/") ? String(name.dropFirst()) : name
        if let exact = containers.first(where: { container in
            container.id == name || (name.utf8.count == 12 && container.id.hasPrefix(name))
                || container.swarmID == name || container.names.contains(bare)
        }) {
            return exact
        }
        guard !name.isEmpty else { return nil }
        let candidates = containers.filter { $0.id.hasPrefix(name) }
        return candidates.count == 1 ? candidates[0] : nil
    }

    /// Whole hundredths of `share`, as Docker Swarm counts them.
    private static func stretched(_ amount: Int64, _ share: Double) -> Int64 {
        let hundredths = Int64((share * 100).rounded(.towardZero))
        let (product, isOver) = amount.multipliedReportingOverflow(by: hundredths)
        return isOver ? amount : amount + product / 100
    }
}
