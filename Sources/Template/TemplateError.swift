/// What is wrong with a template, or went wrong while it was executed.
///
/// Its text is the one that Go's text/template has.
public struct TemplateError: Error, Sendable, CustomStringConvertible {
    /// When it happened.
    public enum Phase: Sendable, Hashable {
        /// While the text was read.
        case parsing
        /// While the template was executed.
        case execution
    }

    /// What kind of failure it is.
    public enum Cause: Sendable {
        /// The text is no template.
        case syntax
        /// Values do not go together with what the template does with them.
        case evaluation
        /// A function failed.
        case function(name: String, any Error)
        /// A limit was reached.
        case limit
        /// The caller asked to stop.
        case stopped
    }

    /// All that is known of it, apart, so that functions that may fail need no room for it on the stack.
    private final class Details: Sendable {
        let phase: Phase
        let cause: Cause
        let name: String
        let line: Int
        let column: Int?
        let template: String
        let context: String
        let reason: String

        init(
            phase: Phase, cause: Cause, name: String, line: Int, column: Int?, template: String, context: String,
            reason: String
        ) {
            self.phase = phase
            self.cause = cause
            self.name = name
            self.line = line
            self.column = column
            self.template = template
            self.context = context
            self.reason = reason
        }
    }

    private let details: Details

    init(
        phase: Phase, cause: Cause, name: String, line: Int, column: Int?, template: String, context: String,
        reason: String
    ) {
        details = Details(
            phase: phase, cause: cause, name: name, line: line, column: column, template: template, context: context,
            reason: reason)
    }

    /// When it happened.
    public var phase: Phase { details.phase }
    /// What kind of failure it is.
    public var cause: Cause { details.cause }
    /// The name of the text, as it was given.
    public var name: String { details.name }
    /// The line, from 1.
    public var line: Int { details.line }
    /// The octet in the line, from 0; nil while parsing.
    public var column: Int? { details.column }
    /// The template being executed; empty while parsing.
    public var template: String { details.template }
    /// What was being evaluated, in its normal form; empty while parsing.
    public var context: String { details.context }
    /// What is wrong, without the place.
    public var reason: String { details.reason }

    /// The whole text with the place.
    public var description: String {
        switch (phase, column) {
        case (.execution, let column?):
            "template: \(name):\(line):\(column): executing \(GoFormat.quote(template)) at <\(context)>: \(reason)"
        case (.execution, nil): "template: \(name): \(reason)"
        case (.parsing, _): "template: \(name):\(line): \(reason)"
        }
    }

    /// What is wrong with the text, in `line`.
    static func syntax(_ reason: String, name: [UInt8], line: Int, cause: Cause = .syntax) -> TemplateError {
        TemplateError(
            phase: .parsing, cause: cause, name: String(decoding: name, as: UTF8.self), line: line, column: nil,
            template: "", context: "", reason: reason)
    }
}
