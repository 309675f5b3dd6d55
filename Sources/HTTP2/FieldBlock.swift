internal import Reactor
internal import Wire

/// A field section while it is received: what will become an HTTP/1 head.
///
/// Pseudo-fields come first (RFC 9113 §8.3): their values lie in `text` one behind the other, the field lines follow.
struct FieldBlock {
    /// The stream's index, -1 when no section is under way.
    var stream: Int32 = -1
    var isTrailer = false
    /// Values of pseudo-fields, then lines.
    var text = Buffer()
    /// Offset of the first line in `text`, -1 while only pseudo-fields have come.
    var linesStart = -1
    /// The crumbs of Cookie (RFC 9113 §8.2.3).
    var cookies = Buffer()
    var method = ByteRange()
    var path = ByteRange()
    var authority = ByteRange()
    var scheme = ByteRange()
    var protocolName = ByteRange()
    var hasProtocol = false
    var status: UInt32 = 0
    var fieldCount = 0
    /// The decoded size so far (RFC 9113 §6.5.2).
    var listBytes = 0
    /// It is too large to be used: the rest is passed over.
    var isTooLarge = false
}
