internal import Template

/// Maps merged into one another as the mergo package does.
struct MapMerge {
    /// Whether what is there is replaced.
    let overrides: Bool

    /// Puts what `source` has into `target`: maps into maps, and other values where there is none or an empty one.
    func merge(_ source: Map, into target: Map, depth: Int = 0) throws(FunctionError) {
        guard depth < ResultLimit.depth else { throw FunctionError("more than \(ResultLimit.depth) levels") }
        guard source !== target else { return }
        let entries = source.entries
        for (key, value) in zip(entries.keys, entries.values) {
            if value.isNil {
                if overrides { target.set(key, to: value) }
                continue
            }
            let old = target[key]
            if case .map(let inner) = value, case .map(let outer)? = old, inner.type == outer.type {
                if outer.isMutable {
                    try merge(inner, into: outer, depth: depth + 1)
                } else {
                    let copy = outer.mutableCopy
                    try merge(inner, into: copy, depth: depth + 1)
                    target.set(key, to: .map(copy))
                }
                if target[key]?.isTrue == true { continue }
            }
            if case .list = value, case .list? = old, old?.isTrue == true {
                if overrides { target.set(key, to: value) }
                continue
            }
            if overrides || old?.isTrue != true { target.set(key, to: value) }
        }
    }
}

extension Map {
    /// A map with the same entries that can be written to.
    var mutableCopy: Map {
        let entries = entries
        return Map(Array(zip(entries.keys, entries.values)), type: type, isMutable: true)
    }

    /// The map itself when it can be written to, or a copy.
    var mutable: Map { isMutable ? self : mutableCopy }
}
