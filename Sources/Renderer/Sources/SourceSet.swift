internal import KeyValue
internal import Logging

/// All sources of a run.
struct SourceSet: AnswerSource {
    private let store: any AnswerSource
    private let files = FileSource()

    /// The store that `configuration` names, and files.
    ///
    /// Throws for what the configuration makes impossible; nothing is asked yet.
    init(_ configuration: RenderConfiguration, environment: [String: String], logger: Logger) throws(KeyValueError) {
        let url = try configuration.store.map { text throws(KeyValueError) in try StoreURL(text) }
        switch url {
        case nil:
            store = ConsulSource(
                store: try ConsulStore(try configuration.consulClient(nil, environment: environment), logger: logger))
        case .consul(let consul):
            store = ConsulSource(
                store: try ConsulStore(
                    try configuration.consulClient(consul, environment: environment), logger: logger))
        case .consulCatalog(let catalog):
            store = CatalogSource(
                try CatalogStore(
                    catalog, try configuration.consulClient(catalog.consul, environment: environment), logger: logger))
        case .some(let url):
            store = StoreSource(try openStore(url, environment: environment, logger: logger))
        }
    }

    /// Follows one question.
    func follow(_ dependency: Dependency, _ tell: @escaping @Sendable (SourceWord) -> Void) async {
        switch dependency.question {
        case .file: await files.follow(dependency, tell)
        case .foreign: tell(.unavailable("\(dependency): this source is not there"))
        default: await store.follow(dependency, tell)
        }
    }
}

extension RenderConfiguration {
    /// How Consul is spoken to: what the configuration says, over the environment.
    ///
    /// - Parameter url: the store's URL, which counts over both, unless flags say otherwise.
    func consulClient(
        _ url: StoreURL.Consul?, environment: [String: String]
    ) throws(KeyValueError) -> ConsulConfiguration {
        var environment = environment
        var url = url
        let token = try token()
        if consul.outranksURL {
            if token != nil { url?.token = nil }
            if consul.namespace != nil { url?.namespace = nil }
        }
        if let address = consul.address { environment["CONSUL_HTTP_ADDR"] = address }
        if let token { environment["CONSUL_HTTP_TOKEN"] = token }
        if let namespace = consul.namespace { environment["CONSUL_NAMESPACE"] = namespace }
        if consul.tls.isEnabled {
            environment["CONSUL_HTTP_SSL"] = "true"
            environment["CONSUL_HTTP_SSL_VERIFY"] = consul.tls.verifies ? "true" : "false"
            for (name, value) in [
                ("CONSUL_CACERT", consul.tls.authorities), ("CONSUL_CLIENT_CERT", consul.tls.certificate),
                ("CONSUL_CLIENT_KEY", consul.tls.key), ("CONSUL_TLS_SERVER_NAME", consul.tls.serverName),
            ] where value != nil {
                environment[name] = value
            }
        }
        var client = try ConsulConfiguration(
            url ?? StoreURL.Consul(addresses: []), environment: environment)
        client.tls?.authorityText = consul.tls.authoritiesText
        client.tls?.authorityFolder = consul.tls.authoritiesFolder
        let credentials = consul.authentication.map { "\($0.username):\($0.password.value)" }
        client.basicAuthentication = credentials ?? environment["CONSUL_HTTP_AUTH"].flatMap { $0.isEmpty ? nil : $0 }
        client.allowsStaleWatches = maximumStaleness > .zero
        if maximumStaleness > .zero { client.limits.staleMax = maximumStaleness }
        if blockQueryWait > .zero { client.limits.wait = blockQueryWait }
        if consul.retry.backoff > .zero { client.limits.retry = consul.retry.backoff }
        client.limits.retryMax = max(client.limits.retry, consul.retry.maximumBackoff)
        consul.transport.apply(to: &client)
        return client
    }

    private func token() throws(KeyValueError) -> String? {
        guard let path = consul.tokenFile else { return consul.token?.value }
        do throws(FileFailure) {
            guard let octets = try DiskFile(path).read() else {
                throw FileFailure("\(path): the file with Consul's token is not there")
            }
            let words = String(decoding: octets, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            return words.first.map(String.init) ?? consul.token?.value
        } catch {
            throw KeyValueError(.invalid, "store: token_file: \(error)")
        }
    }
}

extension TransportSettings {
    /// Connections of `client` as these settings have them.
    fileprivate func apply(to client: inout ConsulConfiguration) {
        // The handshake is under way within the time that connecting may take.
        let handshake = client.tls == nil ? .zero : handshakeTimeout
        client.limits.connect = min(max(dialTimeout, .milliseconds(1)) + handshake, .seconds(60))
        client.limits.connectionsMax = maximumPerHost > 0 ? maximumPerHost : 16_384
        client.limits.keepAlive = dialKeepAlive
        if idleTimeout > .zero { client.limits.idle = idleTimeout }
        client.closesConnections = disablesKeepAlives
    }
}
