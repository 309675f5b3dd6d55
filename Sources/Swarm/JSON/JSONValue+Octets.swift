extension JSONValue {
    /// The document without white space.
    var octets: [UInt8] {
        var octets: [UInt8] = []
        write(to: &octets)
        return octets
    }

    /// Adds the document to `octets`.
    func write(to octets: inout [UInt8]) {
        switch self {
        case .null: octets += "null".utf8
        case .boolean(let value): octets += (value ? "true" : "false").utf8
        case .number(let text): octets += text.utf8
        case .string(let text): Self.write(text, to: &octets)
        case .array(let elements):
            octets.append(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                if place > 0 { octets.append(UInt8(ascii: ",")) }
                element.write(to: &octets)
            }
            octets.append(UInt8(ascii: "]"))
        case .object(let object):
            octets.append(UInt8(ascii: "{"))
            for (place, member) in object.members.enumerated() {
                if place > 0 { octets.append(UInt8(ascii: ",")) }
                Self.write(member.name, to: &octets)
                octets.append(UInt8(ascii: ":"))
                member.value.write(to: &octets)
            }
            octets.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, to octets: inout [UInt8]) {
        octets.append(UInt8(ascii: "\""))
        for octet in text.utf8 {
            switch octet {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                octets.append(UInt8(ascii: "\\"))
                octets.append(octet)
            case 0x0A: octets += "\\n".utf8
            case 0x0D: octets += "\\r".utf8
            case 0x09: octets += "\\t".utf8
            case ..<0x20:
                octets += "\\u00".utf8
                octets += (octet < 16 ? "0" : "").utf8
                octets += String(octet, radix: 16).utf8
            default: octets.append(octet)
            }
        }
        octets.append(UInt8(ascii: "\""))
    }
}
