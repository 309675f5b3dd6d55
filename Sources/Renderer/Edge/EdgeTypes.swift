internal import Template

/// The types of what the function `edge` gives to templates.
enum EdgeTypes {
    static let endpoint = StructType(
        "edge.Endpoint",
        fields: [
            .init("ID", .string), .init("Name", .string), .init("DockerHost", .string), .init("Container", .string),
            .init("ContainerPort", .int), .init("Address", .string), .init("IP", .string), .init("Port", .int),
            .init("Weight", .int), .init("Backup", .bool), .init("Drain", .bool), .init("Protocol", .string),
            .init("Attributes", DependencyTypes.stringMap), .init("IsSpecial", .bool),
        ])

    static let rule = StructType(
        "edge.Rule",
        fields: [
            .init("Kind", .string), .init("Host", .string), .init("PathKind", .string), .init("Path", .string),
            .init("Strip", .string), .init("Service", .string), .init("Protocol", .string),
        ])

    static let host = StructType(
        "edge.Host",
        fields: [
            .init("Kind", .string), .init("Host", .string), .init("Service", .string), .init("Protocol", .string),
        ])

    static let service = StructType(
        "edge.Service",
        fields: [
            .init("ID", .string), .init("Name", .string), .init("Base", .string), .init("Port", .int),
            .init("Balance", .string), .init("Protocol", .string), .init("Attributes", DependencyTypes.stringMap),
            .init("Names", .stringSlice), .init("Rules", .slice(.pointer(rule))),
            .init("Endpoints", .slice(.pointer(endpoint))),
        ])

    static let group = StructType(
        "edge.Group", fields: [.init("Suffix", .string), .init("Names", .stringSlice)])

    static let problem = StructType("edge.Problem", fields: [.init("Key", .string), .init("Reason", .string)])

    static let table = StructType(
        "edge.Table",
        fields: [
            .init("Services", .slice(.pointer(service))), .init("Rules", .slice(.pointer(rule))),
            .init("Groups", .slice(.pointer(group))), .init("Hosts", .slice(.pointer(host))),
            .init("Problems", .slice(.pointer(problem))),
        ])
}
