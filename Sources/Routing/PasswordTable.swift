/// Who is let in by a password, compiled: read by the threads that verify, and by workers for its identity.
public final class PasswordTable: Sendable {
    /// What clients show beside the question, as a quoted string's inside (RFC 9110 §5.6.4).
    public let realm: [UInt8]
    /// Whether the endpoint gets no Authorization field.
    public let removesHeader: Bool
    /// A number that no table with other users or other hashes has: what was verified by them counts by this one alone.
    public let identity: UInt64
    private let hashes: [[UInt8]: [UInt8]]
    /// A hash that a user's is compared with who is not there, so that he costs what the others cost.
    public let decoy: [UInt8]

    /// The compiled form of `auth`.
    init(_ auth: BasicAuth) {
        var hashes: [[UInt8]: [UInt8]] = [:]
        for entry in auth.users { hashes[Array(entry.user.utf8)] = Array(entry.hash.utf8) }
        self.hashes = hashes
        decoy = auth.users.first.map { Array($0.hash.utf8) } ?? []
        removesHeader = auth.removesHeader
        realm = auth.realm.utf8.flatMap { octet -> [UInt8] in
            if octet < 0x20 || octet == 0x7F { return [] }
            return octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "\\") ? [UInt8(ascii: "\\"), octet] : [octet]
        }
        var random = SystemRandomNumberGenerator()
        identity = random.next()
    }

    /// The hash of `user`'s password, nil if there is no such user.
    public func hash(of user: [UInt8]) -> [UInt8]? { hashes[user] }
}
