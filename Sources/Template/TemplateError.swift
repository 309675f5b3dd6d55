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

    /// When it happened.
    public let phase: Phase
    /// What kind of failure it is.
    public let cause: Cause
    /// The name of the text, as it was given.
    public let name: String
    /// The line, from 1.
    public let line: Int
    /// The octet in the line, from 0; nil while parsing.
    public let column: Int?
    /// The template being executed; empty while parsing.
    public let template: String
    /// What was being evaluated, in its normal form; empty while parsing.
    public let context: String
    /// What is wrong, without the place.
    public let reason: String

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
