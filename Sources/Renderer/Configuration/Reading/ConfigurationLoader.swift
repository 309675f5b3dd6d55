/// Puts a configuration together from everything that says something of it.
///
/// From weak to strong: defaults; variables that other programs have too, such as `CONSUL_HTTP_ADDR`, `VAULT_ADDR` and
/// `CT_LOG`, which are defaults to consul-template as well; the files, from left to right; the HCL or JSON in
/// `CT_LOCAL_CONFIG`; `PORTICO_STORE`, `PORTICO_LOG_LEVEL`, `PORTICO_PID_FILE` and `PORTICO_STATE_DIR`; the flags. Templates
/// of all of them are rendered.
///
/// Keys that say the same thing in two ways count as one: an address over a weaker store's URL, a token over a weaker file
/// with a token and the other way round.
public struct ConfigurationLoader: Sendable {
    private let options: RenderOptions
    private let environment: [String: String]

    /// A loader for a command line and an environment; it may be asked several times, and reads the files each time.
    public init(_ options: RenderOptions, environment: [String: String]) {
        self.options = options
        self.environment = environment
    }

    /// The paths that are read: those of the flags, else the one in `PORTICO_CONFIG`.
    public var paths: [String] {
        let path = environment["PORTICO_CONFIG"] ?? ""
        return options.configurationPaths.isEmpty && !path.isEmpty ? [path] : options.configurationPaths
    }

    /// The configuration.
    public func load() throws(ConfigurationFailure) -> RenderConfiguration {
        let files = ConfigurationFiles(paths)
        var errors = files.errors
        var documents = files.documents
        if let text = environment["CT_LOCAL_CONFIG"], !text.isEmpty {
            do throws(ConfigurationError) {
                documents.append(try ConfigurationSyntax.parse(Array(text.utf8), source: "CT_LOCAL_CONFIG"))
            } catch {
                errors.append(error)
            }
        }
        var layer = layer(of: Self.weakVariables)
        var sources: [String] = []
        for document in documents {
            sources.append(document.place.source)
            layer = Self.merged(layer, ConfigurationLayer(document, errors: &errors))
        }
        layer = Self.merged(layer, self.layer(of: Self.strongVariables))
        if options.layer.says(Self.address) { layer = layer.without([Self.store]) }
        layer = Self.merged(layer, options.layer)
        let reader = ConfigurationReader()
        var configuration = RenderConfiguration(layer, isOnce: options.isOnce, reader: reader)
        if !options.layer.says(Self.store) {
            configuration.consul.outranksURL = (Self.tokens + [Self.namespace]).contains { options.layer.says($0) }
        }
        errors += reader.errors
        guard errors.isEmpty else { throw ConfigurationFailure(errors: Self.ordered(errors, by: sources)) }
        return configuration
    }

    private static let store = ["store"]
    private static let address = ["consul", "address"]
    private static let namespace = ["consul", "namespace"]
    private static let tokens = [["consul", "token"], ["consul", "token_file"]]

    /// One layer under a stronger one.
    private static func merged(_ weaker: ConfigurationLayer, _ stronger: ConfigurationLayer) -> ConfigurationLayer {
        let saysToken = tokens.contains { stronger.says($0) }
        return (saysToken ? weaker.without(tokens) : weaker).under(stronger)
    }

    /// By source as they were read, then by place; what has no line comes first.
    private static func ordered(_ errors: [ConfigurationError], by sources: [String]) -> [ConfigurationError] {
        func key(_ place: SourcePlace) -> (Int, Int, Int) {
            (sources.firstIndex(of: place.source) ?? sources.count, place.line, place.column)
        }
        let ordered = errors.enumerated().sorted { first, second in
            let (left, right) = (key(first.element.place), key(second.element.place))
            return left == right ? first.offset < second.offset : left < right
        }
        return ordered.map(\.element)
    }

    // MARK: The environment

    /// Variables and the keys that they say; of several for a key, the last one that is set.
    private static let weakVariables = [
        ("CONSUL_HTTP_ADDR", "consul.address"), ("CONSUL_NAMESPACE", "consul.namespace"),
        ("CONSUL_HTTP_TOKEN", "consul.token"), ("CONSUL_TOKEN", "consul.token"),
        ("CONSUL_HTTP_TOKEN_FILE", "consul.token_file"),
        ("VAULT_ADDR", "vault.address"), ("VAULT_NAMESPACE", "vault.namespace"), ("VAULT_TOKEN", "vault.token"),
        ("NOMAD_ADDR", "nomad.address"), ("NOMAD_NAMESPACE", "nomad.namespace"), ("NOMAD_TOKEN", "nomad.token"),
        ("CONSUL_TEMPLATE_LOG_LEVEL", "log_level"), ("CONSUL_TEMPLATE_LOG", "log_level"), ("CT_LOG", "log_level"),
    ]

    private static let strongVariables = [
        ("PORTICO_STORE", "store"), ("PORTICO_LOG_LEVEL", "log_level"), ("PORTICO_PID_FILE", "pid_file"),
        ("PORTICO_STATE_DIR", "state_dir"),
    ]

    private func layer(of variables: [(name: String, key: String)]) -> ConfigurationLayer {
        var layer = ConfigurationLayer()
        for (name, key) in variables {
            guard let value = environment[name]?.trimmed, !value.isEmpty else { continue }
            let path = key.split(separator: ".").map(String.init)
            layer.set(path, .text(value), at: SourcePlace(source: name))
        }
        return layer
    }
}
