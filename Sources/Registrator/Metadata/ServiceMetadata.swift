internal import DockerEngine

/// What a container says of one of its ports: `SERVICE_X=v` in its environment and labels, and `SERVICE_80_X=v` for port 80.
///
/// Labels win over the environment, and what is said of the port over what is said of all, in whatever order it stands. Names
/// are in lower case here, without `SERVICE_` and port.
struct ServiceMetadata: Sendable, Equatable {
    private static let prefix = "SERVICE_"

    /// All that is said, by name.
    private(set) var values: [String: String] = [:]
    /// The names of what is said of this port alone.
    private(set) var ofPort: Set<String> = []

    /// What `container` says of the port with this number, over whatever transport.
    init(of container: ContainerDetails, port: UInt16) {
        for variable in container.environment {
            guard let equals = variable.firstIndex(of: "=") else { continue }
            take(variable[..<equals], String(variable[variable.index(after: equals)...]), port)
        }
        for (name, value) in container.labels.sorted(by: { $0.key < $1.key }) { take(name[...], value, port) }
    }

    private mutating func take(_ name: Substring, _ value: String, _ port: UInt16) {
        guard name.hasPrefix(Self.prefix) else { return }
        let key = name.dropFirst(Self.prefix.count).lowercased()
        if let underscore = key.firstIndex(of: "_"), Int(key[..<underscore]) != nil {
            guard key[..<underscore] == "\(port)" else { return }
            let key = String(key[key.index(after: underscore)...])
            values[key] = value
            ofPort.insert(key)
        } else if !ofPort.contains(key) {
            values[key] = value
        }
    }

    /// The value of `name`; nil where it is empty, which counts as not said.
    subscript(name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    /// All that has no meaning of its own here: what catalogs keep with the service.
    var remainder: [String: String] {
        values.filter { !["id", "name", "tags"].contains($0.key) }
    }
}
