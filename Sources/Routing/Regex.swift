internal import CPCRE2
internal import Synchronization

/// A regular expression in PCRE2's language, compiled once and matched from any thread.
///
/// It works on octets, not characters (UTF off), and finds a match anywhere in the subject unless it is anchored, as nginx's
/// and HAProxy's do. Time is bounded: a match that needs more than ``matchLimit`` steps counts as none and is counted in
/// ``limitHits``, so that a pattern that backtracks without end costs its own requests and no others.
///
/// Invariants: `code` and `context` are written only before `init` returns and freed in `deinit`; a block of match data
/// belongs to one call at a time.
@safe
final class Regex: @unchecked Sendable {
    /// Steps of matching allowed: 0.05 to 0.15 ms at worst as measured, and above what an honest pattern needs on a path
    /// of 8 KiB, which is one step or a few for each octet.
    static let matchLimit: UInt32 = 50_000
    /// Nested backtracking points allowed.
    static let depthLimit: UInt32 = 5_000
    /// KiB of heap that one match may take where it runs without machine code.
    static let heapLimit: UInt32 = 1_024
    /// Octets in a pattern.
    static let patternLimit = 4_096

    /// The pattern's text.
    let pattern: String
    /// Capturing groups in it.
    let groupCount: Int
    /// Matches given up for passing a limit.
    let limitHits = Atomic<Int>(0)

    // Safety: immutable once compiled; PCRE2 allows any number of threads to match by the same code and context.
    private let code: OpaquePointer
    private let context: OpaquePointer
    /// A block of match data that no call is using, as an address, or 0: so that matching allocates nothing in the steady state.
    private let spare = Atomic<UInt>(0)

    /// Compiles `pattern`.
    init(_ pattern: String, caseless: Bool = false) throws(RegexError) {
        guard pattern.utf8.count <= Self.patternLimit else {
            throw RegexError(message: "pattern is longer than \(Self.patternLimit) octets", offset: Self.patternLimit)
        }
        let (code, context) = try unsafe Self.compile(pattern, caseless: caseless)
        var groups: UInt32 = 0
        unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_CAPTURECOUNT), &groups)
        self.pattern = pattern
        groupCount = Int(groups)
        unsafe self.code = code
        unsafe self.context = context
    }

    deinit {
        if let data = unsafe OpaquePointer(bitPattern: spare.load(ordering: .acquiring)) {
            unsafe pcre2_match_data_free_8(data)
        }
        unsafe pcre2_match_context_free_8(context)
        unsafe pcre2_code_free_8(code)
    }

    /// Whether `subject` holds a match.
    func matches(_ subject: RawSpan) -> Bool {
        guard let data = unsafe takeMatchData() else { return false }
        defer { unsafe giveBack(data) }
        return unsafe run(subject, data) >= 0
    }

    /// Where the match and its groups lie in `subject`: element 0 is the whole, nil a group that took no part.
    func groups(in subject: RawSpan) -> [Range<Int>?]? {
        guard let data = unsafe takeMatchData() else { return nil }
        defer { unsafe giveBack(data) }
        guard unsafe run(subject, data) >= 0 else { return nil }
        let offsets = unsafe pcre2_get_ovector_pointer_8(data)
        guard let offsets = unsafe offsets else { return nil }
        return (0...groupCount).map { group in
            let start = unsafe offsets[2 * group]
            let end = unsafe offsets[2 * group + 1]
            // An unset group reads as -1; \K in a lookahead can set a start past the end.
            return start >= 0 && start <= end && end <= subject.byteCount ? start..<end : nil
        }
    }

    /// The number of the group called `name`, if there is just one.
    func group(named name: String) -> Int? {
        let octets = Array(name.utf8) + [0]
        let number = unsafe octets.withUnsafeBufferPointer {
            unsafe pcre2_substring_number_from_name_8(code, $0.baseAddress)
        }
        return number > 0 ? Int(number) : nil
    }

    private func run(_ subject: RawSpan, _ data: OpaquePointer) -> Int32 {
        let result = unsafe subject.withUnsafeBytes { bytes in
            // PCRE2 wants a pointer even for an empty subject.
            let empty: StaticString = ""
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? empty.utf8Start
            let result = unsafe pcre2_match_8(code, start, bytes.count, 0, 0, data, context)
            guard result == PCRE2_ERROR_JIT_STACKLIMIT else { return result }
            // The machine code's stack is fixed; the interpreter's is the heap, under its own limit.
            return unsafe pcre2_match_8(code, start, bytes.count, 0, UInt32(PCRE2_NO_JIT), data, context)
        }
        if result < 0, result != PCRE2_ERROR_NOMATCH { limitHits.wrappingAdd(1, ordering: .relaxed) }
        return result
    }

    private func takeMatchData() -> OpaquePointer? {
        if let data = unsafe OpaquePointer(bitPattern: spare.exchange(0, ordering: .acquiringAndReleasing)) {
            return unsafe data
        }
        return unsafe pcre2_match_data_create_from_pattern_8(code, nil)
    }

    private func giveBack(_ data: OpaquePointer) {
        let other = spare.exchange(UInt(bitPattern: data), ordering: .acquiringAndReleasing)
        if let other = unsafe OpaquePointer(bitPattern: other) { unsafe pcre2_match_data_free_8(other) }
    }

    private static func compile(
        _ pattern: String, caseless: Bool
    ) throws(RegexError) -> (code: OpaquePointer, context: OpaquePointer) {
        // `$` is the very end, and a pattern cannot turn on what costs (UTF checks) or breaks (\C) by a verb of its own.
        var options = UInt32(PCRE2_DOLLAR_ENDONLY) | UInt32(PCRE2_NEVER_UTF) | UInt32(PCRE2_NEVER_UCP)
        options |= UInt32(PCRE2_NEVER_BACKSLASH_C)
        if caseless { options |= UInt32(PCRE2_CASELESS) }
        var error: Int32 = 0
        var offset = 0
        let octets = Array(pattern.utf8)
        let code = unsafe octets.withUnsafeBufferPointer { buffer in
            let empty: StaticString = ""
            return unsafe pcre2_compile_8(
                buffer.baseAddress ?? empty.utf8Start, buffer.count, options, &error, &offset, nil)
        }
        guard let code = unsafe code else { throw RegexError(message: message(of: error), offset: offset) }
        guard let context = unsafe pcre2_match_context_create_8(nil) else {
            unsafe pcre2_code_free_8(code)
            throw RegexError(message: "no memory", offset: 0)
        }
        unsafe pcre2_set_match_limit_8(context, matchLimit)
        unsafe pcre2_set_depth_limit_8(context, depthLimit)
        unsafe pcre2_set_heap_limit_8(context, heapLimit)
        // Without machine code (an unsupported processor, no executable memory) the interpreter matches the same, slower.
        _ = unsafe pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE))
        return unsafe (code, context)
    }

    private static func message(of error: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = unsafe buffer.withUnsafeMutableBufferPointer {
            unsafe pcre2_get_error_message_8(error, $0.baseAddress, $0.count)
        }
        return String(decoding: buffer.prefix(max(0, Int(count))), as: UTF8.self)
    }
}

/// Why a pattern does not compile, in PCRE2's words.
struct RegexError: Error, Equatable {
    /// PCRE2's message.
    var message: String
    /// Octets of the pattern before the fault.
    var offset: Int
}
