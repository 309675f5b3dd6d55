/// A log in a file, and when a new one is begun.
public struct LogFileSettings: Sendable, Equatable {
    /// The file, or with a slash at the end its folder.
    public var path: String
    /// Octets after which a new one is begun; 0 for no limit.
    public var rotateOctets = 0
    /// Time after which a new one is begun.
    public var rotateInterval = Duration.seconds(24 * 3600)
    /// How many old ones are kept: 0 for all, -1 for none.
    public var rotateFiles = 0

    /// A log at `path`.
    public init(path: String) {
        self.path = path
    }
}
