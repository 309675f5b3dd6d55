internal import KeyValue
public import Routing

/// Whose spans they are: the resource of OTLP.
public struct SpanResource: Sendable, Equatable {
    /// Its attributes, each name once.
    public let attributes: [NameValue]
    /// The program's version.
    public let version: String

    /// The edge `service` of this `version` on `host`; of names that are said twice the last one goes.
    ///
    /// - Parameters:
    ///   - host: the machine's name; empty: not known.
    ///   - more: further attributes.
    public init(service: String, version: String, host: String, more: [NameValue] = []) {
        var attributes = [
            NameValue(name: "service.name", value: service), NameValue(name: "service.version", value: version),
        ]
        if !host.isEmpty { attributes.append(NameValue(name: "host.name", value: host)) }
        for attribute in more {
            attributes.removeAll { $0.name == attribute.name }
            attributes.append(attribute)
        }
        self.attributes = attributes
        self.version = version
    }
}
