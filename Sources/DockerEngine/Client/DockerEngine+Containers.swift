internal import FoundationEssentials

extension DockerEngine {
    /// The containers of the engine, newest first.
    ///
    /// - Parameters:
    ///   - all: also those that do not run.
    ///   - filters: what the API's `filters` has: `["label": ["portico.enable=true"], "status": ["running"]]`.
    public func listContainers(
        all: Bool = false, filters: [String: [String]] = [:]
    ) async throws(DockerError) -> [ContainerSummary] {
        var query: [(name: String, value: String)] = []
        if all { query.append(("all", "1")) }
        if !filters.isEmpty { query.append(("filters", Self.text(filters))) }
        let list: ContainerSummary.List = try await call("/containers/json", query: query, what: "list containers")
        return list.elements
    }

    /// A container as it is now; nil if it is gone.
    ///
    /// - Parameters:
    ///   - id: its ID, the start of it, or its name.
    public func inspect(_ id: String) async throws(DockerError) -> ContainerDetails? {
        guard !id.isEmpty else { throw DockerError(.invalid, "docker: inspect: no container's ID or name") }
        do {
            return try await call("/containers/\(PercentEncoding.encode(id))/json", what: "inspect \(id)")
        } catch  where error.status == 404 {
            return nil
        }
    }

    /// Filters as the API wants them, the same text for the same filters.
    static func text(_ filters: [String: [String]]) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings in dictionaries and arrays have no value that cannot be encoded.
        guard let data = try? encoder.encode(filters) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }
}
