extension RenderConfiguration {
    /// What commands, the child and the `env` function find of this configuration in the environment, over what is there.
    public var commandEnvironment: [String: String] {
        var variables: [String: String] = [
            "CONSUL_HTTP_SSL": "\(consul.tls.isEnabled)", "CONSUL_HTTP_SSL_VERIFY": "\(consul.tls.verifies)",
        ]
        variables["CONSUL_HTTP_ADDR"] = consul.address
        variables["CONSUL_HTTP_TOKEN"] = consul.token?.value
        variables["CONSUL_HTTP_TOKEN_FILE"] = consul.tokenFile
        variables["CONSUL_HTTP_AUTH"] = consul.authentication.map { "\($0.username):\($0.password.value)" }
        variables["VAULT_ADDR"] = vault.address
        variables["VAULT_NAMESPACE"] = vault.namespace
        if !vault.tls.verifies { variables["VAULT_SKIP_VERIFY"] = "true" }
        variables["VAULT_CLIENT_CERT"] = vault.tls.certificate
        variables["VAULT_CLIENT_KEY"] = vault.tls.key
        variables["VAULT_CACERT"] = vault.tls.authorities
        variables["VAULT_CAPATH"] = vault.tls.authoritiesFolder
        variables["VAULT_TLS_SERVER_NAME"] = vault.tls.serverName
        variables["NOMAD_ADDR"] = nomad.address
        variables["NOMAD_NAMESPACE"] = nomad.namespace
        return variables
    }
}
