/// Parses the field lines of a head or of a trailer section (RFC 9112 §5).
struct FieldParser {
    /// What is read; it ends where the limit on the head's size does.
    let bytes: Octets
    /// Where the fields go.
    let table: FieldTable
    /// The most octets that a name may have.
    let nameLimit: Int
    /// Trailers are only read, not acted upon.
    var isTrailer = false
    /// What the fields said.
    var facts = FieldFacts()
    /// Fields in the table.
    var count = 0
    /// Offset just past the empty line, once it was seen.
    var end = 0

    /// Reads lines from `start` to the empty line.
    mutating func parse(from start: Int) -> HeadOutcome {
        // Copies, so that they stay in registers across the calls below.
        let bytes = bytes
        let table = table
        let nameLimit = nameLimit
        var index = start
        while index < bytes.count {
            if bytes[index] == Octet.carriageReturn {
                guard index + 1 < bytes.count else { return .incomplete }
                guard bytes[index + 1] == Octet.lineFeed else { return .rejected(.bareCarriageReturn) }
                end = index + 2
                return .complete
            }
            var hasUnderscore = false
            let nameEnd = Scan.tokenEnd(bytes, from: index, sawUnderscore: &hasUnderscore)
            if nameEnd &- index > nameLimit { return .rejected(.headTooLarge) }
            guard nameEnd < bytes.count else { return .incomplete }
            guard bytes[nameEnd] == Octet.colon, nameEnd > index else {
                return .rejected(nameRejection(line: index, stop: nameEnd))
            }
            guard count < table.capacity else { return .rejected(.tooManyFields) }

            var valueStart = nameEnd &+ 1
            while valueStart < bytes.count, Octet.isBlank(bytes[valueStart]) { valueStart &+= 1 }
            let lineStop = Scan.valueEnd(bytes, from: valueStart)
            guard lineStop &+ 1 < bytes.count, bytes[lineStop] == Octet.carriageReturn,
                bytes[lineStop &+ 1] == Octet.lineFeed
            else { return valueOutcome(stop: lineStop) }
            var valueEnd = lineStop
            while valueEnd > valueStart, Octet.isBlank(bytes[valueEnd &- 1]) { valueEnd &-= 1 }

            let name = HeaderName.lookup(
                bytes, start: index, count: nameEnd &- index, hasUnderscore: hasUnderscore)
            let field = HeaderField(
                nameStart: UInt32(truncatingIfNeeded: index), nameCount: UInt16(truncatingIfNeeded: nameEnd &- index),
                valueStart: UInt32(truncatingIfNeeded: valueStart),
                valueCount: UInt32(truncatingIfNeeded: valueEnd &- valueStart),
                lineEnd: UInt32(truncatingIfNeeded: lineStop &+ 2), name: name)
            table[count] = field
            count &+= 1
            if name != .other, !isTrailer, let rejection = facts.note(name, field.value, in: bytes) {
                return .rejected(rejection)
            }
            index = lineStop &+ 2
        }
        return .incomplete
    }

    /// Why a line without a name and a colon is refused.
    private func nameRejection(line: Int, stop: Int) -> HeadRejection {
        switch bytes[stop] {
        case Octet.space, Octet.tab:
            if stop > line { return .whitespaceBeforeColon }
            // A line that begins with a blank continues the one before it, or nothing at all.
            return count > 0 ? .obsoleteFold : .malformedField
        case Octet.lineFeed: return .bareLineFeed
        case Octet.carriageReturn: return .malformedField
        default: return .badFieldName
        }
    }

    /// What a value is that did not end in CRLF: unfinished, or refused.
    private func valueOutcome(stop: Int) -> HeadOutcome {
        guard stop < bytes.count else { return .incomplete }
        switch bytes[stop] {
        case Octet.lineFeed: return .rejected(.bareLineFeed)
        case Octet.carriageReturn: return stop + 1 < bytes.count ? .rejected(.bareCarriageReturn) : .incomplete
        default: return .rejected(.badFieldValue)
        }
    }
}
