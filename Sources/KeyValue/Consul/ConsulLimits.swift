/// Every wait and bound of the conversation with Consul, and where its figure comes from.
public struct ConsulLimits: Sendable, Equatable {
    /// How long a connection may take to be made: an agent is on this machine or in this network.
    public var connect: Duration = .seconds(2)
    /// How many connections to one agent there may be: each watch holds one.
    ///
    /// The edge has a handful of watches; whoever follows single services sets more, and Consul's own
    /// `http_max_conns_per_client` (200) as well.
    public var connectionsMax = 256
    /// How long a connection is kept that nobody uses.
    public var idle: Duration = .seconds(60)
    /// Within what time it is noticed that the other side of a connection is gone without having closed it; zero: left to the
    /// kernel's own rules.
    public var keepAlive: Duration = .seconds(30)
    /// How long a read or write of one key may take at one address; Consul itself gives up on a leader after 7 s.
    public var answer: Duration = .seconds(10)
    /// How long a body may take once its head is here: 256 MiB at 9 MB/s.
    public var body: Duration = .seconds(30)
    /// How long a blocking query asks Consul to wait.
    ///
    /// Consul's own default is 5 min; a store that vanishes without a word is noticed after this, so it is shorter.
    public var wait: Duration = .seconds(60)
    /// What a blocking query is given beyond `wait` and the sixteenth of it that Consul adds as jitter.
    public var waitAllowance: Duration = .seconds(5)
    /// The largest answer that is read: 100,000 entries of the largest size seen in practice.
    public var bodyBytesMax = 256 * 1024 * 1024
    /// How far behind its leader a server may be whose stale answer is believed (consul-template's default).
    public var staleMax: Duration = .seconds(2)
    /// The least time between the starts of two blocking queries, so that a hot prefix makes no busy loop: at most 200
    /// listings a second, while a lone change is never delayed.
    public var pause: Duration = .milliseconds(5)
    /// What `pause` grows to while answers come at once and say nothing new.
    public var idlePauseMax: Duration = .milliseconds(100)
    /// The same for answers without an index, which cannot be waited for: it is polling then.
    public var indexlessPauseMax: Duration = .seconds(1)
    /// The pause before the second attempt after a failure (the first is made at once); doubled from there.
    public var retry: Duration = .milliseconds(100)
    /// What the pause between attempts grows to.
    public var retryMax: Duration = .seconds(10)

    /// The defaults.
    public init() {}
}
