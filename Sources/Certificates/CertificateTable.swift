/// Which host is served with which certificates: immutable, made anew when certificates change, read by all threads.
///
/// A host's own name beats a wildcard, which stands for exactly one label. Of several certificates for one name and kind of
/// key, one that is good now beats one that is not, then the later end wins, then the lower name. A host whose own
/// certificates are all out of their time is served by a wildcard's that is not.
public final class CertificateTable: Sendable {
    /// A credential by the name under which it was found.
    public struct Entry: Sendable {
        /// The folder's entry, or the key in the store.
        public var name: String
        /// The certificate with its chain and key.
        public var credential: Credential
        /// The OCSP answer to send along, if there is one: DER.
        public var staple: [UInt8]?
        /// Where it was read: `certs/shop.pem`, `consul:certs/shop/cert`; empty if nobody has said.
        public var source = ""
        /// The store's revision of it; 0 for files.
        public var revision: UInt64 = 0

        /// An entry called `name`.
        public init(name: String, credential: Credential, staple: [UInt8]? = nil) {
            self.name = name
            self.credential = credential
            self.staple = staple
        }
    }

    /// What a client gets that names no host, or one that no certificate is for.
    public enum Fallback: Sendable, Equatable {
        /// The entry called `default`, or without one the first by name.
        case first
        /// The entry of this name; without it the handshake is refused.
        case named(String)
        /// The handshake is refused.
        case refuse
    }

    /// Why a host is served as it is.
    public enum Reason: String, Sendable {
        /// A certificate has this very name.
        case exact
        /// A certificate has a wildcard for it.
        case wildcard
        /// No certificate is for it, so it gets what all such get.
        case fallback
        /// No certificate is for it, and such are refused.
        case refused
    }

    /// The sets that ``find(host:)`` gives the numbers of.
    public let sets: [CertificateSet]
    /// All that it was made of.
    let entries: [Entry]
    private let index: NameIndex
    private let fallbackSet: Int32

    /// A table of `entries`, judged at `now`, in seconds since 1970.
    public init(_ entries: [Entry] = [], fallback: Fallback = .first, now: Int64 = CertificateClock.now) {
        let build = TableBuild(entries, fallback: fallback, now: now)
        sets = build.sets
        self.entries = entries
        index = NameIndex(build.names)
        fallbackSet = build.fallbackSet
    }

    /// The number of the set for a host in lower case, empty where the client named none; -1 to refuse the handshake.
    public func find(host: UnsafeRawBufferPointer) -> Int32 {
        let named = unsafe Self.find(host, in: index)
        return named >= 0 ? named : fallbackSet
    }

    /// Whether any certificate of a set is for `host` (lower case, without port, IPv6 in brackets).
    ///
    /// A request for a host that is not covered belongs on another connection: 421 (RFC 9110 §7.4).
    public func covers(_ set: Int32, host: UnsafeRawBufferPointer) -> Bool {
        guard set >= 0, Int(set) < sets.count else { return false }
        return unsafe Self.find(host, in: sets[Int(set)].names) >= 0
    }

    /// What ``find(host:)`` gives and why, for people.
    public func explain(host: String) -> (set: Int32, reason: Reason) {
        var host = host
        return host.withUTF8 { octets in
            let octets = UnsafeRawBufferPointer(octets)
            let exact = unsafe index.find(Self.bare(octets))
            if exact >= 0 { return (exact, .exact) }
            let named = unsafe Self.find(octets, in: index)
            if named >= 0 { return (named, .wildcard) }
            return (fallbackSet, fallbackSet >= 0 ? .fallback : .refused)
        }
    }

    /// A name as it stands in an index: a wildcard without its asterisk, which no host begins like.
    static func indexed(_ name: String) -> String {
        name.hasPrefix("*.") ? String(name.dropFirst()) : name
    }

    private static func find(_ host: UnsafeRawBufferPointer, in index: NameIndex) -> Int32 {
        let host = unsafe bare(host)
        guard let first = unsafe host.first, first != UInt8(ascii: ".") else { return -1 }
        let exact = unsafe index.find(host)
        if exact >= 0 { return exact }
        guard let dot = unsafe host.firstIndex(of: UInt8(ascii: ".")) else { return -1 }
        return unsafe index.find(UnsafeRawBufferPointer(rebasing: host[dot...]))
    }

    /// An IPv6 address without its brackets.
    private static func bare(_ host: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard host.count > 2, unsafe host.first == UInt8(ascii: "["), unsafe host.last == UInt8(ascii: "]") else {
            return unsafe host
        }
        return unsafe UnsafeRawBufferPointer(rebasing: host[1..<(host.count - 1)])
    }
}
