/// What a key that a map lacks gives.
public enum MissingKey: Sendable, Hashable {
    /// No value, which prints as `<no value>`: Go's `missingkey=default` and `invalid`.
    case absent
    /// The zero value of the map's elements.
    case zero
    /// An error.
    case error
}

/// What a template is executed under.
public struct TemplateOptions: Sendable, Hashable {
    /// What a key that a map lacks gives.
    public var missingKey: MissingKey
    /// What the template may use.
    public var limits: TemplateLimits

    /// `missingKey`, and `limits`.
    public init(missingKey: MissingKey = .absent, limits: TemplateLimits = TemplateLimits()) {
        self.missingKey = missingKey
        self.limits = limits
    }
}

/// A template in the language of Go's text/template, read and ready to be executed any number of times.
///
/// Output, errors and their places are those of Go. It does no I/O, asks no clock and starts no task; what it does not know
/// by itself its functions know.
public struct Template: Sendable {
    /// The name, which messages begin with.
    public let name: String
    /// What it is executed under.
    public let options: TemplateOptions
    let tree: SyntaxTree
    private let functions: FunctionTable

    /// Reads `text`.
    ///
    /// Functions that it calls must be in `functions` or built in.
    public init(
        name: String, text: [UInt8], delimiters: Delimiters = .standard, functions: FunctionTable = FunctionTable(),
        options: TemplateOptions = TemplateOptions()
    ) throws(TemplateError) {
        self.name = name
        self.options = options
        self.functions = functions
        let nameOctets = Array(name.utf8)
        guard text.count <= min(options.limits.sourceBytes, Int(Int32.max)) else {
            throw .syntax(
                "the text has \(text.count) octets, over the limit of \(options.limits.sourceBytes)", name: nameOctets,
                line: 1, cause: .limit)
        }
        var parser = Parser(
            name: nameOctets, source: text, delimiters: delimiters, functions: functions, limits: options.limits)
        tree = try parser.parse()
    }

    /// Reads `text`.
    public init(
        name: String, text: String, delimiters: Delimiters = .standard, functions: FunctionTable = FunctionTable(),
        options: TemplateOptions = TemplateOptions()
    ) throws(TemplateError) {
        try self.init(
            name: name, text: Array(text.utf8), delimiters: delimiters, functions: functions, options: options)
    }

    /// The names of all templates that the text defines, its own among them, sorted.
    public var templateNames: [String] { tree.definitions.map { String(decoding: $0.name, as: UTF8.self) }.sorted() }

    /// The names of all functions that the text calls, built-in ones among them, sorted.
    public var calledFunctions: [String] { tree.rows.functions.sorted() }

    /// Executes the template for `data` and appends what it writes to `output`, also when it fails.
    ///
    /// - `templateName`: one that the text defines; nil for the text itself.
    /// - `functions`: those of this execution, by the same names; nil for those that the text was read with.
    /// - `memo`: what the last execution left, and what this one leaves; one that is shared saves what has not changed.
    /// - `shouldStop`: asked now and then; when it answers true, the execution fails with the cause `.stopped`.
    public func execute(
        _ templateName: String? = nil, data: Value, functions: FunctionTable? = nil, memo: ExecutionMemo? = nil,
        shouldStop: (() -> Bool)? = nil, into output: inout [UInt8]
    ) throws(TemplateError) {
        let wanted = templateName ?? name
        let budget = Budget(limits: options.limits, shouldStop: shouldStop)
        defer { budget.release() }
        let execution = Execution(
            template: self, callables: callables(functions ?? self.functions), budget: budget, depth: 0)
        guard let definition = tree.definitionIndices[Array(wanted.utf8)] else {
            throw TemplateError(
                phase: .execution, cause: .evaluation, name: name, line: 1, column: nil, template: wanted, context: "",
                reason: "no template \(GoFormat.quote(wanted)) associated with template \(GoFormat.quote(name))")
        }
        var interpreter = Interpreter(execution, output: [])
        swap(&interpreter.output, &output)
        defer { swap(&interpreter.output, &output) }
        guard let memo else { return try interpreter.run(definition, data: Operand(data)) }
        let recorder = RangeRecorder(memo, execution)
        interpreter.recorder = recorder
        interpreter.output.reserveCapacity(interpreter.output.count + recorder.text.count)
        do throws(TemplateError) {
            try interpreter.run(definition, data: Operand(data))
        } catch {
            recorder.finish(nil)
            throw error
        }
        recorder.finish(interpreter.output)
    }

    private func callables(_ functions: FunctionTable) -> [Callable] {
        tree.rows.functions.map { name in
            if let function = functions[name] { return .function(function) }
            return Builtin(rawValue: name).map { .builtin($0) } ?? .undefined
        }
    }
}
