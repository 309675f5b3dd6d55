/// What a file says: its keys with their values, ascending.
struct FileContents: Sendable {
    /// The keys and their values' octets.
    var entries: [(key: String, value: [UInt8])]
    /// The keys whose values are maps or lists.
    var documents: Set<String> = []
    /// How it was read, if it is one of plain lines.
    var lines: FileLines?

    /// Reads `octets`.
    ///
    /// - Parameter old: what was read from the file before.
    static func read(_ octets: [UInt8], path: String, after old: FileLines?) throws(KeyValueError) -> FileContents {
        if let lines = FileLines(octets, after: old ?? FileLines()) {
            return FileContents(entries: lines.lines.map { ($0.key, $0.value) }, lines: lines)
        }
        let values = try FileReader.read(octets, path: path)
        return FileContents(
            entries: values.map { ($0.key, $0.value.octets) }.sorted { KeyOrder.precedes($0.key, $1.key) },
            documents: Set(values.filter(\.value.isDocument).keys))
    }

    /// The values by their keys.
    var values: [String: FileValue] {
        var values: [String: FileValue] = [:]
        values.reserveCapacity(entries.count)
        for (key, value) in entries {
            values[key] = FileValue(octets: value, isDocument: documents.contains(key))
        }
        return values
    }
}
