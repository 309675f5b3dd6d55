internal import Template

/// A template read once, to be executed by passes.
public struct TemplateSource: Sendable {
    /// How a template is read and executed.
    public struct Options: Sendable {
        /// What opens an action; empty for `{{`.
        public var left = ""
        /// What closes it; empty for `}}`.
        public var right = ""
        /// Whether a key that a map does not have is an error.
        public var failsOnMissingKey = false
        /// Whether a function may not be called: it is still known, and fails when it is called.
        public var isDenied: @Sendable (_ function: String) -> Bool = { _ in false }
        /// Octets of what it writes, and of its own text.
        public var outputLimit = 64 << 20
        /// Actions, commands and rounds of loops in one execution; some tens of millions are done in a second.
        public var stepLimit = 100_000_000

        /// consul-template's.
        public init() {}
    }

    /// The name that messages tell; consul-template's is empty.
    public let name: String
    private let template: Template
    private let denied: Set<String>

    /// Reads `text`.
    public init(name: String, text: [UInt8], options: Options = Options()) throws(RenderError) {
        self.name = name
        let known = FunctionCatalogue.names
        var limits = TemplateLimits()
        limits.outputBytes = options.outputLimit
        limits.steps = options.stepLimit
        do throws(TemplateError) {
            template = try Template(
                name: name, text: text, delimiters: .init(left: options.left, right: options.right),
                functions: known,
                options: TemplateOptions(missingKey: options.failsOnMissingKey ? .error : .zero, limits: limits))
        } catch {
            throw RenderError(error)
        }
        denied = Set(template.calledFunctions.filter { known.contains($0) && options.isDenied($0) })
    }

    /// Reads `text`.
    public init(name: String, text: String, options: Options = Options()) throws(RenderError) {
        try self.init(name: name, text: Array(text.utf8), options: options)
    }

    /// Executes the template; the pass tells afterwards, also after an error, what was asked and what is missing.
    public func render(_ pass: RenderPass) throws(RenderError) -> [UInt8] {
        let functions = FunctionCatalogue.functions(called: template.calledFunctions, denied: denied, in: pass)
        var output: [UInt8] = []
        do throws(TemplateError) {
            try template.execute(
                data: .null, functions: functions, memo: pass.memo.execution, shouldStop: pass.shouldStop, into: &output
            )
        } catch {
            throw RenderError(error, redacting: pass.secretTexts)
        }
        return output
    }
}
