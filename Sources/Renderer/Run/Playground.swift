internal import Template

/// One template over JSON data, without a store (`portico template`).
public struct Playground: Sendable {
    /// Why there is no output.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        /// What is wrong, and where.
        public let description: String
    }

    private let name: String
    private let environment: [String: String]

    /// A template whose name in messages is `name`, and which sees `environment`.
    public init(name: String, environment: [String: String]) {
        self.name = name
        self.environment = environment
    }

    /// What `text` makes of the data in `json`, which is its dot; without data the dot is nil.
    ///
    /// A key that is not in the data gives `<no value>`, as in Go.
    public func run(_ text: [UInt8], json: [UInt8]?) -> Result<[UInt8], Failure> {
        let pass = RenderPass(environment: environment)
        var output: [UInt8] = []
        do {
            let data = try json.map { json throws(Failure) in try Self.value(json) } ?? .null
            let template = try Template(
                name: name, text: text, functions: FunctionCatalogue.names, options: TemplateOptions())
            let functions = FunctionCatalogue.functions(called: template.calledFunctions, denied: [], in: pass)
            try template.execute(data: data, functions: functions, into: &output)
        } catch {
            return .failure(Failure(description: "\(error)"))
        }
        guard pass.missing.isEmpty else {
            let names = pass.missing.map(\.description).joined(separator: ", ")
            return .failure(
                Failure(description: "\(name): there is no store here to ask for \(names): portico render has"))
        }
        return .success(output)
    }

    private static func value(_ json: [UInt8]) throws(Failure) -> Value {
        do throws(FunctionError) {
            return try JSONDecoding.value(json, keepsIntegers: true)
        } catch {
            throw Failure(description: "--data: \(error)")
        }
    }
}
