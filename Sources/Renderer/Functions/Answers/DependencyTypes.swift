internal import Template

/// The Go types of what the store gives, by whose names `printf "%T"` and messages call them.
enum DependencyTypes {
    static let stringMap = GoType.map(key: .string, element: .string)

    static let keyPair = StructType(
        "dependency.KeyPair",
        fields: [
            .init("Path", .string), .init("Key", .string), .init("Value", .string), .init("CreateIndex", .uint64),
            .init("ModifyIndex", .uint64), .init("LockIndex", .uint64), .init("Flags", .uint64),
            .init("Session", .string),
        ])

    /// What `keyExistsGet` gives: a pair and whether there is one.
    static let keyState = StructType(
        "dependency.KeyState",
        fields: [
            .init("Path", .string), .init("Key", .string), .init("Value", .string), .init("Exists", .bool),
        ])

    static let tags = NamedType("dependency.ServiceTags", underlying: .stringSlice)

    static let weights = StructType("api.AgentWeights", fields: [.init("Passing", .int), .init("Warning", .int)])

    static let address = StructType("api.ServiceAddress", fields: [.init("Address", .string), .init("Port", .int)])

    static let check = StructType(
        "api.HealthCheck",
        fields: [
            .init("Node", .string), .init("CheckID", .string), .init("Name", .string), .init("Status", .string),
            .init("Notes", .string), .init("Output", .string), .init("ServiceID", .string),
            .init("ServiceName", .string),
        ])

    static let checks = NamedType(
        "api.HealthChecks", underlying: .slice(.pointer(check)),
        methods: [
            Method("AggregatedStatus") { (receiver: Receiver) -> String in
                guard case .list(let list) = receiver.value else { return "passing" }
                let states = Set(list.items.compactMap { $0.structureValue?["Status"].text })
                return ["maintenance", "critical", "warning"].first { states.contains($0) } ?? "passing"
            }
        ])

    static let healthService = StructType(
        "dependency.HealthService",
        fields: [
            .init("Node", .string), .init("NodeID", .string), .init("NodeAddress", .string),
            .init("NodeTaggedAddresses", stringMap), .init("NodeMeta", stringMap), .init("ServiceMeta", stringMap),
            .init("Address", .string),
            .init("ServiceTaggedAddresses", .map(key: .string, element: .structure(address))),
            .init("ID", .string), .init("Name", .string), .init("Tags", .named(tags)),
            .init("Checks", .named(checks)), .init("Status", .string), .init("Port", .int),
            .init("Weights", .structure(weights)),
        ])

    static let snippet = StructType(
        "dependency.CatalogSnippet", fields: [.init("Name", .string), .init("Tags", .named(tags))])

    static let node = StructType(
        "dependency.Node",
        fields: [
            .init("ID", .string), .init("Node", .string), .init("Address", .string), .init("Datacenter", .string),
            .init("TaggedAddresses", stringMap), .init("Meta", stringMap),
        ])

    static let nodeService = StructType(
        "dependency.CatalogNodeService",
        fields: [
            .init("ID", .string), .init("Service", .string), .init("Tags", .named(tags)), .init("Meta", stringMap),
            .init("Port", .int), .init("Address", .string), .init("EnableTagOverride", .bool),
        ])

    static let catalogNode = StructType(
        "dependency.CatalogNode",
        fields: [.init("Node", .pointer(node)), .init("Services", .slice(.pointer(nodeService)))])

    static let secret = StructType(
        "dependency.Secret",
        fields: [
            .init("RequestID", .string), .init("LeaseID", .string), .init("LeaseDuration", .int),
            .init("Renewable", .bool), .init("Data", .stringMap), .init("Warnings", .stringSlice),
        ])

    static let scratch = "template.Scratch"
}
