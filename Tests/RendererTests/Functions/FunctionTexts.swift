import Renderer

/// Templates executed with nothing known, for tests of functions.
enum FunctionTexts {
    /// What `template` writes, or its error's text behind an exclamation mark.
    static func text(
        of template: String, environment: [String: String] = [:], options: TemplateSource.Options = .init()
    ) -> String {
        do {
            let source = try TemplateSource(name: "", text: template, options: options)
            let pass = RenderPass(environment: environment, now: RecordedCase.now)
            return String(decoding: try source.render(pass), as: UTF8.self)
        } catch {
            return "!\(error)"
        }
    }

    /// The reason at the end of the error that `template` gives; the text behind a question mark when there is none.
    static func reason(of template: String) -> String {
        let text = text(of: template)
        guard text.hasPrefix("!"), let start = text.firstRange(of: "error calling ") else { return "?" + text }
        return String(text[start.upperBound...].drop { $0 != ":" }.dropFirst(2))
    }
}
