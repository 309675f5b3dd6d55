/// A template that was read, ready to be executed.
struct LoadedTemplate: Sendable {
    let settings: TemplateSettings
    let source: TemplateSource
    /// Tells its text from others: templates with the same one ask the same.
    let hash: String

    /// Reads the template of `settings`.
    ///
    /// Throws what is wrong with its file or its syntax.
    init(_ settings: TemplateSettings) throws(FileFailure) {
        self.settings = settings
        let text: [UInt8]
        let name: String
        switch settings.source {
        case .contents(let contents): (text, name) = (Array(contents.utf8), "(dynamic)")
        case .file(let path):
            name = path
            guard let octets = try DiskFile(path).read() else {
                throw FileFailure("\(path): no such template: source, or IN of -template, names it")
            }
            text = octets
        }
        let marks = [settings.delimiters.left, settings.delimiters.right, "\(settings.failsOnMissingKey)"]
        let identity = marks.flatMap { Array($0.utf8) + [0] } + text
        hash = String(Hex.text(Digest.sha256.hash(identity)).prefix(32))
        var options = TemplateSource.Options()
        options.left = settings.delimiters.left
        options.right = settings.delimiters.right
        options.failsOnMissingKey = settings.failsOnMissingKey
        let denied = settings.deniedFunctions
        options.isDenied = { function in denied.contains { $0.matches(function) } }
        do {
            source = try TemplateSource(name: name, text: text, options: options)
        } catch {
            throw FileFailure("\(settings.name): \(error)")
        }
    }

    /// Executes it.
    func render(
        _ answers: [Dependency: Answer], environment: [String: String], memo: AnswerMemo, effects: RenderEffects,
        shouldStop: @escaping @Sendable () -> Bool
    ) -> (rendering: RenderEvent.Rendering, octets: [UInt8]?) {
        let pass = RenderPass(
            answers: answers, environment: environment, sandbox: settings.sandbox, effects: effects, memo: memo,
            shouldStop: shouldStop)
        do {
            let octets = try source.render(pass)
            return (RenderEvent.Rendering(used: pass.used, missing: pass.missing), octets)
        } catch {
            return (
                RenderEvent.Rendering(used: pass.used, missing: pass.missing, failure: error.description), nil
            )
        }
    }
}
