import GoFlags

@testable import Renderer

/// Reads configurations without files.
enum ConfigurationFixture {
    /// What `text` says, in a file called `name`; the errors are those of its keys and values.
    static func read(
        _ text: String, name: String = "a.hcl", isOnce: Bool = false
    ) throws -> (configuration: RenderConfiguration, errors: [String]) {
        try read([(name, text)], isOnce: isOnce)
    }

    /// What files say, one over the other.
    static func read(
        _ files: [(name: String, text: String)], isOnce: Bool = false
    ) throws -> (configuration: RenderConfiguration, errors: [String]) {
        var errors: [ConfigurationError] = []
        var layer = ConfigurationLayer()
        for (name, text) in files {
            let document = try ConfigurationSyntax.parse(Array(text.utf8), source: name)
            layer = layer.under(ConfigurationLayer(document, errors: &errors))
        }
        let reader = ConfigurationReader()
        let configuration = RenderConfiguration(layer, isOnce: isOnce, reader: reader)
        return (configuration, (errors + reader.errors).map(\.description))
    }

    /// The configuration of a text without mistakes.
    static func configuration(_ text: String, name: String = "a.hcl") throws -> RenderConfiguration {
        let (configuration, errors) = try read(text, name: name)
        guard errors.isEmpty else { throw Mistakes(errors: errors) }
        return configuration
    }

    /// Mistakes where there should be none.
    struct Mistakes: Error {
        var errors: [String]
    }

    /// The tree of `text` without its places, as JSON of a kind: numbers as they were written, keys in their order.
    static func outline(_ text: String, name: String = "a.hcl") throws -> String {
        outline(try ConfigurationSyntax.parse(Array(text.utf8), source: name))
    }

    private static func outline(_ node: ConfigurationNode) -> String {
        switch node.content {
        case .null: "null"
        case .text(let text): text.goQuoted
        case .number(let text): text
        case .boolean(let value): "\(value)"
        case .list(let items): "[" + items.map(outline).joined(separator: ",") + "]"
        case .object(let fields): "{" + fields.map { "\($0.name):\(outline($0.value))" }.joined(separator: ",") + "}"
        }
    }

    /// The error that reading `text` ends with, none if it does not.
    static func failure(_ text: String, name: String = "a.hcl") -> String? {
        do {
            _ = try ConfigurationSyntax.parse(Array(text.utf8), source: name)
            return nil
        } catch {
            return error.description
        }
    }
}
