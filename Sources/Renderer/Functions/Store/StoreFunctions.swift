internal import Template

/// The functions that ask the store.
enum StoreFunctions {
    /// Adds them for `pass`.
    static func add(to table: inout FunctionTable, _ pass: RenderPass) {
        addKeys(to: &table, pass)
        table["ls"] = list(pass, isEmptySafe: true, wants: isChild)
        table["safeLs"] = list(pass, isEmptySafe: false, wants: isChild)
        table["tree"] = list(pass, isEmptySafe: true, wants: isLeaf)
        table["safeTree"] = list(pass, isEmptySafe: false, wants: isLeaf)
        table["service"] = service(pass, isConnect: false)
        table["connect"] = service(pass, isConnect: true)
        table["services"] = catalog(pass, DependencyTypes.snippet) { text throws(StoreQueryError) in
            try .services(text)
        }
        table["nodes"] = catalog(pass, DependencyTypes.node) { text throws(StoreQueryError) in
            try .nodes(text)
        }
        table["node"] = Function(parameters: [], variadic: .string) { arguments in
            pass.value(try .store(.node(joined(arguments)))) ?? .null
        }
        table["datacenters"] = Function(parameters: [], variadic: .bool, result: .stringSlice) { arguments in
            guard arguments.count < 2 else {
                throw FunctionError(
                    "datacenters: wrong number of arguments, expected 0 or 1, but got \(arguments.count)")
            }
            let question = Dependency(.datacenters(ignoringUnreachable: arguments[0].isTrue))
            return pass.value(question) ?? .strings([])
        }
        table["file"] = Function(parameters: [.string], result: .string) { arguments in
            let path = arguments[0].text ?? ""
            if path.isEmpty { return "" }
            if let sandbox = pass.sandbox { try Sandbox.check(path, in: sandbox) }
            let trimmed = Octets.trimSpace(Array(path.utf8)).text
            if trimmed.isEmpty { throw FunctionError("file: invalid format: \"\"") }
            return pass.text(Dependency(.file(trimmed))) ?? ""
        }
    }

    private static func addKeys(to table: inout FunctionTable, _ pass: RenderPass) {
        table["key"] = Function(parameters: [.string], result: .string) { arguments in
            let key = arguments[0].text ?? ""
            return key.isEmpty ? "" : pass.text(try .store(.key(key, isBlocking: true))) ?? ""
        }
        table["keyExists"] = Function(parameters: [.string], result: .bool) { arguments in
            let key = arguments[0].text ?? ""
            return .bool(key.isEmpty ? false : pass.value(try .store(.key(key, isBlocking: false)))?.octets != nil)
        }
        table["keyOrDefault"] = Function(parameters: [.string, .string], result: .string) { arguments in
            let key = arguments[0].text ?? ""
            guard !key.isEmpty, let value = pass.value(try .store(.key(key, isBlocking: false)))?.octets, !value.isEmpty
            else {
                return arguments[1]
            }
            return .string(value)
        }
        table["keyExistsGet"] = Function(
            parameters: [.string], result: .pointer(DependencyTypes.keyState)
        ) { arguments in
            let key = arguments[0].text ?? ""
            let value = key.isEmpty ? nil : pass.value(try .store(.key(key, isBlocking: false)))?.octets
            let path = key.hasPrefix("/") ? String(key.dropFirst()) : key
            return .pointer(
                Structure(
                    DependencyTypes.keyState,
                    [.string(path), .string(path), .string(value ?? []), .bool(value != nil)]))
        }
    }

    private static func joined(_ arguments: Arguments) -> String { arguments.values.compactMap(\.text).joined() }

    private static func isChild(_ key: [UInt8]) -> Bool { !key.isEmpty && !key.contains(UInt8(ascii: "/")) }

    private static func isLeaf(_ key: [UInt8]) -> Bool { !key.isEmpty && key.last != UInt8(ascii: "/") }

    private static func list(
        _ pass: RenderPass, isEmptySafe: Bool, wants: @escaping @Sendable ([UInt8]) -> Bool
    ) -> Function {
        Function(
            parameters: [.string], result: .slice(.pointer(DependencyTypes.keyPair))
        ) { arguments in
            let prefix = arguments[0].text ?? ""
            guard !prefix.isEmpty else { return Answer.list(of: DependencyTypes.keyPair) }
            let question = try Dependency.store(.prefix(prefix))
            guard case .list(let all)? = pass.value(question) else {
                return Answer.list(of: DependencyTypes.keyPair)
            }
            let wanted = all.items.filter { wants($0.structureValue?["Key"].octets ?? []) }
            if wanted.isEmpty, !isEmptySafe { pass.note(missing: question) }
            return Answer.list(of: DependencyTypes.keyPair, wanted)
        }
    }

    private static func service(_ pass: RenderPass, isConnect: Bool) -> Function {
        let type = DependencyTypes.healthService
        return Function(parameters: [], variadic: .string, result: .slice(.pointer(type))) { arguments in
            let texts = arguments.values.compactMap(\.text)
            guard let first = texts.first, !first.isEmpty else { return Answer.list(of: type) }
            let query = try StoreQuery.service(texts.joined(separator: "|"), isConnect: isConnect)
            return pass.value(.store(query)) ?? Answer.list(of: type)
        }
    }

    private static func catalog(
        _ pass: RenderPass, _ type: StructType,
        _ query: @escaping @Sendable (String) throws(StoreQueryError) -> StoreQuery
    ) -> Function {
        Function(parameters: [], variadic: .string, result: .slice(.pointer(type))) { arguments in
            pass.value(.store(try query(joined(arguments)))) ?? Answer.list(of: type)
        }
    }
}

extension Dependency {
    /// The question that is `query` of the store.
    fileprivate static func store(_ query: StoreQuery) -> Dependency { Dependency(.store(query)) }
}

extension RenderPass {
    /// The answer to `question` as templates see it; nil when there is none.
    func value(_ question: Dependency) -> Value? {
        guard let answer = ask(question) else { return nil }
        if case .value(let octets) = answer { return octets.map { .string($0) } ?? .null }
        return memo.value(of: question, answer) { $0.templateValue }
    }

    /// The text that answers `question`; one that does not exist is missing.
    func text(_ question: Dependency) -> Value? {
        guard let value = value(question) else { return nil }
        if case .string = value { return value }
        note(missing: question)
        return nil
    }
}
