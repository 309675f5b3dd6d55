internal import Logging
internal import Routing

/// The edge's own key for sticky cookies, on the disk: clients stay where they are when the edge is started again.
struct StickyKeyFile {
    /// Octets of the secret.
    static let count = 32

    private let file: WholeFile

    /// The key kept in `directory`.
    init(directory: String) {
        file = WholeFile(directory: directory, name: "sticky.key")
    }

    /// The key of `file`, a new one if there is none yet; one that goes with the process where it cannot be kept.
    static func key(of file: StickyKeyFile?, logger: Logger) -> SipKey {
        if let file {
            do {
                if let octets = try file.file.read(), octets.count == count { return SipKey(secret: octets) }
                let fresh = fresh()
                try file.file.write(fresh, mode: 0o600)
                return SipKey(secret: fresh)
            } catch {
                logger.warning(
                    """
                    the key of sticky cookies is not kept, and clients lose their endpoints when this edge ends: \(error): \
                    sticky_secret names a file of the operator's own
                    """)
            }
        }
        return SipKey(secret: fresh())
    }

    private static func fresh() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }
}
