internal import DockerEngine
internal import Template

/// `-tags`: tags for every service, which may be a Go template over the container's description.
public struct TagTemplate: Sendable {
    /// The text as it was given.
    public let text: String
    private let template: Template

    /// Reads `text`.
    ///
    /// Throws what is wrong with it.
    public init(_ text: String) throws(TagTemplateError) {
        self.text = text
        do throws(TemplateError) {
            template = try Template(name: "tags", text: text, functions: TagFunctions.table)
        } catch {
            throw TagTemplateError("-tags: \(text): \(error)")
        }
    }

    /// The text for `container`.
    func text(for container: ContainerDetails) throws(TagTemplateError) -> String {
        guard text.contains("{{") else { return text }
        var output: [UInt8] = []
        do throws(TemplateError) {
            try template.execute(data: InspectValue.value(of: container), into: &output)
        } catch {
            throw TagTemplateError("-tags: \(text): \(error)")
        }
        return String(decoding: output, as: UTF8.self)
    }
}

/// What is wrong with `-tags`.
public struct TagTemplateError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, and where.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
