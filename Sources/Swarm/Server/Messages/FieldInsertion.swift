internal import NIOCore

/// Puts fields into the head of an answer that goes by.
struct FieldInsertion: Sendable {
    /// Octets that a status line may have; what is longer is none.
    private static let lineBytesMax = 4 << 10

    private let fields: String
    /// What has come, while there is no whole line in it.
    private(set) var rest = ByteBuffer()

    /// - Parameter fields: lines with their ends.
    init(_ fields: String) { self.fields = fields }

    /// The octets with the fields in them; nil while more are needed, and to be asked no more after that.
    ///
    /// An answer that is an interim one, another protocol's or no HTTP goes by as it is.
    mutating func pass(_ octets: ByteBuffer) -> ByteBuffer? {
        var octets = octets
        rest.writeBuffer(&octets)
        guard let end = rest.readableBytesView.firstIndex(of: 0x0A) else {
            return rest.readableBytes > Self.lineBytesMax ? rest : nil
        }
        let count = end - rest.readerIndex + 1
        guard let line = rest.getString(at: rest.readerIndex, length: count), line.hasPrefix("HTTP/1."),
            !line.dropFirst(8).hasPrefix(" 1")
        else { return rest }
        var changed = ByteBuffer(string: line + fields)
        rest.moveReaderIndex(forwardBy: count)
        changed.writeBuffer(&rest)
        return changed
    }
}
