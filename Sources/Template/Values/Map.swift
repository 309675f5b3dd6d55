internal import Synchronization

/// A Go map.
///
/// It keeps its entries in the order in which Go prints and ranges over them.
///
/// A map from data never changes. One that functions such as `dict` make for a template can be written to, and is the same
/// map wherever the template holds it, as in Go.
public final class Map: Sendable {
    /// A map's entries in the order of their keys.
    public struct Entries: Sendable {
        /// The keys, each once.
        public fileprivate(set) var keys: [Value]
        /// The values, one a key.
        public fileprivate(set) var values: [Value]

        /// How many there are.
        public var count: Int { keys.count }

        /// Where `key` is, or would be put.
        func position(of key: Value) -> (index: Int, isFound: Bool) {
            var low = 0
            var high = keys.count
            while low < high {
                let middle = (low + high) / 2
                let order = ValueOrder.compare(keys[middle], key)
                if order == 0 { return (middle, true) }
                if order < 0 { low = middle + 1 } else { high = middle }
            }
            return (low, false)
        }

        /// The value at the string key `name`.
        func value(at name: [UInt8]) -> Value? {
            var low = 0
            var high = keys.count
            while low < high {
                let middle = (low + high) / 2
                let order: Int
                switch keys[middle] {
                case .string(let key): order = ValueOrder.compare(key, name)
                case let key: order = ValueOrder.compare(key, .string(name))
                }
                if order == 0 { return values[middle] }
                if order < 0 { low = middle + 1 } else { high = middle }
            }
            return nil
        }
    }

    /// The map's type: `.map`, or a name over one.
    public let type: GoType
    /// The type of the keys.
    public let key: GoType
    /// The type of the elements.
    public let element: GoType
    /// Whether it is nil, which prints like an empty one.
    public let isNil: Bool
    /// Whether functions may write to it.
    public let isMutable: Bool

    /// How many levels of lists, maps and structures there were when it was made, this one among them.
    let depth: Int
    private let storage: Mutex<Entries>

    /// The map of `entries`; of two with one key the last stays.
    public init(_ entries: [(key: Value, value: Value)], type: GoType = .stringMap, isMutable: Bool = false) {
        self.type = type
        key = type.keyType
        element = type.elementType
        isNil = false
        self.isMutable = isMutable
        depth = entries.reduce(0) { max($0, $1.key.depth, $1.value.depth) } + 1
        storage = Mutex(Self.sorted(entries))
    }

    /// The map of names to values.
    public convenience init(_ entries: [String: Value], type: GoType = .stringMap, isMutable: Bool = false) {
        self.init(entries.map { (.string($0.key), $0.value) }, type: type, isMutable: isMutable)
    }

    /// The nil map of `type`.
    public init(nilOf type: GoType) {
        self.type = type
        key = type.keyType
        element = type.elementType
        isNil = true
        isMutable = false
        depth = 1
        storage = Mutex(Entries(keys: [], values: []))
    }

    private static func sorted(_ entries: [(key: Value, value: Value)]) -> Entries {
        let ordered = entries.enumerated().sorted { left, right in
            let order = ValueOrder.compare(left.element.key, right.element.key)
            return order == 0 ? left.offset < right.offset : order < 0
        }
        var result = Entries(keys: [], values: [])
        result.keys.reserveCapacity(ordered.count)
        result.values.reserveCapacity(ordered.count)
        for (_, entry) in ordered {
            if let last = result.keys.last, ValueOrder.compare(last, entry.key) == 0 {
                result.values[result.values.count - 1] = entry.value
            } else {
                result.keys.append(entry.key)
                result.values.append(entry.value)
            }
        }
        return result
    }

    /// The entries as they are now.
    public var entries: Entries { storage.withLock { $0 } }

    /// How many entries there are.
    public var count: Int { storage.withLock { $0.keys.count } }

    /// The value at `key`; nil when there is none.
    public subscript(key: Value) -> Value? {
        storage.withLock { entries in
            let (index, isFound) = entries.position(of: key)
            return isFound ? entries.values[index] : nil
        }
    }

    /// The value at the string key `name`; nil when there is none.
    public subscript(name: [UInt8]) -> Value? { storage.withLock { $0.value(at: name) } }

    /// The value at the string key `name`; nil when there is none.
    public subscript(name: String) -> Value? { self[Array(name.utf8)] }

    /// Puts `value` at `key`, or takes the entry out when it is nil.
    ///
    /// False when the map cannot be written to.
    @discardableResult
    public func set(_ key: Value, to value: Value?) -> Bool {
        guard isMutable else { return false }
        storage.withLock { entries in
            let (index, isFound) = entries.position(of: key)
            switch (value, isFound) {
            case (let value?, true): entries.values[index] = value
            case (let value?, false):
                entries.keys.insert(key, at: index)
                entries.values.insert(value, at: index)
            case (nil, true):
                entries.keys.remove(at: index)
                entries.values.remove(at: index)
            case (nil, false): break
            }
        }
        return true
    }

    /// Takes all entries out, so that maps that hold one another are let go.
    func clear() {
        guard isMutable else { return }
        storage.withLock { $0 = Entries(keys: [], values: []) }
    }
}
