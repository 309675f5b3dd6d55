/// How a template's command is held back and looked after, if it reloads something.
public struct ReloadSettings: Sendable, Equatable {
    /// The shortest time from one run to the next.
    ///
    /// What changes meanwhile is taken along; the first run is never late.
    public var minimumInterval = Duration.seconds(1)
    /// A command that finds out whether it worked; if it did not, the old file comes back.
    public var verification: RenderCommand?
    /// How long ``verification`` may take.
    public var verificationTimeout = Duration.seconds(30)

    /// The defaults.
    public init() {}
}
