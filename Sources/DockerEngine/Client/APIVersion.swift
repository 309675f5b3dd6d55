/// A version of the engine's API: `1.41`.
public struct APIVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The number before the point.
    public var major: Int
    /// The number after it.
    public var minor: Int

    /// The oldest that is spoken: engines of 1.12, of 2016.
    public static let oldest = APIVersion(1, 24)
    /// The newest that is spoken: engines of 29; what is read here has not changed up to it, but for what went away.
    public static let newest = APIVersion(1, 52)

    /// A version.
    public init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads `1.41`; nil if it is none.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ (1...4).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let major = Int(parts[0]), let minor = Int(parts[1])
        else { return nil }
        self.init(major, minor)
    }

    /// By number.
    public static func < (left: APIVersion, right: APIVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    /// `1.41`.
    public var description: String { "\(major).\(minor)" }

    /// The nearest version of `range`.
    public func clamped(to range: ClosedRange<APIVersion>) -> APIVersion {
        min(max(self, range.lowerBound), range.upperBound)
    }

    /// The version to speak with an engine whose newest is `engine`; nil if there is none in common.
    static func common(with engine: APIVersion) -> APIVersion? {
        engine < oldest ? nil : min(engine, newest)
    }
}
