public import DockerEngine

/// What a registrator asks of an engine.
public protocol ContainerEngine: Sendable {
    /// What happens there, over restarts and lost connections, until the reader's task is cancelled.
    func follow() -> AsyncStream<EventFollower.Message>

    /// The IDs of the containers that run, paused ones among them.
    func running() async throws -> [String]

    /// What a container is like; nil if there is none.
    func inspect(_ id: String) async throws -> ContainerDetails?
}

/// A Docker engine, asked for what a registrator acts on.
public struct FollowedEngine: ContainerEngine {
    private let engine: DockerEngine

    /// The events that change what is to be known; the many that health checks make by their commands are not among them.
    private static let filters = [
        "type": ["container", "network"],
        "event": [
            "start", "kill", "die", "pause", "unpause", "health_status", "rename", "update", "destroy", "connect",
            "disconnect",
        ],
    ]

    /// `engine`; nothing is asked yet.
    public init(_ engine: DockerEngine) {
        self.engine = engine
    }

    /// See ``ContainerEngine/follow()``.
    public func follow() -> AsyncStream<EventFollower.Message> {
        EventFollower(engine, filters: Self.filters).messages()
    }

    /// See ``ContainerEngine/running()``.
    public func running() async throws -> [String] {
        try await engine.listContainers().map(\.id)
    }

    /// See ``ContainerEngine/inspect(_:)``.
    public func inspect(_ id: String) async throws -> ContainerDetails? {
        try await engine.inspect(id)
    }
}
