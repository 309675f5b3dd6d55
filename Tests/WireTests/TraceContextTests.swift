import Testing

@testable import Wire

/// `traceparent` and `tracestate` (W3C Trace Context, level 1).
@Suite struct TraceContextTests {
    private func parent(_ text: String) -> TraceParent? {
        let octets = Array(text.utf8)
        return unsafe octets.withUnsafeBytes { unsafe TraceParent($0) }
    }

    /// What goes on of these fields.
    private func state(_ values: String...) -> String? {
        var memory = [UInt8](repeating: 0, count: TraceState.octetLimit)
        var state = TraceState()
        for value in values {
            let octets = Array(value.utf8)
            unsafe memory.withUnsafeMutableBytes { memory in
                unsafe octets.withUnsafeBytes { unsafe state.add($0, into: memory) }
            }
        }
        return state.isKept ? String(decoding: memory[..<state.count], as: UTF8.self) : nil
    }

    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let span = "b7ad6b7169203331"

    @Test func aParentIsRead() throws {
        let found = try #require(parent("00-\(Self.trace)-\(Self.span)-01"))
        #expect(found.traceHigh == 0x0af7_6519_16cd_43dd && found.traceLow == 0x8448_eb21_1c80_319c)
        #expect(found.parent == 0xb7ad_6b71_6920_3331 && found.isSampled)
    }

    @Test(arguments: [
        ("00-\(trace)-\(span)-00", false), ("00-\(trace)-\(span)-02", false), ("00-\(trace)-\(span)-ff", true),
        ("cc-\(trace)-\(span)-01", true), ("cc-\(trace)-\(span)-01-what-the-future-brings", true),
        ("01-\(trace)-\(span)-00-", false),
    ])
    func versionsAndFlagsAreReadAsFarAsTheyAreKnown(text: String, isSampled: Bool) {
        #expect(parent(text)?.isSampled == isSampled)
    }

    @Test(arguments: [
        "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-", "00-\(trace)-\(span)-1", "00-\(trace)-\(span)-01-",
        "00-\(trace)-\(span)-01-x", "ff-\(trace)-\(span)-01", "cc-\(trace)-\(span)-01.x", "0-\(trace)-\(span)-01",
        "00-\(trace.uppercased())-\(span)-01", "00-\(trace)-\(span.uppercased())-01", "00-\(trace)-\(span)-0X",
        "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01",
        "00-\(trace)_\(span)-01", "00_\(trace)-\(span)-01", "00-\(trace)-\(span).01",
        "00-g\(trace.dropFirst())-\(span)-01",
        "00-\(trace.dropLast())--\(span)-01", " 00-\(trace)-\(span)-01", "00-\(trace)-\(span)-01 ",
        "0\u{e9}-\(trace)-\(span)-01",
    ])
    func whatIsNoneIsNone(text: String) {
        #expect(parent(text) == nil)
    }

    @Test func whateverIsSentIsReadWithoutHarm() {
        var random = SeededGenerator(seed: 42)
        let good = Array("00-\(Self.trace)-\(Self.span)-01".utf8)
        for _ in 0..<20_000 {
            var octets = good
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                octets[Int.random(in: 0..<octets.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { octets.removeLast(Int.random(in: 0...octets.count, using: &random)) }
            guard let parent = unsafe octets.withUnsafeBytes({ unsafe TraceParent($0) }) else { continue }
            #expect(octets.count >= 55 && parent.parent != 0 && parent.traceHigh | parent.traceLow != 0)
        }
    }

    @Test func membersAreOneListOverAllFields() {
        #expect(state("a=1") == "a=1")
        #expect(state("a=1, b=2\t,,c/d*=3 4 ,", "t@v=x") == "a=1,b=2,c/d*=3 4,t@v=x")
        #expect(state() == nil && state("") == nil && state(" , ,") == nil)
    }

    @Test(arguments: [
        "a", "a=", "=1", "A=1", "a=1,b", "a=1=2", "a=\u{e9}", "a\u{1}=1", "@a=1", "a b=1", "a=1;\u{7f}",
        "\(String(repeating: "k", count: 257))=1", "k=\(String(repeating: "v", count: 257))",
    ])
    func aListThatBreaksTheRulesIsDroppedWhole(text: String) {
        #expect(state(text) == nil)
        #expect(state("ok=1", text, "more=2") == nil)
    }

    @Test func theListIsBounded() {
        let members = (0..<32).map { "k\($0)=v" }
        #expect(state(members.joined(separator: ",")) == members.joined(separator: ","))
        #expect(state(members.joined(separator: ","), "one=more") == nil)
        let long = (0..<5).map { "k\($0)=\(String(repeating: "v", count: 147))" }
        // 150 octets and a comma each: three fit, and what comes behind them does not pass them.
        #expect(state(long.joined(separator: ","), "z=1") == long[..<3].joined(separator: ","))
    }
}
