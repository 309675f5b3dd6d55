/// A frame as octets (RFC 9113 §4.1), to be sent as no library would send it.
struct RawFrame: Equatable {
    var type: UInt8
    var flags: UInt8 = 0
    var stream: UInt32 = 0
    var payload: [UInt8] = []

    static let preface = [UInt8]("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// What a client says first.
    static var hello: [UInt8] { preface + settings().bytes }

    var bytes: [UInt8] {
        let count = payload.count
        return [UInt8(count >> 16), UInt8(count >> 8 & 255), UInt8(count & 255), type, flags] + Self.word(stream)
            + payload
    }

    static func word(_ number: UInt32) -> [UInt8] {
        [UInt8(number >> 24), UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
    }

    static func data(_ stream: UInt32, _ text: String, ends: Bool = false) -> RawFrame {
        RawFrame(type: 0, flags: ends ? 1 : 0, stream: stream, payload: [UInt8](text.utf8))
    }

    /// A whole field section.
    static func headers(_ stream: UInt32, _ fields: [(String, String)], ends: Bool = true) -> RawFrame {
        RawFrame(type: 1, flags: ends ? 5 : 4, stream: stream, payload: block(fields))
    }

    static func reset(_ stream: UInt32, _ code: UInt32 = 8) -> RawFrame {
        RawFrame(type: 3, stream: stream, payload: word(code))
    }

    static func settings(_ entries: [(UInt16, UInt32)] = []) -> RawFrame {
        RawFrame(
            type: 4, payload: entries.flatMap { [UInt8($0.0 >> 8), UInt8($0.0 & 255)] + word($0.1) })
    }

    static var settingsAcknowledged: RawFrame { RawFrame(type: 4, flags: 1) }

    static var ping: RawFrame { RawFrame(type: 6, payload: [0, 1, 2, 3, 4, 5, 6, 7]) }

    static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> RawFrame {
        RawFrame(type: 8, stream: stream, payload: word(increment))
    }

    static func priority(_ stream: UInt32) -> RawFrame {
        RawFrame(type: 2, stream: stream, payload: word(0) + [15])
    }

    /// Fields as literals without indexing and without Huffman codes (RFC 7541 §6.2.2).
    static func block(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { [0] + string($0.0) + string($0.1) }
    }

    /// A length with a prefix of seven bits, and the octets.
    static func string(_ text: String) -> [UInt8] {
        let bytes = [UInt8](text.unicodeScalars.map { UInt8($0.value) })
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var length: [UInt8] = [127]
        var rest = bytes.count - 127
        while rest >= 128 {
            length.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        return length + [UInt8(rest)] + bytes
    }

    /// The frames in `bytes`; what is cut off at the end is left out.
    static func parse(_ bytes: [UInt8]) -> [RawFrame] {
        var frames: [RawFrame] = []
        var index = 0
        while index + 9 <= bytes.count {
            let count = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
            guard index + 9 + count <= bytes.count else { break }
            let stream = bytes[(index + 5)..<(index + 9)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            frames.append(
                RawFrame(
                    type: bytes[index + 3], flags: bytes[index + 4], stream: stream,
                    payload: [UInt8](bytes[(index + 9)..<(index + 9 + count)])))
            index += 9 + count
        }
        return frames
    }

    /// The error code of RST_STREAM or GOAWAY.
    var code: UInt32? {
        let bytes = type == 3 ? payload[...] : type == 7 ? payload.dropFirst(4).prefix(4) : []
        return bytes.count == 4 ? bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } : nil
    }
}

/// The fields of a plain GET, with others in place of some or behind them.
func get(_ changed: [(String, String)] = [], without: Set<String> = []) -> [(String, String)] {
    let plain = [(":method", "GET"), (":scheme", "https"), (":authority", "example.com"), (":path", "/")]
    let names = Set(changed.map(\.0))
    return plain.filter { !names.contains($0.0) && !without.contains($0.0) }
        + changed.filter { $0.0.hasPrefix(":") } + changed.filter { !$0.0.hasPrefix(":") }
}
