/// What a request's Accept-Encoding fields say of the codings that we know (RFC 9110 §12.5.3).
///
/// Weights are thousandths. A member that is malformed, in its name or its weight, says nothing: a body in a coding that the
/// client cannot read is worse than one that is not compressed. Of a coding that is named twice the last word counts.
public struct AcceptEncoding: Sendable, Equatable {
    /// By ``ContentCoding``'s number, and last for `*`; -1 where nothing is said.
    private var weights: (Int16, Int16, Int16, Int16, Int16) = (-1, -1, -1, -1, -1)

    /// No field has been read: only the body as it is is welcome, as all who send no such field expect.
    public init() {}

    /// Whether both say the same.
    public static func == (left: AcceptEncoding, right: AcceptEncoding) -> Bool {
        left.weights == right.weights
    }

    /// Takes note of a field's value; of several fields each is read.
    public mutating func read(_ value: UnsafeRawBufferPointer) {
        guard let bytes = unsafe Octets(value) else { return }
        var members = ListMembers(ByteRange(start: 0, count: UInt32(clamping: bytes.count)), in: bytes)
        while let member = members.next() { note(member, in: bytes) }
    }

    /// How welcome `coding` is, in thousandths; 0: not at all.
    ///
    /// The body as it is is always welcome but where it, or `*` without it, is given the weight 0.
    public func weight(of coding: ContentCoding) -> Int {
        let own: Int16
        switch coding {
        case .identity: return weights.0 >= 0 ? Int(weights.0) : weights.4 == 0 ? 0 : 1
        case .gzip: own = weights.1
        case .brotli: own = weights.2
        case .zstd: own = weights.3
        }
        return Int(own >= 0 ? own : max(0, weights.4))
    }

    /// The most welcome of `codings`, of equals the first; identity where none is welcome, or less than the body as it is.
    public func choice(among codings: [ContentCoding]) -> ContentCoding {
        var best = ContentCoding.identity
        var bestWeight = 0
        for coding in codings where weight(of: coding) > bestWeight {
            best = coding
            bestWeight = weight(of: coding)
        }
        // One that is not named is welcome, but less than any that is.
        return weights.0 > bestWeight ? .identity : best
    }

    private mutating func note(_ member: ByteRange, in bytes: Octets) {
        var end = Int(member.start)
        while end < Int(member.end), bytes[end] != Octet.semicolon { end += 1 }
        var weight: Int16 = 1000
        if end < Int(member.end) {
            let rest = ByteRange(start: UInt32(end + 1), count: member.end - UInt32(end + 1))
            guard let told = Self.weight(rest, in: bytes) else { return }
            weight = told
        }
        while end > Int(member.start), Octet.isBlank(bytes[end - 1]) { end -= 1 }
        let name = ByteRange(start: member.start, count: UInt32(end) - member.start)
        if bytes.equals(name, "gzip") || bytes.equals(name, "x-gzip") {
            weights.1 = weight
        } else if bytes.equals(name, "br") {
            weights.2 = weight
        } else if bytes.equals(name, "zstd") {
            weights.3 = weight
        } else if bytes.equals(name, "identity") {
            weights.0 = weight
        } else if bytes.equals(name, "*") {
            weights.4 = weight
        }
    }

    /// `OWS "q=" qvalue` (RFC 9110 §12.4.2), in thousandths; nil for everything else.
    private static func weight(_ range: ByteRange, in bytes: Octets) -> Int16? {
        var index = Int(range.start)
        let end = Int(range.end)
        while index < end, Octet.isBlank(bytes[index]) { index += 1 }
        guard end - index >= 3, Octet.lowercased(bytes[index]) == UInt8(ascii: "q"),
            bytes[index + 1] == UInt8(ascii: "=")
        else { return nil }
        let whole = bytes[index + 2] &- Octet.zero
        guard whole <= 1, end - index <= 7 else { return nil }
        index += 3
        var weight = Int16(whole) * 1000
        guard index < end else { return weight }
        guard bytes[index] == UInt8(ascii: ".") else { return nil }
        index += 1
        var unit: Int16 = 100
        while index < end {
            let digit = bytes[index] &- Octet.zero
            guard digit <= 9 else { return nil }
            weight += Int16(digit) * unit
            unit /= 10
            index += 1
        }
        return weight <= 1000 ? weight : nil
    }
}
