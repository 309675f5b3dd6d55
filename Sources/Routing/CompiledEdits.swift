/// Field lines that a route takes out of a head and puts into it.
public final class CompiledEdits: Sendable {
    /// Names, in lower case, of the fields that are taken out: those removed and those set.
    public let removedNames: [[UInt8]]
    /// Field lines to add, each `Name: value` with its CRLF.
    public let lines: [UInt8]

    /// A bit for each length, up to 63, of the names that are taken out: almost all others are told apart by it.
    private let lengths: UInt64

    /// Which head is edited.
    enum Target {
        case request, response
    }

    /// The edits that a route describes; nil if there are none.
    init?(_ edits: HeaderEdits, of target: Target) throws(PatternError) {
        guard !edits.isEmpty else { return nil }
        var names: [[UInt8]] = []
        var lines: [UInt8] = []
        for field in edits.set {
            try Self.check(field.name, isRemoved: false, target)
            guard FieldSyntax.isValue(field.value) else {
                throw PatternError(
                    reason:
                        "value of header `\(field.name)` has a control character, or a space at an end: leave it out")
            }
            lines += field.name.utf8
            lines += ": ".utf8
            lines += field.value.utf8
            lines += "\r\n".utf8
            names.append(FieldSyntax.lower(field.name))
        }
        for name in edits.remove {
            try Self.check(name, isRemoved: true, target)
            names.append(FieldSyntax.lower(name))
        }
        var unique: [[UInt8]] = []
        for name in names where !unique.contains(name) { unique.append(name) }
        removedNames = unique
        self.lines = lines
        lengths = unique.reduce(0) { $0 | 1 << UInt64(min($1.count, 63)) }
    }

    /// Whether fields called `name`, in any case, are taken out.
    public func removes(_ name: RawSpan) -> Bool {
        guard lengths & 1 << UInt64(min(name.byteCount, 63)) != 0 else { return false }
        for removed in removedNames where removed.count == name.byteCount {
            let lowered = unsafe removed.span.bytes
            if CaselessName.equal(name, 0, lowered, 0, count: removed.count) { return true }
        }
        return false
    }

    /// Fields by which messages are framed and connections kept: they are the gateway's, and an edit would let one message
    /// pass for two (RFC 9112 §11.2).
    private static let framing: Set<String> = [
        "connection", "content-length", "expect", "http2-settings", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    private static func check(_ name: String, isRemoved: Bool, _ target: Target) throws(PatternError) {
        guard FieldSyntax.isToken(name) else {
            throw PatternError(
                reason: "header name `\(name)` is none: write letters, digits and hyphens, as in `X-Env`")
        }
        let lowered = name.lowercased()
        guard !framing.contains(lowered) else {
            throw PatternError(reason: "header `\(name)` is the gateway's own to write: leave it out")
        }
        if isRemoved, target == .request, lowered == "host" {
            throw PatternError(reason: "header `Host` cannot be removed from a request: set it to another value")
        }
    }
}

/// The grammar of field lines (RFC 9110 §5).
enum FieldSyntax {
    /// Whether `text` is a token (RFC 9110 §5.6.2): a method, or a field's name.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 256
            && text.utf8.allSatisfy { octet in
                octet &- UInt8(ascii: "0") < 10 || (octet | 0x20) &- UInt8(ascii: "a") < 26
                    || "!#$%&'*+-.^_`|~".utf8.contains(octet)
            }
    }

    /// Whether `text` may be a field's value: no control characters but tabs, and no space at either end.
    static func isValue(_ text: String) -> Bool {
        func isBlank(_ octet: UInt8?) -> Bool { octet == 0x20 || octet == 0x09 }
        return text.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }
            && !isBlank(text.utf8.first) && !isBlank(text.utf8.last)
    }

    /// `name` in lower case.
    static func lower(_ name: String) -> [UInt8] {
        name.utf8.map(CaselessName.lower)
    }
}
