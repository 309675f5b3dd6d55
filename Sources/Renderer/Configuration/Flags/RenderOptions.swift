/// What the command line says: how to run, which files to read, and values that count over theirs.
public struct RenderOptions: Sendable {
    /// Configuration files and folders, in their order.
    public var configurationPaths: [String] = []
    /// Whether it ends after one complete run.
    public var isOnce = false
    /// Whether it prints what it would write.
    public var isDry = false
    /// Whether it only checks the configuration and the templates' syntax.
    public var isParseOnly = false
    /// Whether it only tells its version.
    public var showsVersion = false
    /// Whether it puts the last good version of each file back.
    public var rollsBack = false
    /// The values, with the flags as their places.
    var layer = ConfigurationLayer()

    /// A command line without flags.
    public init() {}
}
