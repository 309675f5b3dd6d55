/// HPACK's primitives, read one after the other (RFC 7541, section 5).
struct HPACKReader {
    let octets: [UInt8]
    private var next = 0

    init(octets: [UInt8]) { self.octets = octets }

    /// The next octet, which stays; nil at the end.
    func peek() -> UInt8? { self.next < self.octets.count ? self.octets[self.next] : nil }

    private mutating func octet() throws -> UInt8 {
        guard let octet = self.peek() else { throw LabError("HPACK: the block ends inside a field") }
        self.next += 1
        return octet
    }

    mutating func integer(prefix: Int) throws -> Int {
        let limit = (1 << prefix) - 1
        var value = Int(try self.octet()) & limit
        guard value == limit else { return value }
        for shift in stride(from: 0, through: 28, by: 7) {
            let octet = Int(try self.octet())
            value += (octet & 0x7f) << shift
            if octet < 0x80 { return value }
        }
        throw LabError("HPACK: an integer without an end")
    }

    mutating func string() throws -> String {
        guard let first = self.peek() else { throw LabError("HPACK: the block ends before a string") }
        let count = try self.integer(prefix: 7)
        guard self.next + count <= self.octets.count else { throw LabError("HPACK: a string longer than the block") }
        let raw = Array(self.octets[self.next..<(self.next + count)])
        self.next += count
        return String(decoding: first & 0x80 == 0 ? raw : try Self.decode(raw), as: UTF8.self)
    }

    /// Huffman's code undone, padding checked.
    static func decode(_ octets: [UInt8]) throws -> [UInt8] {
        var decoded: [UInt8] = []
        var code: UInt32 = 0
        var bits = 0
        for octet in octets {
            for shift in stride(from: 7, through: 0, by: -1) {
                code = code << 1 | UInt32(octet >> shift & 1)
                bits += 1
                guard let symbol = HPACKTables.symbols[HPACKTables.Code(bits: bits, code: code)] else {
                    if bits >= 30 { throw LabError("HPACK: no such code") }
                    continue
                }
                guard symbol < 256 else { throw LabError("HPACK: the end symbol inside a string") }
                decoded.append(UInt8(symbol))
                (code, bits) = (0, 0)
            }
        }
        guard bits < 8, code == (1 << bits) - 1 else { throw LabError("HPACK: bad padding") }
        return decoded
    }
}
