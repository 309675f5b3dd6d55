/// An endpoint's value, written: `10.0.0.5:80 weight=5 note="two words"`, in the form that Discovery reads.
package enum EndpointText {
    /// `10.0.0.5:80` or `[2001:db8::1]:80`.
    package static func address(_ host: String, _ port: UInt16) -> String {
        host.contains(":") && !host.hasPrefix("[") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// `name=value`, the value in quotes if it needs them; the name alone without a value.
    package static func attribute(_ name: String, _ value: String?) -> String {
        guard let value else { return name }
        let isPlain = !value.hasPrefix("\"") && !value.unicodeScalars.contains(where: isBlank)
        guard !isPlain else { return "\(name)=\(value)" }
        var quoted = ""
        for scalar in value.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
            quoted.unicodeScalars.append(scalar)
        }
        return "\(name)=\"\(quoted)\""
    }

    /// Whether an attribute may be called so: letters, digits, `.`, `_` and `-`.
    package static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
                default: false
                }
            }
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
    }
}
