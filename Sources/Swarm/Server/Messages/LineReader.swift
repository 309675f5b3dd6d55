internal import NIOCore

/// Takes lines out of octets as they come: each ends in CRLF, and holds no other CR, LF or control octet but the tab.
///
/// Every octet is looked at once, and what it finds does not depend on how they were cut into reads.
struct LineReader: Sendable {
    /// What is wrong with a line.
    enum Failure: Error, Sendable, Equatable {
        /// The lines together have more octets than they may.
        case tooLong
        /// A CR without its LF, an LF without its CR, or another control octet.
        case control
    }

    /// Octets that lines may still have.
    private(set) var left: Int
    /// Octets after the buffer's reader index that belong to a line that has not ended.
    private var scanned = 0

    /// - Parameter limit: octets that all lines may have together, their ends included.
    init(limit: Int) { left = limit }

    /// The next line without its end, taken out of the buffer; nil if it has not ended yet.
    mutating func next(_ buffer: inout ByteBuffer) throws(Failure) -> [UInt8]? {
        let view = buffer.readableBytesView
        var index = view.startIndex + scanned
        while index < view.endIndex {
            guard left > 0 else { throw .tooLong }
            left -= 1
            let octet = view[index]
            index += 1
            scanned += 1
            let followsReturn = scanned > 1 && view[index - 2] == 0x0D
            guard followsReturn == (octet == 0x0A) else { throw .control }
            if octet == 0x0A {
                let line = Array(view[view.startIndex..<index - 2])
                buffer.moveReaderIndex(forwardBy: scanned)
                scanned = 0
                return line
            }
            guard octet >= 0x20 && octet != 0x7F || octet == 0x09 || octet == 0x0D else { throw .control }
        }
        return nil
    }
}
