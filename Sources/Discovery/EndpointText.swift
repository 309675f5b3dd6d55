/// Writes an endpoint's value in words, so that ``EndpointValue`` reads the same again.
public enum EndpointText {
    /// `10.0.0.5:80 weight=5 host=shop.example.com backup`.
    ///
    /// - Parameter attributes: names and values in the order that they are written; a bare one has no value.
    public static func value(address: String, attributes: [(name: String, value: String?)]) -> String {
        ([address] + attributes.map { word($0.name, $0.value) }).joined(separator: " ")
    }

    /// One attribute, its value in quotes where it needs them.
    public static func word(_ name: String, _ value: String?) -> String {
        guard let value else { return name }
        let isPlain = value.first != "\"" && !value.unicodeScalars.contains { " \t\r\n".unicodeScalars.contains($0) }
        if isPlain { return "\(name)=\(value)" }
        var text = "\(name)=\""
        for scalar in value.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { text.unicodeScalars.append("\\") }
            text.unicodeScalars.append(scalar)
        }
        return text + "\""
    }
}
