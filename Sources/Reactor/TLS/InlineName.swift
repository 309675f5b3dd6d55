internal import Glibc

/// A host name in lower case without a final dot, on the stack: the form that certificate tables are keyed by.
struct InlineName {
    private var octets = InlineArray<255, UInt8>(repeating: 0)
    private var count = 0

    /// No name.
    init() {}

    /// From a C string; one that is too long for a name is no name.
    init(_ text: UnsafePointer<CChar>) {
        self = unsafe InlineName(UnsafeRawBufferPointer(start: text, count: strnlen(text, 256)))
    }

    /// From octets; too many are no name.
    init(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count <= 255 else { return }
        for index in 0..<bytes.count {
            let octet = unsafe bytes[index]
            octets[index] = octet >= 65 && octet <= 90 ? octet | 32 : octet
        }
        count = bytes.count
        if count > 0, octets[count - 1] == 46 { count -= 1 }
    }

    mutating func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let count = count
        return unsafe withUnsafeBytes(of: &octets) { all in
            unsafe body(UnsafeRawBufferPointer(rebasing: all[..<count]))
        }
    }
}
