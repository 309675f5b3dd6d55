internal import KeyValue

extension KeyValueEntry {
    /// Whether the entry is an empty one that stands for a folder, as store browsers make them, and says nothing.
    func isFolder(under prefix: String) -> Bool {
        value.isEmpty && (key.hasSuffix("/") || key == prefix)
    }
}
