public import Discovery

/// Reads an edge's configuration from its file and puts flags and environment on top; the same at start, for `--check` and
/// on SIGHUP.
public struct ConfigurationLoader: Sendable {
    /// Flags over environment.
    public let settings: EdgeSettings

    /// A configuration that cannot be used.
    public struct Refusal: Error, Sendable, CustomStringConvertible {
        /// Everything that is wrong with it.
        public let errors: [DocumentError]
        /// One line an error.
        public var description: String { errors.map(\.description).joined(separator: "\n") }
    }

    /// A loader for what flags and environment say.
    public init(flags: EdgeSettings, environment: [String: String]) {
        settings = flags.over(EdgeSettings(environment: environment))
    }

    /// The configuration as it is now.
    public func load() throws(Refusal) -> EdgeConfiguration {
        var file = EdgeConfiguration()
        var errors: [DocumentError] = []
        if let path = settings.config {
            do {
                let parsed = ConfigurationFile(try Self.text(of: path), source: path)
                file = parsed.configuration
                // Beside the configuration, wherever the edge is started.
                file.folder = NamedFiles.folder(of: path)
                errors = parsed.errors
            } catch {
                errors = [error]
            }
        }
        let (configuration, refused) = settings.applied(to: file)
        errors += refused
        guard errors.isEmpty else { throw Refusal(errors: errors) }
        return configuration
    }

    private static func text(of path: String) throws(DocumentError) -> String {
        func refusal(_ message: String) -> DocumentError {
            DocumentError(source: path, line: 0, column: 0, message: message)
        }
        let octets: [UInt8]?
        do {
            octets = try WholeFile(path: path).read()
        } catch {
            throw refusal("the configuration cannot be read: \(error)")
        }
        guard let octets else { throw refusal("there is no such file: --config names the configuration") }
        guard let text = String(validating: octets, as: UTF8.self) else { throw refusal("the file is not UTF-8") }
        return text
    }
}
