internal import Discovery
internal import FoundationEssentials
internal import Gateway
internal import Routing

/// Traces: `tracing:`.
extension ConfigurationFile {
    private static let tracingKeys = [
        "endpoint", "headers", "sample", "service_name", "attributes", "trust", "timeout",
    ]

    mutating func readTracing(_ node: DocumentNode?, with reader: DocumentReader) {
        guard let node, node.scalar != "off" else { return }
        let members = reader.fields(of: node, in: "tracing (off, or a mapping)", keys: Self.tracingKeys)
        var tracing = TracingSettings()
        if let sample = reader.fraction(members["sample"], "tracing.sample") { tracing.sample = sample }
        if let trust = reader.choice(members["trust"], "tracing.trust", of: TracingConfiguration.Trust.self) {
            tracing.trust = trust
        }
        if let place = members["endpoint"], let text = reader.string(place, "tracing.endpoint") {
            tracing.endpoint = Self.collector(text)
            if tracing.endpoint == nil {
                reader.report(
                    "tracing.endpoint is \"\(text)\": it is the URL at which a collector takes OTLP over HTTP, such as "
                        + "http://127.0.0.1:4318/v1/traces", at: place)
            }
        }
        tracing.headers = reader.pairs(members["headers"], "tracing.headers")
        for header in tracing.headers where !Self.isField(header) {
            reader.report(
                "tracing.headers: \"\(header.name)\" is no field: a name of letters, digits and dashes, and a value on one "
                    + "line", at: members["headers"] ?? node)
        }
        tracing.attributes = reader.pairs(members["attributes"], "tracing.attributes")
        if let name = reader.string(members["service_name"], "tracing.service_name") { tracing.serviceName = name }
        if let timeout = reader.milliseconds(members["timeout"], "tracing.timeout") {
            tracing.timeout = max(1, timeout)
        }
        configuration.tracing = tracing
    }

    /// The URL that `text` means, nil if it is none; without a path it is that of traces.
    private static func collector(_ text: String) -> String? {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), let url = URL(string: text),
            let host = url.host(), !host.isEmpty, ["http", "https"].contains(url.scheme?.lowercased() ?? "")
        else { return nil }
        guard url.path().isEmpty || url.path() == "/" else { return text }
        guard url.query() == nil, url.fragment() == nil else { return nil }
        return (text.hasSuffix("/") ? String(text.dropLast()) : text) + "/v1/traces"
    }

    private static func isField(_ field: NameValue) -> Bool {
        !field.name.isEmpty
            && field.name.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: "_")
            } && field.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }
}
