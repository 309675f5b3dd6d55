import GoFlags
import Testing

@Suite struct GoValueTests {
    @Test(
        arguments: [
            ("0", 0), ("+0", 0), ("1ns", 1), ("1us", 1_000), ("1\u{B5}s", 1_000), ("1\u{3BC}s", 1_000),
            ("1ms", 1_000_000), ("5s", 5_000_000_000), ("-5s", -5_000_000_000), ("1h2m3.5s", 3_723_500_000_000),
            (".5s", 500_000_000), ("1.s", 1_000_000_000), ("1.0000000009s", 1_000_000_000),
            ("0.3333333333333333333h", 1_200_000_000_000),
            ("2562047h47m16.854775807s", Int64.max), ("-9223372036854775808ns", Int64.min), ("1m1m", 120_000_000_000),
        ] as [(String, Int64)])
    func `durations are read as Go reads them`(text: String, nanoseconds: Int64) throws {
        #expect(try Duration(goText: text) == .nanoseconds(nanoseconds))
    }

    @Test(arguments: [
        ("", "time: invalid duration \"\""), ("-", "time: invalid duration \"-\""),
        ("3", "time: missing unit in duration \"3\""), ("1.5", "time: missing unit in duration \"1.5\""),
        ("5x", "time: unknown unit \"x\" in duration \"5x\""), ("1d", "time: unknown unit \"d\" in duration \"1d\""),
        ("1h 2m", "time: unknown unit \"h \" in duration \"1h 2m\""), (" 1s", "time: invalid duration \" 1s\""),
        (".s", "time: invalid duration \".s\""), ("+-1s", "time: invalid duration \"+-1s\""),
        ("9223372036854775808ns", "time: invalid duration \"9223372036854775808ns\""),
        ("99999999999999999999999h", "time: invalid duration \"99999999999999999999999h\""),
        ("3000000h", "time: invalid duration \"3000000h\""), ("\u{663}s", "time: invalid duration \"\u{663}s\""),
    ])
    func `what is no duration is refused in Go's words`(text: String, message: String) {
        let error = #expect(throws: GoDurationError.self) { try Duration(goText: text) }
        #expect(error?.description == message)
    }

    @Test(
        arguments: [
            (0, "0s"), (1, "1ns"), (1_100, "1.1\u{B5}s"), (2_200_000, "2.2ms"), (3_300_000_000, "3.3s"),
            (245_000_000_000, "4m5s"), (245_001_000_000, "4m5.001s"), (18_367_001_000_000, "5h6m7.001s"),
            (480_000_000_001, "8m0.000000001s"), (-3_600_000_000_000, "-1h0m0s"), (.max, "2562047h47m16.854775807s"),
            (.min, "-2562047h47m16.854775808s"),
        ] as [(Int64, String)])
    func `durations are told as Go tells them, and read back`(nanoseconds: Int64, text: String) throws {
        #expect(Duration.nanoseconds(nanoseconds).goText == text)
        #expect(try Duration(goText: text) == .nanoseconds(nanoseconds))
    }

    @Test func `a duration beyond Go's range is held at its end`() {
        #expect(Duration.seconds(Int64.max).goNanoseconds == .max)
        #expect(Duration.seconds(Int64.min).goNanoseconds == .min)
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("017", 15), ("0o17", 15), ("0O17", 15), ("0x1F", 31), ("-0XfF", -255), ("0b101", 5),
            ("1_000", 1_000), ("0x_1f", 31), ("0_7", 7), ("9223372036854775807", .max), ("-9223372036854775808", .min),
        ] as [(String, Int64)])
    func `whole numbers are read as Go reads them`(text: String, value: Int64) throws {
        #expect(try Int64(goText: text) == value)
    }

    @Test(arguments: ["", "-", "+", "08", "0x", "0b2", "1__0", "_1", "1_", "1e3", " 1", "0x1_", "--1", "\u{661}"])
    func `what is no whole number is refused`(text: String) {
        #expect(throws: FlagValueError.syntax) { try Int64(goText: text) }
    }

    @Test func `numbers that do not fit are out of range`() {
        #expect(throws: FlagValueError.range) { try Int64(goText: "9223372036854775808") }
        #expect(throws: FlagValueError.range) { try Int8(goText: "-129") }
        #expect(throws: FlagValueError.range) { try UInt8(goText: "0x100") }
        #expect(throws: FlagValueError.syntax) { try UInt8(goText: "+1") }
        #expect(throws: FlagValueError.syntax) { try Int64(goText: "99999999999999999999x") }
    }

    @Test(
        arguments: [
            (0, "0"), (1, "1"), (-1.5, "-1.5"), (0.0001, "0.0001"), (0.00001, "1e-05"), (100_000, "100000"),
            (1_000_000, "1e+06"), (123_456_789, "1.23456789e+08"), (1e100, "1e+100"), (.infinity, "+Inf"),
        ] as [(Double, String)])
    func `numbers are told as Go tells defaults`(value: Double, text: String) throws {
        #expect(value.goText == text)
        #expect(try Double(goText: text) == value)
    }

    @Test(arguments: ["", "x", "e5", "1e", "0x", "1 ", "--1", "nanx"])
    func `what is no number is refused`(text: String) {
        #expect(throws: FlagValueError.syntax) { try Double(goText: text) }
    }

    @Test(
        arguments: [
            ("0", 0), ("32", 32), ("32b", 32), ("32k", 32 << 10), ("32K", 32 << 10), ("32kb", 32 << 10),
            ("32KiB", 32 << 10),
            ("1.5 MB", 3 << 19), ("2g", 2 << 30), ("1T", 1 << 40), ("1p", 1 << 50),
        ] as [(String, Int64)])
    func `sizes are powers of 1024`(text: String, size: Int64) throws {
        #expect(try ByteSize.parse(text) == size)
        #expect(try ByteSize.parse(ByteSize.text(size)) == size)
    }

    @Test(arguments: ["", "k", "-1", ".5k", "5.k", "5x", "5kk", "5  k", "1.2.3", "\u{661}k"])
    func `what is no size is refused`(text: String) {
        #expect(throws: FlagValueError.syntax) { try ByteSize.parse(text) }
    }

    @Test(arguments: ["9223372036854775807k", "99999999999999999999", "1e4p", "99999999999999.9p"])
    func `sizes that do not fit are refused`(text: String) {
        #expect(throws: FlagValueError.self) { try ByteSize.parse(text) }
    }

    @Test(arguments: [
        ("a b", "\"a b\""), ("\"\\", "\"\\\"\\\\\""), ("\u{07}\u{08}\u{0C}\n\r\t\u{0B}", "\"\\a\\b\\f\\n\\r\\t\\v\""),
        ("\u{00}\u{7F}", "\"\\x00\\x7f\""), ("\u{A0}\u{200B}\u{E000}", "\"\\u00a0\\u200b\\ue000\""),
        ("\u{1F600}\u{E9}", "\"\u{1F600}\u{E9}\""), ("\u{10FFFF}", "\"\\U0010ffff\""),
    ])
    func `texts are quoted as Go quotes them`(text: String, quoted: String) {
        #expect(text.goQuoted == quoted)
    }
}
