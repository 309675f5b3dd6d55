/// Up to four runs of octets that leave in one send: a head, a chunk's size, its data and its end.
///
/// Invariant: the memory of each piece outlives the value. The pairs have the layout of `iovec`.
@safe
@frozen
public struct Pieces {
    static var limit: Int { 4 }

    @usableFromInline
    var vectors: (Piece, Piece, Piece, Piece)
    /// Pieces that were added.
    public private(set) var used = 0
    /// Octets of all pieces.
    public private(set) var count = 0

    /// One run: the first two words are an `iovec`.
    @safe
    @frozen
    public struct Piece {
        @usableFromInline var base: UnsafeRawPointer?
        @usableFromInline var count: Int
    }

    /// No piece.
    public init() {
        let none = unsafe Piece(base: nil, count: 0)
        vectors = (none, none, none, none)
    }

    /// Adds a piece; an empty one is left out.
    ///
    /// A fifth is an error of the caller's.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        let piece = unsafe Piece(base: bytes.baseAddress, count: bytes.count)
        switch used {
        case 0: vectors.0 = piece
        case 1: vectors.1 = piece
        case 2: vectors.2 = piece
        default:
            precondition(used == 3)
            vectors.3 = piece
        }
        used += 1
        count += bytes.count
    }

    /// Calls `body` with what is left of each piece after the first `sent` octets of all.
    public func forEach(after sent: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
        var skip = sent
        for index in 0..<used {
            let piece = index == 0 ? vectors.0 : index == 1 ? vectors.1 : index == 2 ? vectors.2 : vectors.3
            let dropped = min(skip, piece.count)
            skip -= dropped
            if dropped < piece.count, let base = unsafe piece.base {
                unsafe body(UnsafeRawBufferPointer(start: base + dropped, count: piece.count - dropped))
            }
        }
    }
}
