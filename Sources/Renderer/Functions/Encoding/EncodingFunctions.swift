internal import Template

/// The functions that write values in other languages, and texts in other letters.
enum EncodingFunctions {
    /// Adds them.
    static func add(to table: inout FunctionTable) {
        addBase64(to: &table)
        table.register("md5sum") { (s: GoString) in Hex.text(Digest.md5.hash(s.octets)) }
        table.register("sha1Hex") { (s: GoString) in Hex.text(Digest.sha1.hash(s.octets)) }
        table.register("sha256Hex") { (s: GoString) in Hex.text(Digest.sha256.hash(s.octets)) }
        table.register("hmacSHA256Hex") { (message: GoString, key: GoString) in
            Hex.text(Digest.sha256.authenticate(message.octets, key: key.octets))
        }
        let styles: [(String, Bool, Bool)] = [
            ("toJSON", true, false), ("toJSONPretty", true, true), ("toUnescapedJSON", false, false),
            ("toUnescapedJSONPretty", false, true),
        ]
        for (name, escapesHTML, isPretty) in styles {
            table.register(name) { (value: Value) in
                GoString(
                    try named(name) { () throws(FunctionError) in
                        try JSONEncoding.octets(of: value, escapesHTML: escapesHTML, indent: isPretty ? "  " : nil)
                    })
            }
        }
        table.register("toYAML") { (value: Value) in GoString(Octets.trimSpace(try YAMLEncoding.octets(of: value))) }
        table.register("toTOML") { (value: Value) -> GoString in
            if case .null = value { throw FunctionError("reflect: call of reflect.Value.Type on zero Value") }
            return GoString(
                Octets.trimSpace(
                    try named("toTOML") { () throws(FunctionError) in try TOMLEncoding.octets(of: value) }))
        }
    }

    private static func addBase64(to table: inout FunctionTable) {
        table.register("base64Encode") { (s: GoString) in GoString(BaseEncoding.base64.encode(s.octets)) }
        table.register("base64URLEncode") { (s: GoString) in GoString(BaseEncoding.base64URL.encode(s.octets)) }
        table.register("base64Decode") { (s: GoString) in
            GoString(
                try named("base64Decode") { () throws(FunctionError) in try BaseEncoding.base64.decode(s.octets) })
        }
        table.register("base64URLDecode") { (s: GoString) in
            GoString(
                try named("base64URLDecode") { () throws(FunctionError) in
                    try BaseEncoding.base64URL.decode(s.octets)
                })
        }
    }

    /// What `body` gives; its failure begins with the function's name.
    static func named<Result>(
        _ name: String, _ body: () throws(FunctionError) -> Result
    ) throws(FunctionError) -> Result {
        do {
            return try body()
        } catch {
            throw FunctionError("\(name): \(error.message)")
        }
    }
}
