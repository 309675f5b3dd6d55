internal import Template

/// The function that is Portico's own: `edge`.
///
/// `edge PREFIX [DOMAIN...]` is what `portico edge` makes of the keys below a prefix: services with their endpoints, by the
/// same rules, and the ways to them in the order in which the edge looks. Templates need not know how keys and values are
/// written; a change of one service among thousands costs little more than that service.
enum EdgeFunctions {
    /// Adds it for `pass`.
    static func add(to table: inout FunctionTable, _ pass: RenderPass) {
        table["edge"] = Function(
            parameters: [.string], variadic: .string, result: .pointer(EdgeTypes.table)
        ) { arguments in
            let texts = arguments.values.compactMap(\.text)
            let domains = texts.dropFirst().flatMap { $0.split { $0 == " " || $0 == "," }.map(String.init) }
            let prefix = EdgeReading.canonical(texts.first ?? "")
            guard !prefix.isEmpty else { throw FunctionError("edge: no prefix: write edge \"services/\"") }
            let query = try StoreQuery.prefix(prefix)
            guard case .prefix(let path, _) = query, path.hasSuffix("/") else {
                throw FunctionError("edge: \(GoFormat.quote(prefix)) is no prefix: write edge \"services/\"")
            }
            let question = Dependency(.store(query))
            guard case .pairs(let pairs)? = pass.ask(question) else {
                return .pointer(Structure(EdgeTypes.table, []))
            }
            let name = ([question.description] + domains).joined(separator: " ")
            let reading = pass.memo.state(name, of: question) {
                EdgeReading(prefix: path, domains: domains.isEmpty ? ["*"] : Array(domains))
            }
            return reading.table(of: pairs, now: pass.now)
        }
    }
}
