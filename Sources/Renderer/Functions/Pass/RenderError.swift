internal import Template

/// What is wrong with a template, or went wrong while it was executed, in consul-template's words.
public struct RenderError: Error, Sendable, CustomStringConvertible {
    /// When and why.
    public enum Kind: Sendable, Hashable {
        /// The text is no template.
        case syntax
        /// It failed while it was executed.
        case execution
        /// It used more than it may.
        case limit
        /// The caller asked to stop.
        case stopped
    }

    /// When and why.
    public let kind: Kind
    /// The line in the template, from 1.
    public let line: Int
    /// The whole text with the place; values of secrets are left out.
    public let description: String

    init(_ error: TemplateError, redacting secrets: [String] = []) {
        kind =
            switch error.cause {
            case .syntax: .syntax
            case .limit: .limit
            case .stopped: .stopped
            default: error.phase == .parsing ? .syntax : .execution
            }
        line = error.line
        var text = "\(error.phase == .parsing ? "parse" : "execute"): \(error)"
        for secret in secrets where !secret.isEmpty { text = text.replacing(secret, with: "[redacted]") }
        description = text
    }
}
