/// The version of a running HAProxy, as `show info` tells it.
public struct HAProxyVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The first number.
    public let major: Int
    /// The second, which names the branch.
    public let minor: Int

    /// A version of the caller's own.
    public init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// A version from text such as `2.6.12-1+deb12u4`; nil without two numbers at its beginning.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1].prefix { $0.isWholeNumber }) else {
            return nil
        }
        self.init(major: major, minor: minor)
    }

    /// `2.6`.
    public var description: String { "\(major).\(minor)" }

    /// Older is less.
    public static func < (left: HAProxyVersion, right: HAProxyVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    /// Whether servers can be added and deleted at run time.
    ///
    /// Since 2.6: earlier branches have it as an experiment, without checks (2.4) or behind a switch (2.5).
    var hasDynamicServers: Bool { self >= HAProxyVersion(major: 2, minor: 6) }

    /// Whether `show servers conn` tells the connections in use (2.2 has the command; these columns are since 2.3).
    var tellsConnections: Bool { self >= HAProxyVersion(major: 2, minor: 4) }

    /// The oldest whose runtime API has all that a change of a server's address needs (`set server addr ... port`).
    static let oldest = HAProxyVersion(major: 1, minor: 8)
}
