/// What a new text must pass before it takes the old one's place.
public struct CheckSettings: Sendable, Equatable {
    /// The command; ``RenderCommand/arguments(checking:)`` puts the new text's path into it, and status 0 is good.
    public var command: RenderCommand
    /// How long it may take; it fails when it takes longer.
    ///
    /// nginx looks up host names meanwhile.
    public var timeout = Duration.seconds(30)

    /// A check.
    public init(_ command: RenderCommand) {
        self.command = command
    }
}
