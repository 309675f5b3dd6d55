internal import CPCRE2

/// A value of a ``PlacementExpression`` as something to match texts with.
///
/// Most are plain names, which are compared; only what has signs of a regular expression is one. A match that takes more than
/// ``stepLimit`` steps counts as none, and so does every match of an expression that does not compile.
///
/// Invariants: `code` and `context` are written only before `init` returns and freed in `deinit`; PCRE2 lets any number of
/// threads match by them, each with match data of its own.
@safe
final class NamePattern: @unchecked Sendable {
    /// Steps of one match: some milliseconds.
    private static let stepLimit: UInt32 = 100_000

    private let plain: [UInt8]?
    private let code: OpaquePointer?
    private let context: OpaquePointer?

    /// `/expression/`, or a name in which `*` stands for any characters.
    init(_ value: String) {
        let octets = Array(value.utf8)
        let slash = UInt8(ascii: "/")
        var expression: [UInt8]
        if octets.count >= 2, octets.first == slash, octets.last == slash {
            plain = nil
            expression = Array(octets.dropFirst().dropLast())
        } else if octets.contains(where: { #".*()?+[]\^$|"#.utf8.contains($0) }) {
            plain = nil
            expression = Array("^".utf8)
            for octet in octets { expression += octet == UInt8(ascii: "*") ? Array(".*".utf8) : [octet] }
            expression.append(UInt8(ascii: "$"))
        } else {
            plain = octets
            unsafe code = nil
            unsafe context = nil
            return
        }
        var error: Int32 = 0
        var offset = 0
        let options = UInt32(PCRE2_UTF) | UInt32(PCRE2_DOLLAR_ENDONLY) | UInt32(PCRE2_NEVER_BACKSLASH_C)
        unsafe code = unsafe expression.withUnsafeBufferPointer { buffer in
            let empty: StaticString = ""
            return unsafe pcre2_compile_8(
                buffer.baseAddress ?? empty.utf8Start, buffer.count, options, &error, &offset, nil)
        }
        unsafe context = unsafe code == nil ? nil : pcre2_match_context_create_8(nil)
        if let context = unsafe context {
            unsafe pcre2_set_match_limit_8(context, Self.stepLimit)
            unsafe pcre2_set_depth_limit_8(context, Self.stepLimit)
        }
    }

    deinit {
        if let context = unsafe context { unsafe pcre2_match_context_free_8(context) }
        if let code = unsafe code { unsafe pcre2_code_free_8(code) }
    }

    /// Whether `text` matches.
    func matches(_ text: String) -> Bool {
        if let plain { return text.utf8.elementsEqual(plain) }
        guard let code = unsafe code, let data = unsafe pcre2_match_data_create_from_pattern_8(code, nil) else {
            return false
        }
        defer { unsafe pcre2_match_data_free_8(data) }
        let octets = Array(text.utf8)
        return unsafe octets.withUnsafeBufferPointer { buffer in
            let empty: StaticString = ""
            return unsafe pcre2_match_8(
                code, buffer.baseAddress ?? empty.utf8Start, buffer.count, 0, 0, data, context) >= 0
        }
    }
}
