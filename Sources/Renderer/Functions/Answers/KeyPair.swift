/// A key of the store with its value.
public struct KeyPair: Sendable, Equatable {
    /// The whole key.
    public var path: String
    /// The key without the prefix that was asked for and the slashes after it.
    public var key: String
    /// The value, which need not be UTF-8.
    public var value: [UInt8]
    /// The store's index at which the key was made.
    public var createIndex: UInt64 = 0
    /// The store's index at which the key was last written.
    public var modifyIndex: UInt64 = 0
    /// How often the key was locked.
    public var lockIndex: UInt64 = 0
    /// A number that clients may keep with the key.
    public var flags: UInt64 = 0
    /// The session that holds the key's lock; empty for none.
    public var session = ""

    /// The pair that `path` is below `prefix`.
    public init(path: String, below prefix: String, value: [UInt8]) {
        self.path = path
        self.value = value
        let rest = path.utf8.starts(with: prefix.utf8) ? path.utf8.dropFirst(prefix.utf8.count) : path.utf8[...]
        key = String(decoding: rest.drop { $0 == UInt8(ascii: "/") }, as: UTF8.self)
    }
}
