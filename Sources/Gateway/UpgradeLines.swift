internal import Reactor
internal import Wire

/// What an upgrade, asked for or granted, says to the next hop (RFC 9110 §7.8).
enum UpgradeLines {
    /// Writes `Connection: upgrade` and the Upgrade fields among the first `count` of `fields`, which point into `bytes`.
    static func write(_ fields: FieldTable, count: Int, of bytes: UnsafeRawBufferPointer, to out: inout Buffer) {
        out.append("Connection: upgrade\r\n")
        for position in 0..<count where fields[position].name == .upgrade {
            let value = fields[position].value
            out.append("Upgrade: ")
            unsafe out.append(UnsafeRawBufferPointer(rebasing: bytes[Int(value.start)..<Int(value.end)]))
            out.append("\r\n")
        }
    }
}
