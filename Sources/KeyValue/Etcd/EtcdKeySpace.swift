/// Where a store's keys lie among etcd's, which are octets of any kind.
///
/// A lock that leaves its key where it is (``SessionBehavior/release``) cannot be the lease of that key, which would take
/// the key with it. It is a key of its own, beside the one that it locks: the same octets and ``lockMark``. So every
/// prefix that holds a key holds its lock as well, and one revision tells of both.
struct EtcdKeySpace: Sendable, Equatable {
    /// What an octet string of etcd's stands for.
    enum Name: Equatable {
        /// A key of the store.
        case key(String)
        /// The lock of a key of the store.
        case lock(String)
    }

    /// What follows a key in the key of its lock; the store's keys hold no NUL, so none of them is mistaken for it.
    static let lockMark = Array("\0lock".utf8)

    /// What stands before every key.
    var root: String

    /// The octets of a key.
    func octets(_ key: String) -> [UInt8] { Array((root + key).utf8) }

    /// The octets of a key's lock.
    func lockOctets(_ key: String) -> [UInt8] { octets(key) + Self.lockMark }

    /// The range of all keys that begin with `prefix`, as etcd has it: from the first, and up to the second.
    func range(_ prefix: String) -> (from: [UInt8], to: [UInt8]) {
        let from = octets(prefix)
        guard let last = from.lastIndex(where: { $0 < 0xFF }) else { return (from.isEmpty ? [0] : from, [0]) }
        return (from, Array(from[..<last]) + [from[last] + 1])
    }

    /// The range of a key and its lock.
    func rangeWithLock(_ key: String) -> (from: [UInt8], to: [UInt8]) {
        (octets(key), lockOctets(key) + [0])
    }

    /// What `octets` stand for; nil if they are none of the store's: outside its root, or no UTF-8.
    func name(_ octets: [UInt8]) -> Name? {
        guard octets.starts(with: root.utf8) else { return nil }
        let rest = octets[root.utf8.count...]
        if rest.count > Self.lockMark.count, rest.suffix(Self.lockMark.count).elementsEqual(Self.lockMark) {
            return String(validating: rest.dropLast(Self.lockMark.count), as: UTF8.self).map { .lock($0) }
        }
        guard !rest.isEmpty, !rest.contains(0) else { return nil }
        return String(validating: rest, as: UTF8.self).map { .key($0) }
    }

    /// A key as the store has it: without a leading slash.
    ///
    /// Throws for one that is empty or holds a NUL.
    static func checked(_ key: String) throws(KeyValueError) -> String {
        let key = try checkedPrefix(key)
        guard !key.isEmpty else { throw KeyValueError(.invalid, "key: \"\": empty: a key such as services/web-80/a") }
        return key
    }

    /// A prefix as the store has it; it may be empty.
    static func checkedPrefix(_ text: String) throws(KeyValueError) -> String {
        guard !text.utf8.contains(0) else {
            throw KeyValueError(.invalid, "key: one with a NUL, which marks locks: leave it out")
        }
        return text.hasPrefix("/") ? String(text.dropFirst()) : text
    }
}
