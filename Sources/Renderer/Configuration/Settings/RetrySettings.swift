/// What is done when a source does not answer.
public struct RetrySettings: Sendable, Equatable {
    /// Whether it is asked again at all.
    public var isEnabled = true
    /// How often; 0 without end.
    public var attempts = 12
    /// The first pause; each further one is twice as long.
    public var backoff = Duration.milliseconds(250)
    /// The longest pause; zero for no limit.
    public var maximumBackoff = Duration.seconds(60)

    /// The defaults.
    public init() {}
}
