internal import FoundationEssentials

extension DockerAddress {
    /// The engine that the environment names, read as the `docker` command reads it.
    ///
    /// | variable | used for |
    /// |---|---|
    /// | `DOCKER_HOST` | the address; `unix:///var/run/docker.sock` if it is unset or empty |
    /// | `DOCKER_TLS_VERIFY` | not empty: TLS, and the engine's certificate is verified |
    /// | `DOCKER_TLS` | not empty: TLS, and it is not |
    /// | `DOCKER_CERT_PATH` | the folder of `ca.pem`, `cert.pem` and `key.pem`; else `DOCKER_CONFIG`, else `~/.docker` |
    ///
    /// `cert.pem` and `key.pem` may be missing, and then no certificate is shown; `ca.pem` is needed to verify.
    ///
    /// - Parameters:
    ///   - environment: the process's.
    ///   - standard: what an unset `DOCKER_HOST` stands for.
    ///
    /// Throws ``DockerError/Kind/invalid`` naming the variable that is malformed or the file that is missing.
    public static func inEnvironment(
        _ environment: [String: String], standard: String = ""
    ) throws(DockerError) -> DockerAddress {
        let host = value("DOCKER_HOST", environment) ?? standard
        let isVerified = value("DOCKER_TLS_VERIFY", environment) != nil
        guard isVerified || value("DOCKER_TLS", environment) != nil else {
            return try DockerAddress(host, source: "DOCKER_HOST")
        }
        let folder =
            value("DOCKER_CERT_PATH", environment) ?? value("DOCKER_CONFIG", environment)
            ?? "\(value("HOME", environment) ?? "")/.docker"
        let address = try DockerAddress(host, tls: DockerTLS(isVerified: isVerified), source: "DOCKER_HOST")
        guard address.tls != nil else { return address }
        let tls = try DockerTLS(folder: folder, isVerified: isVerified)
        return DockerAddress(address.location, path: address.path, tls: tls)
    }

    private static func value(_ name: String, _ environment: [String: String]) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension DockerTLS {
    /// The files of a folder as the `docker` command keeps them.
    ///
    /// Throws ``DockerError/Kind/invalid`` if `ca.pem` is missing and needed, or one of `cert.pem` and `key.pem`.
    public init(folder: String, isVerified: Bool = true) throws(DockerError) {
        func file(_ name: String) -> String? {
            let path = "\(folder)/\(name)"
            return FileManager.default.fileExists(atPath: path) ? path : nil
        }
        self.init(isVerified: isVerified)
        authority = file("ca.pem")
        certificate = file("cert.pem")
        key = file("key.pem")
        guard !isVerified || authority != nil else {
            throw DockerError(
                .invalid,
                "docker: \(folder)/ca.pem: no such file: the authority of the engine's certificate, or set DOCKER_CERT_PATH"
            )
        }
        guard (certificate == nil) == (key == nil) else {
            let missing = certificate == nil ? "cert.pem" : "key.pem"
            throw DockerError(
                .invalid, "docker: \(folder)/\(missing): no such file: cert.pem and key.pem belong together")
        }
    }
}
