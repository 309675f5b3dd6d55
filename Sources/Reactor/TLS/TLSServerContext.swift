public import Certificates
internal import COpenSSL

/// What the sessions of one listener on one worker have in common.
///
/// Versions, ciphers and groups are those of Mozilla's intermediate recommendation: TLS 1.2 with forward secrecy and
/// authenticated encryption, and TLS 1.3. There is no renegotiation, no compression, no early data.
///
/// Invariants: one thread uses it, and its sessions; `context` and `state` live from init to deinit; the callbacks find
/// `state` by the pointer that was registered with them.
@safe
public final class TLSServerContext: @unchecked Sendable {
    // Safety: it is handed to one worker before its thread starts, and touched by that thread alone from then on.
    /// What the callbacks work on.
    private final class State {
        var table = CertificateTable()
        let seal: TicketSeal
        let speaksHTTP2: Bool
        /// The name in the hello that is being read: tickets are opened before OpenSSL has told it.
        var greetedName = InlineName()

        init(seal: TicketSeal, speaksHTTP2: Bool) {
            self.seal = seal
            self.speaksHTTP2 = speaksHTTP2
        }
    }

    private let context: OpaquePointer
    private let state: State

    static let ciphers = """
        ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:\
        ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305
        """
    static let ciphersTLS13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    static let groups = "X25519:P-256:P-384"

    /// A context for `policy`; tickets are sealed with `tickets`.
    public init(_ policy: TLSServerPolicy, tickets: TicketKeys) throws(TLSError) {
        guard let seal = TicketSeal(keys: tickets) else { throw TLSError("AES-256-CBC") }
        guard OpenSSLStart.isDone, let context = unsafe SSL_CTX_new(TLS_server_method()) else {
            throw TLSError("a TLS context")
        }
        unsafe self.context = unsafe context
        state = State(seal: seal, speaksHTTP2: policy.speaksHTTP2)
        let lowest = policy.refusesTLS12 ? TLS1_3_VERSION : TLS1_2_VERSION
        guard unsafe portico_ssl_ctx_set_versions(context, lowest, TLS1_3_VERSION) == 1,
            unsafe SSL_CTX_set_cipher_list(context, Self.ciphers) == 1,
            unsafe SSL_CTX_set_ciphersuites(context, Self.ciphersTLS13) == 1,
            unsafe portico_ssl_ctx_set_groups(context, Self.groups) == 1
        else { throw TLSError("ciphers and groups") }
        unsafe portico_ssl_ctx_set_server_options(context)
        _ = unsafe SSL_CTX_set_num_tickets(context, 1)
        try askClients(policy)
        try nameSessions(policy)
        register(agrees: policy.agreesOnProtocol)
    }

    deinit {
        unsafe SSL_CTX_free(context)
    }

