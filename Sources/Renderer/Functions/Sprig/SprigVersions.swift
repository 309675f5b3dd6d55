internal import Template

/// Sprig's functions on version numbers.
enum SprigVersions {
    private static let type = StructType(
        "semver.Version",
        fields: [
            .init("major", .uint64), .init("minor", .uint64), .init("patch", .uint64), .init("pre", .string),
            .init("metadata", .string), .init("original", .string),
        ],
        methods: [
            method("Major") { .uint64($0.numbers[0]) }, method("Minor") { .uint64($0.numbers[1]) },
            method("Patch") { .uint64($0.numbers[2]) }, method("Prerelease") { .string($0.prerelease) },
            method("Metadata") { .string($0.metadata) }, method("Original") { .string($0.original) },
            method("String") { .string($0.text) },
            Method(
                "Compare",
                Function(parameters: [.any], result: .int) { arguments in
                    guard let own = version(arguments.receiver), let other = version(arguments[0]) else { return 0 }
                    return .int(own == other ? 0 : own < other ? -1 : 1)
                }),
        ], text: { value in Array((version(value)?.text ?? "").utf8) })

    private static func method(_ name: String, _ body: @escaping @Sendable (SemanticVersion) -> Value) -> Method {
        Method(
            name,
            Function(parameters: [], result: .operand) { arguments in version(arguments.receiver).map(body) ?? .null })
    }

    private static func version(_ value: Value) -> SemanticVersion? {
        value.structureValue.flatMap { SemanticVersion($0["original"].text ?? "") }
    }

    /// Adds them.
    static func add(to table: inout FunctionTable) {
        table["semver"] = Function(parameters: [.string], result: .pointer(type)) { arguments in
            let text = arguments[0].text ?? ""
            guard let version = SemanticVersion(text) else { throw FunctionError("Invalid Semantic Version") }
            return .pointer(
                Structure(
                    type,
                    [
                        .uint64(version.numbers[0]), .uint64(version.numbers[1]), .uint64(version.numbers[2]),
                        .string(version.prerelease), .string(version.metadata), .string(text),
                    ]))
        }
        table.register("semverCompare") { (constraint: String, text: String) -> Bool in
            guard let wanted = VersionConstraint(constraint) else {
                throw FunctionError("improper constraint: \(constraint)")
            }
            guard let version = SemanticVersion(text) else { throw FunctionError("Invalid Semantic Version") }
            return wanted.accepts(version)
        }
    }
}
