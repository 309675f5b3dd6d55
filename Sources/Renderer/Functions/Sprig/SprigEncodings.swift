internal import Template

/// Sprig's functions for other languages, letters and checksums.
enum SprigEncodings {
    /// Adds them.
    static func add(to table: inout FunctionTable) {
        for (name, encoding) in [("b64", BaseEncoding.base64), ("b32", BaseEncoding.base32)] {
            table.register("\(name)enc") { (s: GoString) in GoString(encoding.encode(s.octets)) }
            table.register("\(name)dec") { (s: GoString) -> GoString in
                do throws(FunctionError) {
                    return GoString(try encoding.decode(s.octets))
                } catch {
                    return GoString(error.message)
                }
            }
        }
        for (name, digest) in [("sha1sum", Digest.sha1), ("sha256sum", .sha256), ("sha512sum", .sha512)] {
            table.register(name) { (s: GoString) in Hex.text(digest.hash(s.octets)) }
        }
        table.register("adler32sum") { (s: GoString) in
            var low: UInt32 = 1
            var high: UInt32 = 0
            for octet in s.octets {
                low = (low + UInt32(octet)) % 65521
                high = (high + low) % 65521
            }
            return String(high << 16 | low)
        }
        addJSON(to: &table)
    }

    private static func addJSON(to table: inout FunctionTable) {
        table.register("fromJson") { (s: GoString) in (try? JSONDecoding.value(s.octets)) ?? .null }
        table.register("mustFromJson") { (s: GoString) in try JSONDecoding.value(s.octets) }
        let styles: [(String, Bool, String?)] = [
            ("ToJson", true, nil), ("ToPrettyJson", true, "  "), ("ToRawJson", false, nil),
        ]
        for (name, escapesHTML, indent) in styles {
            table.register("must" + name) { (value: Value) in
                GoString(try JSONEncoding.octets(of: value, escapesHTML: escapesHTML, indent: indent))
            }
            table.register("t" + name.dropFirst()) { (value: Value) -> GoString in
                do {
                    return GoString(try JSONEncoding.octets(of: value, escapesHTML: escapesHTML, indent: indent))
                } catch  where name == "ToRawJson" {
                    throw error
                } catch {
                    return GoString("")
                }
            }
        }
    }
}
