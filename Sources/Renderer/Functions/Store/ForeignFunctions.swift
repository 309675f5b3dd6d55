internal import Template

/// The functions that ask sources which not every set-up has.
enum ForeignFunctions {
    /// Adds them for `pass`.
    static func add(to table: inout FunctionTable, _ pass: RenderPass) {
        table["secret"] = secret(pass, "secret")
        table["secrets"] = Function(parameters: [.string], result: .stringSlice) { arguments in
            let path = arguments[0].text ?? ""
            if path.isEmpty { return .list(List(nilOf: .stringSlice)) }
            try require(.vault, "secrets", pass)
            return pass.value(try question("vault.list", path)) ?? .list(List(nilOf: .stringSlice))
        }
        let names: [(ForeignSource, [String])] = [
            (.vault, ["pkiCert"]),
            (
                .nomad,
                ["nomadService", "nomadServices", "nomadVar", "nomadVarExists", "nomadVarList", "nomadVarListSafe"]
            ),
            (.connectCA, ["caRoots", "caLeaf"]),
            (.peering, ["partitions", "peerings", "exportedServices", "importedServices"]),
        ]
        for (source, functions) in names {
            for function in functions {
                table[function] = Function(parameters: [], variadic: .any) { arguments in
                    try require(source, function, pass)
                    let path = arguments.values.compactMap(\.text).joined(separator: ",")
                    return pass.value(Dependency(.foreign(source, function: function, path: path))) ?? .null
                }
            }
        }
    }

    private static func require(_ source: ForeignSource, _ function: String, _ pass: RenderPass) throws {
        guard pass.sources.contains(source) else {
            throw FunctionError("\(function): there is no \(source.title) here to ask")
        }
    }

    private static func question(_ function: String, _ path: String) throws -> Dependency {
        let trimmed = Octets.trim(Octets.trimSpace(Array(path.utf8)), cutset: [0x2F]).text
        if trimmed.isEmpty { throw FunctionError("\(function): invalid format: \(GoFormat.quote(trimmed))") }
        return Dependency(.foreign(.vault, function: function, path: trimmed))
    }

    private static func secret(_ pass: RenderPass, _ name: String) -> Function {
        Function(parameters: [], variadic: .string) { arguments in
            guard arguments.count > 0 else { return .null }
            try require(.vault, name, pass)
            var data: [String: String] = [:]
            for argument in arguments.values.dropFirst() {
                let octets = argument.octets ?? []
                if octets.isEmpty { continue }
                guard let (key, value) = Octets.cut(octets, at: [0x3D]) else {
                    throw FunctionError("not k=v pair \(GoFormat.quote(octets).text)")
                }
                data[Octets.trimSpace(key).text] = Octets.trimSpace(value).text
            }
            let path = arguments[0].text ?? ""
            guard arguments.count > 1 else { return pass.value(try question("vault.read", path)) ?? .null }
            var text: [UInt8] = []
            for key in data.keys.sorted() {
                text += "\(key)=\(GoFormat.quote(data[key] ?? ""))".utf8
            }
            let hash = Digest.sha1.hash(text).prefix(4).map { Hex.text([$0]) }.joined()
            let plain = try question("vault.write", path)
            guard case .foreign(_, let function, let path) = plain.question else { return .null }
            return pass.value(Dependency(.foreign(.vault, function: function, path: "\(path) -> \(hash)"))) ?? .null
        }
    }
}

extension RenderPass {
    /// The texts of secrets that the template has seen, which messages leave out.
    var secretTexts: [String] {
        used.flatMap { question -> [String] in
            guard case .secret(let data?)? = answers[question] else { return [] }
            return Array(data.values)
        }
    }
}
