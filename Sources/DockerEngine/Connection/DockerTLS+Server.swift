internal import NIOCore
public import NIOSSL

extension DockerTLS {
    /// The same files for whoever is spoken to, over TLS 1.2 and later.
    ///
    /// It shows ``certificate``, and if ``isVerified`` lets only those in that show one of ``authority``'s.
    ///
    /// Throws ``DockerError/Kind/invalid`` naming the file that is missing or cannot be used.
    public func makeServerContext() throws(DockerError) -> NIOSSLContext {
        let client = try makeConfiguration()
        guard let key = client.privateKey, !client.certificateChain.isEmpty else {
            throw DockerError(.invalid, "TLS: a certificate and its key are needed to be spoken to")
        }
        guard !isVerified || authority != nil else {
            throw DockerError(.invalid, "TLS: the authority of the clients' certificates is needed to verify them")
        }
        var server = TLSConfiguration.makeServerConfiguration(
            certificateChain: client.certificateChain, privateKey: key)
        server.minimumTLSVersion = .tlsv12
        server.applicationProtocols = ["http/1.1"]
        server.shutdownTimeout = .seconds(2)
        if isVerified {
            // Clients have no host name to check.
            server.certificateVerification = .noHostnameVerification
            server.trustRoots = client.trustRoots
        }
        do {
            return try NIOSSLContext(configuration: server)
        } catch {
            throw DockerError(
                .invalid, "TLS: \(certificate ?? "") and \(self.key ?? ""): not usable together (\(error))")
        }
    }
}
