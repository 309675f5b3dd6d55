/// Names to numbers: an open-addressed table over one run of octets, so that a look-up allocates and copies nothing.
///
/// What is in it comes from the operator's certificates, never from clients, so its runs of collisions are no one's to
/// choose.
struct NameIndex: Sendable {
    private var octets: [UInt8] = []
    /// Where each name begins in `octets`, and where the last ends.
    private var starts: [Int] = [0]
    private var values: [Int32] = []
    /// Numbers of names, -1 where free; a power of two, at most half full.
    private var slots: [Int32] = [-1, -1]

    /// An index of `names`; of two that are the same the first counts.
    init(_ names: [(name: String, value: Int32)]) {
        var size = 2
        while size < names.count * 2 { size *= 2 }
        slots = Array(repeating: -1, count: size)
        for (name, value) in names {
            let name = Array(name.utf8)
            let (slot, known) = unsafe name.withUnsafeBytes { unsafe locate($0) }
            if known >= 0 { continue }
            slots[slot] = Int32(values.count)
            values.append(value)
            octets += name
            starts.append(octets.count)
        }
    }

    /// The number of `name`, or -1.
    func find(_ name: UnsafeRawBufferPointer) -> Int32 {
        let known = unsafe locate(name).name
        return known < 0 ? -1 : values[Int(known)]
    }

    private func locate(_ name: UnsafeRawBufferPointer) -> (slot: Int, name: Int32) {
        // FNV-1a.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in 0..<name.count { hash = unsafe (hash ^ UInt64(name[index])) &* 0x100_0000_01B3 }
        var slot = Int(truncatingIfNeeded: hash ^ hash >> 32) & (slots.count - 1)
        while true {
            let candidate = slots[slot]
            if candidate < 0 { return (slot, -1) }
            if unsafe isName(candidate, name) { return (slot, candidate) }
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    private func isName(_ number: Int32, _ name: UnsafeRawBufferPointer) -> Bool {
        let start = starts[Int(number)]
        guard starts[Int(number) + 1] - start == name.count else { return false }
        for index in 0..<name.count where unsafe octets[start + index] != name[index] { return false }
        return true
    }
}
