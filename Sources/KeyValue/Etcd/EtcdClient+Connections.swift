internal import AsyncHTTPClient
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

extension EtcdClient {
    /// Every address with its connections; none is made yet.
    static func makeServers(_ configuration: EtcdConfiguration) throws(KeyValueError) -> [Server] {
        let tls = try configuration.tls.map(makeTLS)
        return configuration.addresses.map { makeServer($0, configuration.limits, tls) }
    }

    private static func makeServer(
        _ address: StoreAddress, _ limits: EtcdLimits, _ tls: TLSConfiguration?
    ) -> Server {
        var http = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(limits.connect)))
        http.httpVersion = .http1Only
        // The next address is the better retry, and the watch has a pause of its own.
        http.connectionPool.retryConnectionEstablishment = false
        // Every watch holds a connection while it waits.
        http.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = limits.connectionsMax
        http.http1_1ConnectionDebugInitializer = KeepAlive.initializer
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: http)
        return Server(
            label: "\(tls == nil ? "etcd" : "etcds")://\(address)",
            base: "\(tls == nil ? "http" : "https")://\(address)", client: client)
    }

    private static func makeTLS(_ tls: EtcdConfiguration.TLS) throws(KeyValueError) -> TLSConfiguration {
        var result = TLSConfiguration.makeClientConfiguration()
        if !tls.isVerified { result.certificateVerification = .none }
        if let file = tls.authorityFile {
            result.trustRoots = .certificates(try certificates(file, "ETCDCTL_CACERT"))
        }
        if let file = tls.certificateFile {
            result.certificateChain = try certificates(file, "ETCDCTL_CERT").map { .certificate($0) }
        }
        if let file = tls.keyFile {
            do {
                result.privateKey = .privateKey(try NIOSSLPrivateKey(file: file, format: .pem))
            } catch {
                throw KeyValueError(.invalid, "store: ETCDCTL_KEY=\(file): not readable (\(error)): a PEM key")
            }
        }
        return result
    }

    private static func certificates(_ file: String, _ variable: String) throws(KeyValueError) -> [NIOSSLCertificate] {
        do {
            return try NIOSSLCertificate.fromPEMFile(file)
        } catch {
            throw KeyValueError(.invalid, "store: \(variable)=\(file): not readable (\(error)): PEM certificates")
        }
    }
}
