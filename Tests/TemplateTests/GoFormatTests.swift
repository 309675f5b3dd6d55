import Template
import Testing

/// Go's fmt, beyond what the recorded cases have.
@Suite struct GoFormatTests {
    @Test(arguments: [
        ("%v", 1e6, "1e+06"), ("%v", 123456.0, "123456"), ("%v", 1e-5, "1e-05"), ("%v", 0.1, "0.1"),
        ("%v", Double.leastNonzeroMagnitude, "5e-324"), ("%v", -0.0, "-0"), ("%.3f", 2.0005, "2.001"),
        ("%.0f", 0.5, "0"),
        ("%.0f", 1.5, "2"), ("%e", 0.0, "0.000000e+00"), ("%g", 1e21, "1e+21"), ("%.3g", 1234.5, "1.23e+03"),
        ("%.20f", 0.1, "0.10000000000000000555"), ("%8.2f|", -3.14159, "   -3.14|"), ("%+08.2f", 3.14159, "+0003.14"),
        ("%x", 1.0, "0x1p+00"), ("%.2X", -0.1, "-0X1.9AP-04"), ("%b", 1.0, "4503599627370496p-52"),
        ("%#g", 2.0, "2.00000"), ("%d", 1.5, "%!d(float64=1.5)"), ("%6.1f", Double.infinity, "  +Inf"),
        ("%f", Double.nan, "NaN"),
    ])
    func `floats`(format: String, value: Double, expected: String) {
        #expect(GoFormat.format(format, .float(value)) == expected)
    }

    @Test func `the largest float has all its digits`() {
        let text = GoFormat.format("%.2f", .float(.greatestFiniteMagnitude))
        #expect(text.utf8.count == 312)
        #expect(text.hasPrefix("17976931348623157081452742373170435679807056752584"))
    }

    @Test(arguments: [
        ("%5d|%-5d|%05d|%+d|% d", "   42|42   |00042|+42| 42"),
        ("%x %X %#x %o %#o %O %b %#b %c %U %q", "2a 2A 0x2a 52 052 0o52 101010 0b101010 * U+002A '*'"),
        ("%[2]v %[1]v", "42 42"), ("%[3]d", "%!d(BADINDEX)"), ("%z %", "%!z(int=42) %!(NOVERB)"),
    ])
    func `integers and directives`(format: String, expected: String) {
        let count = format.contains("[") ? 2 : max(format.split(separator: "%").count, 1)
        let values = [Value](repeating: 42, count: format.contains("NOVERB") ? 1 : count)
        #expect(String(decoding: GoFormat.format(Array(format.utf8), values), as: UTF8.self) == expected)
    }

    @Test(arguments: [
        ("%s|%q|%x|% X|%.2s|%5s|%-5s|", "aé|\"aé\"|61c3a9|61 C3 A9|aé|   aé|aé   |"),
        ("%+q %#q %v %d", "\"a\\u00e9\" `aé` aé %!d(string=aé)"),
    ])
    func `strings`(format: String, expected: String) {
        let values = [Value](repeating: "aé", count: 7)
        let count = format.split(separator: "%").count
        #expect(
            String(decoding: GoFormat.format(Array(format.utf8), Array(values.prefix(count))), as: UTF8.self)
                == expected)
    }

    @Test func `lists, maps and nil`() {
        let value: Value = ["b": .list([1, "x", .null, .float(1)]), "a": .strings(["k": "v"]), "n": .null]
        #expect(GoFormat.format("%v", value) == "map[a:map[k:v] b:[1 x <nil> 1] n:<nil>]")
        #expect(
            GoFormat.format("%#v", value)
                == "map[string]interface {}{\"a\":map[string]string{\"k\":\"v\"}, "
                + "\"b\":[]interface {}{1, \"x\", interface {}(nil), 1}, \"n\":interface {}(nil)}")
        #expect(GoFormat.format("%T %T %T", value, .null, .bytes([1])) == "map[string]interface {} <nil> []uint8")
        #expect(String(decoding: GoFormat.text(of: ["a", 1, 2, "b"]), as: UTF8.self) == "a1 2b")
        #expect(String(decoding: GoFormat.line(of: ["a", 1]), as: UTF8.self) == "a 1\n")
    }

    @Test func `quoting shows what does not print`() {
        #expect(GoFormat.quote("a\"\\\n\u{7F}\u{200B}é") == "\"a\\\"\\\\\\n\\x7f\\u200bé\"")
        #expect(GoFormat.quote([0xFF, 0x61]) == Array("\"\\xffa\"".utf8))
    }

    @Test func `widths that Go refuses are refused`() {
        #expect(GoFormat.format("%12345678d", 1) == "%!(NOVERB)%!(EXTRA int=1)")
        #expect(GoFormat.format("%*d", 1_000_001, 1) == "%!(BADWIDTH)1")
    }
}
