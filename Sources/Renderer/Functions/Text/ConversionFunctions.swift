internal import Template

/// The functions that make values of texts.
enum ConversionFunctions {
    /// Adds them.
    static func add(to table: inout FunctionTable) {
        table.register("parseBool") { (s: GoString) in s.octets.isEmpty ? false : try NumberText.bool(s, "parseBool") }
        table.register("parseFloat") { (s: GoString) in
            s.octets.isEmpty ? 0 : try NumberText.float(s, "parseFloat")
        }
        table.register("parseInt") { (s: GoString) in s.octets.isEmpty ? 0 : try NumberText.int(s, "parseInt") }
        table.register("parseUint") { (s: GoString) in s.octets.isEmpty ? 0 : try NumberText.uint(s, "parseUint") }
        table.register("parseJSON") { (s: GoString) -> Value in
            s.octets.isEmpty ? .map(Map([:], isMutable: true)) : try JSONDecoding.value(s.octets)
        }
        table.register("parseYAML") { (s: GoString) -> Value in
            s.octets.isEmpty ? .map(Map([:], isMutable: true)) : try YAMLDecoding.value(s.text)
        }
    }
}

/// Numbers and bools as Go's strconv package reads them.
enum NumberText {
    static func bool(_ text: GoString, _ function: String) throws(FunctionError) -> Bool {
        switch text.text {
        case "1", "t", "T", "true", "TRUE", "True": return true
        case "0", "f", "F", "false", "FALSE", "False": return false
        default: throw failure("ParseBool", text, "invalid syntax", function)
        }
    }

    static func int(_ text: GoString, _ function: String?, name: String = "ParseInt") throws(FunctionError) -> Int64 {
        let digits =
            text.octets.first.map { $0 == 0x2B || $0 == 0x2D } == true ? text.octets.dropFirst() : text.octets[...]
        guard !digits.isEmpty, digits.allSatisfy({ $0 &- 0x30 < 10 }) else {
            throw failure(name, text, "invalid syntax", function)
        }
        guard let value = Int64(text.text) else { throw failure(name, text, "value out of range", function) }
        return value
    }

    static func uint(_ text: GoString, _ function: String?) throws(FunctionError) -> UInt64 {
        guard !text.octets.isEmpty, text.octets.allSatisfy({ $0 &- 0x30 < 10 }) else {
            throw failure("ParseUint", text, "invalid syntax", function)
        }
        guard let value = UInt64(text.text) else { throw failure("ParseUint", text, "value out of range", function) }
        return value
    }

    static func float(_ text: GoString, _ function: String?) throws(FunctionError) -> Double {
        guard let value = float(text.octets) else { throw failure("ParseFloat", text, "invalid syntax", function) }
        if value.isInfinite, text.octets.contains(where: { $0 &- 0x30 < 10 }) {
            throw failure("ParseFloat", text, "value out of range", function)
        }
        return value
    }

    /// The number that `octets` are; infinite when it is out of range, nil when it is none.
    static func float(_ octets: [UInt8]) -> Double? {
        var rest = octets[...]
        let isNegative = rest.first == 0x2D
        if isNegative || rest.first == 0x2B { rest = rest.dropFirst() }
        let word = String(decoding: rest, as: UTF8.self).lowercased()
        let sign = isNegative ? -1.0 : 1.0
        if word == "inf" || word == "infinity" { return sign * .infinity }
        if word == "nan" { return octets.count == 3 ? .nan : nil }
        let isHex = word.hasPrefix("0x")
        func isDigit(_ octet: UInt8) -> Bool { octet &- 0x30 < 10 || isHex && (octet | 0x20) &- 0x61 < 6 }
        if isHex { rest = rest.dropFirst(2) }
        let whole = rest.prefix(while: isDigit)
        rest = rest[whole.endIndex...]
        var fraction: ArraySlice<UInt8> = []
        if rest.first == 0x2E {
            rest = rest.dropFirst()
            fraction = rest.prefix(while: isDigit)
            rest = rest[fraction.endIndex...]
        }
        guard !(whole.isEmpty && fraction.isEmpty) else { return nil }
        var exponent = ""
        let mark: UInt8 = isHex ? 0x70 : 0x65
        if let letter = rest.first, letter | 0x20 == mark {
            rest = rest.dropFirst()
            if let sign = rest.first, sign == 0x2D || sign == 0x2B {
                if sign == 0x2D { exponent = "-" }
                rest = rest.dropFirst()
            }
            let digits = rest.prefix { $0 &- 0x30 < 10 }
            guard !digits.isEmpty else { return nil }
            exponent += String(decoding: digits, as: UTF8.self)
            rest = rest[digits.endIndex...]
        } else if isHex {
            return nil
        }
        guard rest.isEmpty else { return nil }
        if exponent.isEmpty { exponent = "0" }
        let digits = "\(text(whole)).\(text(fraction))"
        let number = isHex ? "0x\(digits)p\(exponent)" : "\(digits)e\(exponent)"
        guard let magnitude = Double(number) else { return nil }
        return sign * magnitude
    }

    private static func text(_ digits: ArraySlice<UInt8>) -> String {
        digits.isEmpty ? "0" : String(decoding: digits, as: UTF8.self)
    }

    private static func failure(
        _ name: String, _ text: GoString, _ problem: String, _ function: String?
    ) -> FunctionError {
        let prefix = function.map { "\($0): " } ?? ""
        return FunctionError("\(prefix)strconv.\(name): parsing \(GoFormat.quote(text.octets).text): \(problem)")
    }
}
