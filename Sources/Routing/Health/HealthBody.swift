/// What the body of a check's answer must hold.
enum HealthBody: Sendable {
    case any
    case text([UInt8])
    case expression(Regex)

    /// From text, or `~` and an expression.
    init(_ pattern: String?) throws(RegexError) {
        guard let pattern else {
            self = .any
            return
        }
        self = pattern.hasPrefix("~") ? .expression(try Regex(String(pattern.dropFirst()))) : .text(Array(pattern.utf8))
    }

    /// What is wrong with `pattern`; nil if nothing is.
    static func fault(in pattern: String) -> String? {
        if pattern.isEmpty || pattern == "~" { return "the body's pattern is empty: it is a text, or ~EXPRESSION" }
        do {
            _ = try HealthBody(pattern)
            return nil
        } catch {
            return "the body's expression: \(error.message), after \(error.offset) octets"
        }
    }

    /// Whether `body` will do.
    ///
    /// Safety: octets are read at offsets from `start`, which leaves room for all of `text` before the body's end.
    func accepts(_ body: RawSpan) -> Bool {
        switch self {
        case .any: return true
        case .expression(let regex): return regex.matches(body)
        case .text(let text):
            guard let first = text.first, text.count <= body.byteCount else { return text.isEmpty }
            let last = body.byteCount - text.count
            var start = 0
            while start <= last {
                if unsafe body.unsafeLoad(fromByteOffset: start, as: UInt8.self) == first, isThere(text, body, start) {
                    return true
                }
                start += 1
            }
            return false
        }
    }

    private func isThere(_ text: [UInt8], _ body: RawSpan, _ start: Int) -> Bool {
        for index in text.indices
        where unsafe body.unsafeLoad(fromByteOffset: start + index, as: UInt8.self) != text[index] {
            return false
        }
        return true
    }
}
