internal import COpenSSL
internal import Synchronization

/// The keys that session tickets are sealed with (RFC 5077 §4), shared by all workers: a session that one began is taken
/// up by any other.
///
/// A key seals for twelve hours and opens for a day more, so that what one seals is of no use to whoever gets hold of a
/// key two days later: with stolen ticket keys, recorded TLS 1.2 sessions could be read.
public final class TicketKeys: Sendable {
    /// One key: its name goes with the ticket in the clear.
    struct Key: Sendable {
        var name: [UInt8]
        var cipherKey: [UInt8]
        var macKey: [UInt8]
        var made: UInt64
    }

    /// Nanoseconds that a key seals for: nginx's users rotate daily, Go weekly; twelve hours are what large sites do.
    static let sealing: UInt64 = 12 * 3600 * 1_000_000_000
    /// Keys that tickets are opened with, the sealing one included.
    static let kept = 3
    static let nameBytes = 16

    private let keys = Mutex<[Key]>([])

    /// No key yet: the first ticket makes one.
    public init() {}

    /// The key to seal with at `now`, monotonic nanoseconds; nil if there is no randomness.
    func current(now: UInt64) -> Key? {
        keys.withLock { keys in
            if let first = keys.first, now &- first.made < Self.sealing { return first }
            guard let fresh = Self.make(now: now) else { return nil }
            keys.insert(fresh, at: 0)
            if keys.count > Self.kept { keys.removeLast() }
            return fresh
        }
    }

    /// The key of `name`, and whether it still is the sealing one; nil if it is not known any more.
    func key(named name: UnsafeRawBufferPointer, now: UInt64) -> (key: Key, isCurrent: Bool)? {
        keys.withLock { keys in
            guard let index = keys.firstIndex(where: { unsafe $0.name.elementsEqual(name) }) else { return nil }
            let key = keys[index]
            guard now &- key.made < Self.sealing * UInt64(Self.kept) else { return nil }
            return (key, index == 0 && now &- key.made < Self.sealing)
        }
    }

    private static func make(now: UInt64) -> Key? {
        var bytes = [UInt8](repeating: 0, count: nameBytes + 64)
        let result = unsafe bytes.withUnsafeMutableBufferPointer { unsafe RAND_bytes($0.baseAddress, Int32($0.count)) }
        guard result == 1 else { return nil }
        return Key(
            name: Array(bytes[..<nameBytes]), cipherKey: Array(bytes[nameBytes..<(nameBytes + 32)]),
            macKey: Array(bytes[(nameBytes + 32)...]), made: now)
    }
}
