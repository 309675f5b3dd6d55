internal import Certificates
internal import COpenSSL

/// What the sessions with one service's endpoints have in common; shared by all workers.
///
/// Invariants: `context` lives from init to deinit and is not changed after init, so any thread may make sessions of it.
@safe
public final class TLSClientContext: @unchecked Sendable {
    // Safety: an SSL_CTX that is no longer configured may be used by any number of threads (SSL_new counts atomically).
    private let context: OpaquePointer
    private let serverName: String?

    /// A context; throws if its certificates cannot be read.
    ///
    /// - Parameters:
    ///   - verifies: the endpoint's certificate must be good.
    ///   - authorities: PEM certificates of the authorities that it must come from; nil: the system's.
    ///   - serverName: the name that is asked for and that the certificate must have; nil: the endpoint's address.
    ///   - certificate: the client's own certificate with its chain, PEM; `key` is its key.
    public init(
        verifies: Bool, authorities: [UInt8]?, serverName: String?, certificate: [UInt8]?, key: [UInt8]?
    ) throws(TLSError) {
        guard OpenSSLStart.isDone, let context = unsafe SSL_CTX_new(TLS_client_method()) else {
            throw TLSError("a TLS context")
        }
        unsafe self.context = unsafe context
        self.serverName = serverName
        guard unsafe portico_ssl_ctx_set_versions(context, TLS1_2_VERSION, TLS1_3_VERSION) == 1 else {
            throw TLSError("versions")
        }
        unsafe portico_ssl_ctx_set_client_options(context)
        if verifies {
            unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
            if let authorities {
                let store = unsafe SSL_CTX_get_cert_store(context)
                guard let names = unsafe TrustedAuthorities.add(authorities, to: store) else {
                    throw TLSError("the endpoints' authorities")
                }
                unsafe portico_name_list_free(names)
            } else {
                guard unsafe SSL_CTX_set_default_verify_paths(context) == 1 else {
                    throw TLSError("the system's authorities")
                }
            }
        }
        if let certificate, let key {
            let credential: Credential
            do {
                credential = try Credential(certificates: certificate, key: key)
            } catch {
                throw TLSError("the client certificate: \(error)")
            }
            let result = unsafe SSL_CTX_use_cert_and_key(
                context, credential.leaf, credential.key, credential.chain, 1)
            guard result == 1 else { throw TLSError("the client certificate") }
        }
    }

    deinit {
        unsafe SSL_CTX_free(context)
    }

    /// A session for a connection to `address`; an inactive one when OpenSSL has no memory or refuses the name.
    ///
    /// - Parameter protocols: what is offered by ALPN, each with its length before it; empty for nothing.
    public func connect(to address: SocketAddress, protocols: StaticString, on port: borrowing TLSPort) -> TLSSession {
        guard let ssl = unsafe TLSSession.make(context, on: port) else { return TLSSession() }
        unsafe SSL_set_connect_state(ssl)
        let isNamed: Bool
        if let name = serverName {
            isNamed = unsafe portico_ssl_set_server_name(ssl, name) == 1 && SSL_set1_host(ssl, name) == 1
        } else {
            let parameters = unsafe SSL_get0_param(ssl)
            isNamed = unsafe address.withOctets {
                unsafe X509_VERIFY_PARAM_set1_ip(parameters, $0.baseAddress, $0.count) == 1
            }
        }
        // 0 is success here.
        let isOffered = unsafe SSL_set_alpn_protos(ssl, protocols.utf8Start, UInt32(protocols.utf8CodeUnitCount)) == 0
        guard isNamed, isOffered else {
            unsafe SSL_free(ssl)
            ERR_clear_error()
            return TLSSession()
        }
        return unsafe TLSSession(ssl)
    }
}
