internal import Reactor
internal import Wire

/// Copies the field lines that go on from one head to another, neighbours in one piece.
///
/// Lines lie one behind the other, so a line that is left out ends a run by not being kept.
struct FieldRun {
    private var start = 0
    private var end = 0

    /// Takes `field` into the run, or writes the run out and begins the next one with it.
    mutating func keep(_ field: HeaderField, of bytes: UnsafeRawBufferPointer, to out: inout Buffer) {
        if end != Int(field.nameStart) {
            unsafe write(bytes, to: &out)
            start = Int(field.nameStart)
        }
        end = Int(field.lineEnd)
    }

    /// Writes out the run at hand; to be called once behind the last field.
    func write(_ bytes: UnsafeRawBufferPointer, to out: inout Buffer) {
        if end > start { unsafe out.append(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) }
    }
}
