/// A message in systemd-journald's native form: fields, each on a line of its own, or in the binary form where its value has
/// more than one line.
struct JournalEntry {
    /// Octets of one field's value: with the rest it has to fit into a datagram (212,992 by the system's default).
    static let valueLimit = 48 << 10
    /// Octets of a field's name (journald's limit).
    private static let nameLimit = 64

    /// What has been written.
    private(set) var octets: [UInt8] = []

    /// Adds a field; its name is made one that journald takes: upper-case letters, digits and underscores, a letter first.
    mutating func add(_ name: String, _ value: String) {
        let name = Self.field(name)
        guard !name.isEmpty else { return }
        var value = Array(value.utf8)
        if value.count > Self.valueLimit { value = Array(value.prefix(Self.valueLimit)) + Array("...".utf8) }
        octets += name
        if value.contains(10) {
            octets.append(10)
            for shift in stride(from: 0, to: 64, by: 8) {
                octets.append(UInt8(truncatingIfNeeded: value.count >> shift))
            }
        } else {
            octets.append(UInt8(ascii: "="))
        }
        octets += value
        octets.append(10)
    }

    /// The name as journald takes it; empty: it has none.
    private static func field(_ name: String) -> [UInt8] {
        let upper = name.utf8.map { octet -> UInt8 in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): octet - 32
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): octet
            default: UInt8(ascii: "_")
            }
        }
        // Those that begin with an underscore are journald's own.
        let start = upper.firstIndex { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ?? upper.endIndex
        return Array(upper[start...].prefix(nameLimit))
    }
}
