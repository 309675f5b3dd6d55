/// Decodes heads as RFC 7541 says, with the static table, a dynamic one and Huffman's code.
struct HPACKDecoder {
    /// Octets that the dynamic table may hold: what our SETTINGS said, by default the protocol's own default.
    var limit = 4096
    private var size = 4096
    /// The dynamic table, newest first.
    private var entries: [HTTP2Field] = []

    /// The fields of a whole block.
    mutating func fields(of block: [UInt8]) throws -> [HTTP2Field] {
        var reader = HPACKReader(octets: block)
        var fields: [HTTP2Field] = []
        while let first = reader.peek() {
            switch first {
            case 0x80...:
                fields.append(try self.entry(reader.integer(prefix: 7)))
            case 0x40..<0x80:
                let field = try self.literal(&reader, prefix: 6)
                self.insert(field)
                fields.append(field)
            case 0x20..<0x40:
                guard fields.isEmpty else { throw LabError("HPACK: a table size after a field") }
                let size = try reader.integer(prefix: 5)
                guard size <= self.limit else { throw LabError("HPACK: a table of \(size) octets, not \(self.limit)") }
                self.size = size
                self.evict()
            default:
                fields.append(try self.literal(&reader, prefix: 4))
            }
        }
        return fields
    }

    private func literal(_ reader: inout HPACKReader, prefix: Int) throws -> HTTP2Field {
        let index = try reader.integer(prefix: prefix)
        let name = index == 0 ? try reader.string() : try self.entry(index).name
        return HTTP2Field(name, try reader.string())
    }

    private func entry(_ index: Int) throws -> HTTP2Field {
        let all = HPACKTables.entries
        if (1...all.count).contains(index) { return all[index - 1] }
        guard index > 0, index - all.count - 1 < self.entries.count else { throw LabError("HPACK: no entry \(index)") }
        return self.entries[index - all.count - 1]
    }

    private mutating func insert(_ field: HTTP2Field) {
        self.entries.insert(field, at: 0)
        self.evict()
    }

    private mutating func evict() {
        var total = self.entries.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 32 }
        while total > self.size, let last = self.entries.popLast() {
            total -= last.name.utf8.count + last.value.utf8.count + 32
        }
    }
}
