internal import DockerEngine
internal import Logging
internal import Synchronization

/// The cluster as its manager knows it: what ``ClusterState`` holds, behind a lock, and its engines.
///
/// To read never waits for an engine.
final class Cluster: Sendable {
    /// How engines are reached and counted on.
    let settings: ClusterSettings
    let logger: Logger
    private let state = Mutex(ClusterState())
    let members = Mutex<[NodeAddress: MemberEngine]>([:])
    let isShutDown = Mutex(false)
    /// Who is told of engines that come and go.
    let watchers = Mutex<[Int: AsyncStream<EngineChange>.Continuation]>([:])
    let listeners = Mutex<[Int: @Sendable (ClusterEvent) -> Void]>([:])

    init(_ settings: ClusterSettings = ClusterSettings(), logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// What `body` makes of what is known now; brief, for whoever changes something waits meanwhile.
    func read<Result: Sendable>(_ body: (borrowing ClusterState) throws -> Result) rethrows -> Result {
        try state.withLock { try body($0) }
    }

    /// Changes what is known.
    func change<Result: Sendable>(_ body: (inout ClusterState) throws -> Result) rethrows -> Result {
        try state.withLock { try body(&$0) }
    }

    // MARK: Engines

    /// The engine at an address; nil if it is none of the cluster's.
    func member(_ address: NodeAddress) -> MemberEngine? { members.withLock { $0[address] } }
}
