/// Every wait and bound of the conversation with an engine, and where its figure comes from.
public struct EngineLimits: Sendable, Equatable {
    /// How long a connection may take to be made: an engine is on this machine or in this network.
    public var connect: Duration = .seconds(5)
    /// How long a question about the engine itself may take: it asks nothing of its containers.
    public var ping: Duration = .seconds(10)
    /// How long any other call may take, body included.
    ///
    /// An engine holds a container's lock while it starts or stops it, and whoever inspects it waits that long.
    public var answer: Duration = .seconds(30)
    /// The largest answer that is read: a list of 10,000 containers with 6 KiB of labels each.
    public var bodyBytesMax = 64 << 20
    /// The largest event that is read; its attributes are a container's labels.
    public var eventBytesMax = 1 << 20
    /// How many connections to one engine there may be; each stream of events holds one.
    public var connectionsMax = 32
    /// While a stream of events is silent, the engine is asked this often whether it is there still.
    public var heartbeat: Duration = .seconds(15)
    /// How many events may wait for a reader; when there are more, it is told to list anew instead.
    ///
    /// An engine itself drops events for a reader that is 1024 behind, and without telling; so they are taken at once.
    public var waitingEventsMax = 4096
    /// The pause before the second attempt after a failure (the first is made at once); doubled from there.
    public var retry: Duration = .milliseconds(100)
    /// What the pause between attempts grows to.
    public var retryMax: Duration = .seconds(5)

    /// The defaults.
    public init() {}
}
