internal import Synchronization
internal import Template

/// A store for values that templates keep while they are executed: `scratch`.
final class Scratch: Sendable {
    private struct State {
        var values: [[UInt8]: Value] = [:]
        var type: StructType?
    }

    private let state = Mutex(State())

    /// The pointer that the function `scratch` gives.
    var pointer: Value { .pointer(Structure(type, [])) }

    /// The type of the pointer, whose methods work on this store.
    var type: StructType {
        if let type = state.withLock({ $0.type }) { return type }
        let type = StructType(DependencyTypes.scratch, fields: [], methods: methods)
        state.withLock { $0.type = type }
        return type
    }

    private var methods: [Method] {
        [
            Method("Key", needsPointer: true) { [weak self] (_: Receiver, key: GoString) -> Bool in
                self?.value(key) != nil
            },
            Method("Get", needsPointer: true) { [weak self] (_: Receiver, key: GoString) -> Value in
                self?.value(key) ?? .null
            },
            Method("Set", needsPointer: true) { [weak self] (_: Receiver, key: GoString, value: Value) -> String in
                self?.set(key, value, replaces: true)
                return ""
            },
            Method("SetX", needsPointer: true) { [weak self] (_: Receiver, key: GoString, value: Value) -> String in
                self?.set(key, value, replaces: false)
                return ""
            },
            Method("MapSet", needsPointer: true) {
                [weak self] (_: Receiver, key: GoString, mapKey: GoString, value: Value) -> String in
                try self?.set(key, mapKey, value, replaces: true)
                return ""
            },
            Method("MapSetX", needsPointer: true) {
                [weak self] (_: Receiver, key: GoString, mapKey: GoString, value: Value) -> String in
                try self?.set(key, mapKey, value, replaces: false)
                return ""
            },
            Method(
                "MapValues",
                Function(parameters: [.string], result: .anySlice) { [weak self] arguments in
                    guard case .map(let map)? = self?.value(GoString(arguments[0].octets ?? [])), map.type == .stringMap
                    else { return .list(List(nilOf: .anySlice)) }
                    return .list(map.entries.values)
                }, needsPointer: true),
        ]
    }

    private func value(_ key: GoString) -> Value? { state.withLock { $0.values[key.octets] } }

    private func set(_ key: GoString, _ value: Value, replaces: Bool) {
        state.withLock { state in
            if replaces || state.values[key.octets] == nil { state.values[key.octets] = value }
        }
    }

    private func set(_ key: GoString, _ mapKey: GoString, _ value: Value, replaces: Bool) throws {
        let map: Map
        switch self.value(key) {
        case nil:
            map = Map([:], isMutable: true)
            set(key, .map(map), replaces: true)
        case .map(let known) where known.type == .stringMap && known.isMutable: map = known
        case .map(let known) where known.type == .stringMap:
            map = Map(Array(zip(known.entries.keys, known.entries.values)), isMutable: true)
            set(key, .map(map), replaces: true)
        default: throw FunctionError("\(GoFormat.quote(key.octets).text) is not a map")
        }
        if replaces || map[mapKey.octets] == nil { map.set(.string(mapKey.octets), to: value) }
    }
}