    private func askClients(_ policy: TLSServerPolicy) throws(TLSError) {
        guard policy.clientCertificate != .none else { return }
        let store = unsafe SSL_CTX_get_cert_store(context)
        let names = unsafe TrustedAuthorities.add(policy.clientAuthorities, to: store)
        guard let names = unsafe names else { throw TLSError("the clients' authorities") }
        // What is asked for: browsers choose a certificate by it.
        unsafe SSL_CTX_set_client_CA_list(context, names)
        let isRequired = policy.clientCertificate == .require
        unsafe SSL_CTX_set_verify(
            context, SSL_VERIFY_PEER | (isRequired ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nil)
    }

    /// A session begun under one policy is not taken up under another: there the client may not have shown a certificate.
    private func nameSessions(_ policy: TLSServerPolicy) throws(TLSError) {
        var digest = [UInt8](repeating: 0, count: 32)
        let text = Array(policy.name.utf8) + [0, policy.clientCertificate == .none ? 0 : 1] + policy.clientAuthorities
        let isDone = unsafe digest.withUnsafeMutableBufferPointer { digest in
            unsafe EVP_Digest(text, text.count, digest.baseAddress, nil, EVP_sha256(), nil) == 1
        }
        guard isDone, unsafe SSL_CTX_set_session_id_context(context, digest, 32) == 1 else {
            throw TLSError("the sessions' name")
        }
    }

    private func register(agrees: Bool) {
        let pointer = unsafe Unmanaged.passUnretained(state).toOpaque()
        _ = unsafe SSL_CTX_set_ex_data(context, 0, pointer)
        unsafe SSL_CTX_set_client_hello_cb(context, Self.greet, pointer)
        unsafe SSL_CTX_set_cert_cb(context, Self.choose, pointer)
        if agrees { unsafe SSL_CTX_set_alpn_select_cb(context, Self.agree, pointer) }
        _ = unsafe portico_ssl_ctx_set_ticket_callback(context, Self.ticket)
        _ = unsafe portico_ssl_ctx_set_status_callback(context, Self.staple)
    }

    /// Has handshakes from now on show `table`'s certificates; sessions that are up stay as they are.
    public func install(_ table: CertificateTable) {
        state.table = table
    }

    /// Whether the certificate that a client gets who asks for `asked` is also `host`'s, which is in lower case.
    public func covers(host: UnsafeRawBufferPointer, asked: UnsafeRawBufferPointer) -> Bool {
        var folded = unsafe InlineName(asked)
        let set = unsafe folded.withBytes { unsafe state.table.find(host: $0) }
        return unsafe set >= 0 && state.table.covers(set, host: host)
    }

    /// A session for a connection that was accepted; an inactive one when OpenSSL has no memory.
    public func accept(on port: borrowing TLSPort) -> TLSSession {
        guard let ssl = unsafe TLSSession.make(context, on: port) else { return TLSSession() }
        unsafe SSL_set_accept_state(ssl)
        return unsafe TLSSession(ssl)
    }

    // MARK: - Callbacks

    private static func state(_ pointer: UnsafeMutableRawPointer?) -> State? {
        unsafe pointer.map { unsafe Unmanaged<State>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func find(_ ssl: OpaquePointer?, _ table: CertificateTable) -> Int32 {
        var host = unsafe hostName(of: ssl)
        return unsafe host.withBytes { unsafe table.find(host: $0) }
    }

    /// The name that the client asked for, in the form of tables; empty without one.
    private static func hostName(of ssl: OpaquePointer?) -> InlineName {
        guard let ssl = unsafe ssl, let name = unsafe portico_ssl_server_name(ssl) else { return InlineName() }
        return unsafe InlineName(name)
    }

    /// Before anything else is done: a client that may not have any certificate is told so (RFC 6066 §3).
    private static let greet:
        @convention(c) (OpaquePointer?, UnsafeMutablePointer<Int32>?, UnsafeMutableRawPointer?) -> Int32 = {
            ssl, alert, pointer in
            guard let state = unsafe state(pointer), let ssl = unsafe ssl else { return SSL_CLIENT_HELLO_ERROR }
            var bytes: UnsafePointer<UInt8>?
            var count = 0
            let isThere = unsafe SSL_client_hello_get0_ext(ssl, UInt32(TLSEXT_TYPE_server_name), &bytes, &count) == 1
            let asked = unsafe UnsafeRawBufferPointer(start: isThere ? bytes : nil, count: isThere ? count : 0)
            // ServerNameList: its length, then a type (0: host_name) and a length before each name.
            let name = unsafe asked.count > 5 ? UnsafeRawBufferPointer(rebasing: asked[5...]) : asked
            var folded = unsafe InlineName(asked.count > 5 ? name : UnsafeRawBufferPointer(rebasing: asked[..<0]))
            state.greetedName = folded
            guard unsafe folded.withBytes({ unsafe state.table.find(host: $0) }) < 0 else {
                return SSL_CLIENT_HELLO_SUCCESS
            }
            unsafe alert?.pointee = SSL_AD_UNRECOGNIZED_NAME
            return SSL_CLIENT_HELLO_ERROR
        }

    /// Gives a full handshake its certificates; which of them the client can do, OpenSSL decides.
    private static let choose: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32 = { ssl, pointer in
        guard let state = unsafe state(pointer), let ssl = unsafe ssl else { return 0 }
        let index = unsafe find(ssl, state.table)
        guard index >= 0 else { return 0 }
        var isAny = false
        for entry in state.table.sets[Int(index)].entries {
            let credential = entry.credential
            let result = unsafe SSL_use_cert_and_key(ssl, credential.leaf, credential.key, credential.chain, 1)
            if result == 1 { isAny = true } else { ERR_clear_error() }
        }
        return isAny ? 1 : 0
    }

    /// HTTP/2 if both speak it, HTTP/1.1 otherwise (RFC 7301 §3.2); a client that names others only is refused.
    private static let agree:
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, UnsafeMutablePointer<UInt8>?,
            UnsafePointer<UInt8>?, UInt32, UnsafeMutableRawPointer?
        ) -> Int32 = { _, chosen, chosenCount, offered, offeredCount, pointer in
            guard let state = unsafe state(pointer), let offered = unsafe offered else { return SSL_TLSEXT_ERR_NOACK }
            var http1 = -1
            var index = 0
            let end = Int(offeredCount)
            while index < end {
                let count = unsafe Int(offered[index])
                guard index + 1 + count <= end else { break }
                let name = unsafe UnsafeRawBufferPointer(start: offered + index + 1, count: count)
                if state.speaksHTTP2, unsafe TLSServerContext.http2.elementsEqual(name) {
                    unsafe chosen?.pointee = unsafe offered + index + 1
                    unsafe chosenCount?.pointee = UInt8(count)
                    return SSL_TLSEXT_ERR_OK
                }
                if unsafe TLSServerContext.http11.elementsEqual(name) { http1 = index }
                if http1 < 0, unsafe TLSServerContext.http10.elementsEqual(name) { http1 = index }
                index += 1 + count
            }
            guard http1 >= 0 else { return SSL_TLSEXT_ERR_ALERT_FATAL }
            unsafe chosen?.pointee = unsafe offered + http1 + 1
            unsafe chosenCount?.pointee = UInt8(TLSServerContext.http11.count)
            return SSL_TLSEXT_ERR_OK
        }

    private static let http2: [UInt8] = Array("h2".utf8)
    private static let http11: [UInt8] = Array("http/1.1".utf8)
    /// As long as the other: who offers it alone is answered by HTTP/1's rules.
    private static let http10: [UInt8] = Array("http/1.0".utf8)

    private static let ticket:
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt8>?, OpaquePointer?, OpaquePointer?,
            Int32
        ) -> Int32 = { ssl, name, vector, cipher, mac, isSealing in
            guard let ssl = unsafe ssl, let name = unsafe name, let vector = unsafe vector, let cipher = unsafe cipher,
                let mac = unsafe mac, let state = unsafe state(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), 0))
            else { return -1 }
            let host = unsafe isSealing == 1 ? TLSServerContext.hostName(of: ssl) : state.greetedName
            return unsafe state.seal.key(
                name: name, vector: vector, cipherContext: cipher, macContext: mac, isSealing: isSealing == 1,
                isUsedOnce: SSL_version(ssl) == TLS1_3_VERSION, for: host)
        }

    /// The certificate's OCSP answer, if it has one (RFC 6066 §8).
    private static let staple: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32 = { ssl, _ in
        guard let ssl = unsafe ssl, let state = unsafe state(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), 0)),
            let shown = unsafe SSL_get_certificate(ssl)
        else { return SSL_TLSEXT_ERR_NOACK }
        let index = unsafe find(ssl, state.table)
        guard index >= 0 else { return SSL_TLSEXT_ERR_NOACK }
        for entry in state.table.sets[Int(index)].entries where unsafe entry.credential.leaf == shown {
            guard let staple = entry.staple, let memory = unsafe portico_openssl_malloc(staple.count) else { continue }
            unsafe memory.copyMemory(from: staple, byteCount: staple.count)
            _ = unsafe portico_ssl_set_ocsp_response(
                ssl, memory.assumingMemoryBound(to: UInt8.self), staple.count)
            return SSL_TLSEXT_ERR_OK
        }
        return SSL_TLSEXT_ERR_NOACK
    }
}
