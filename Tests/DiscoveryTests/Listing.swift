import KeyValue

/// A listing of keys and values as a store would give it.
func listing(_ values: [String: String], revision: UInt64 = 1) -> KeyValueListing {
    let entries = values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
        KeyValueEntry(key: $0.key, value: Array($0.value.utf8), modifyIndex: revision)
    }
    return KeyValueListing(entries: entries, index: revision)
}
