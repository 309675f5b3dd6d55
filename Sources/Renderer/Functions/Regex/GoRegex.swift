internal import CPCRE2
internal import Synchronization
internal import Template

/// A regular expression of Go's regexp package, matched by PCRE2.
///
/// Its syntax is read by Go's rules and written anew in PCRE2's, so both see the same parts. Both take the leftmost match and
/// of several there the one that the order of choices prefers. PCRE2 goes back over the text where Go does not, so a match that
/// takes more than ``stepLimit`` steps fails instead of holding the program up.
///
/// Invariants: `code` and `context` are written only before `init` returns and freed in `deinit`; PCRE2 lets any number of
/// threads match by them, each with match data of its own.
@safe
final class GoRegex: @unchecked Sendable {
    /// Steps of one match: some tens of milliseconds.
    static let stepLimit: UInt32 = 2_000_000
    /// Octets of an expression.
    static let patternLimit = 64 << 10

    /// The expression.
    let pattern: [UInt8]
    /// How many groups capture.
    let groupCount: Int
    /// The groups that have names; several may have one.
    let names: [(name: String, group: Int)]

    private let code: OpaquePointer
    private let context: OpaquePointer

    private static let cache = Mutex<[[UInt8]: GoRegex]>([:])

    /// The expression `pattern`, which is compiled once for all that use it.
    static func compiled(_ pattern: [UInt8]) throws(FunctionError) -> GoRegex {
        if let known = cache.withLock({ $0[pattern] }) { return known }
        let regex = try GoRegex(pattern)
        cache.withLock { cache in
            if cache.count >= 512 { cache = [:] }
            cache[pattern] = regex
        }
        return regex
    }

    init(_ pattern: [UInt8]) throws(FunctionError) {
        guard pattern.count <= Self.patternLimit else {
            throw FunctionError("error parsing regexp: expression too large")
        }
        var parser = RE2Parser(pattern)
        let tree = try parser.parse()
        var text = ""
        tree.write(to: &text)
        guard let code = unsafe Self.compile(text), let context = unsafe pcre2_match_context_create_8(nil) else {
            throw FunctionError("error parsing regexp: expression too large")
        }
        unsafe pcre2_set_match_limit_8(context, Self.stepLimit)
        unsafe pcre2_set_depth_limit_8(context, 100_000)
        unsafe pcre2_set_heap_limit_8(context, 64 << 10)
        _ = unsafe pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE))
        self.pattern = pattern
        groupCount = parser.groupCount
        names = parser.names
        unsafe self.code = code
        unsafe self.context = context
    }

    deinit {
        unsafe pcre2_match_context_free_8(context)
        unsafe pcre2_code_free_8(code)
    }

    private static func compile(_ text: String) -> OpaquePointer? {
        var error: Int32 = 0
        var offset = 0
        let options = UInt32(PCRE2_UTF) | UInt32(PCRE2_DOLLAR_ENDONLY) | UInt32(PCRE2_NEVER_BACKSLASH_C)
        let octets = Array(text.utf8)
        return unsafe octets.withUnsafeBufferPointer { buffer in
            let empty: StaticString = ""
            return unsafe pcre2_compile_8(
                buffer.baseAddress ?? empty.utf8Start, buffer.count, options, &error, &offset, nil)
        }
    }

    /// Whether there is a set of code points called `name`.
    static func knowsProperty(_ name: String) -> Bool {
        guard let code = unsafe compile("\\p{\(name)}") else { return false }
        unsafe pcre2_code_free_8(code)
        return true
    }

    /// A text to search in: UTF-8, so that no search needs to look at all of it again.
    struct Subject {
        /// The octets, with U+FFFD in the place of those that are not UTF-8.
        let octets: [UInt8]

        init(_ octets: [UInt8]) {
            let isValid = octets.allSatisfy { $0 < 0x80 } || String(validating: octets, as: UTF8.self) != nil
            self.octets = isValid ? octets : Octets.map(octets) { $0 }
        }
    }

    /// Where the first match from `start` on and its groups are; nil when there is none.
    ///
    /// `start` must be where a code point begins, or the end.
    func match(_ subject: Subject, from start: Int = 0) throws(FunctionError) -> [Range<Int>?]? {
        let subject = subject.octets
        guard let data = unsafe pcre2_match_data_create_from_pattern_8(code, nil) else {
            throw FunctionError("regular expression: no memory")
        }
        defer { unsafe pcre2_match_data_free_8(data) }
        let check = UInt32(PCRE2_NO_UTF_CHECK)
        let result = unsafe subject.withUnsafeBufferPointer { buffer in
            let empty: StaticString = ""
            let octets = unsafe buffer.baseAddress ?? empty.utf8Start
            let result = unsafe pcre2_match_8(code, octets, buffer.count, start, check, data, context)
            guard result == PCRE2_ERROR_JIT_STACKLIMIT else { return result }
            return unsafe pcre2_match_8(code, octets, buffer.count, start, check | UInt32(PCRE2_NO_JIT), data, context)
        }
        if result == PCRE2_ERROR_NOMATCH { return nil }
        guard result >= 0, let offsets = unsafe pcre2_get_ovector_pointer_8(data) else {
            throw FunctionError("regular expression `\(pattern.text)` takes too many steps on this text")
        }
        return (0...groupCount).map { group in
            let start = unsafe offsets[2 * group]
            let end = unsafe offsets[2 * group + 1]
            return start >= 0 && start <= end && end <= subject.count ? start..<end : nil
        }
    }
}
