public import Certificates
internal import COpenSSL

/// One connection's TLS session: a trivial value, so that connections stay trivial.
///
/// Invariants: `ssl` is nil or a session that only the owning thread uses; whoever holds the value calls ``free()`` once.
@safe
@frozen
public struct TLSSession {
    @usableFromInline
    var ssl: OpaquePointer?

    /// No session: the connection is plain.
    @inlinable
    public init() {
        unsafe ssl = nil
    }

    init(_ ssl: OpaquePointer?) {
        unsafe self.ssl = unsafe ssl
    }

    /// OpenSSL's session of `context`, whose records pass through `port`; nil when there is no memory.
    static func make(_ context: OpaquePointer, on port: borrowing TLSPort) -> OpaquePointer? {
        guard let ssl = unsafe SSL_new(context) else {
            ERR_clear_error()
            return nil
        }
        unsafe BIO_up_ref(port.bio)
        unsafe SSL_set_bio(ssl, port.bio, port.bio)
        return unsafe ssl
    }

    /// Whether there is a session.
    @inlinable
    public var isActive: Bool { unsafe ssl != nil }

    /// Frees the session and leaves none.
    public mutating func free() {
        guard let ssl = unsafe ssl else { return }
        unsafe lines(of: ssl)?.deallocate()
        unsafe SSL_free(ssl)
        unsafe self.ssl = nil
    }

    /// Whether the peer has said that nothing follows.
    public var isClosedByPeer: Bool {
        unsafe ssl.map { unsafe SSL_get_shutdown($0) & SSL_RECEIVED_SHUTDOWN != 0 } ?? false
    }

    /// Whether OpenSSL holds octets of records that were not read yet.
    public var hasPending: Bool { unsafe ssl.map { unsafe SSL_has_pending($0) == 1 } ?? false }

    /// Whether the handshake took up an earlier session.
    public var isResumed: Bool { unsafe ssl.map { unsafe SSL_session_reused($0) == 1 } ?? false }

    /// Whether it is of TLS 1.3.
    public var isLatest: Bool { unsafe ssl.map { unsafe SSL_version($0) == TLS1_3_VERSION } ?? false }

    /// What the two sides may have agreed on (RFC 7301).
    public enum AgreedProtocol: Sendable {
        /// Nothing.
        case none
        /// HTTP/1.1, or what is no HTTP at all.
        case http1
        /// HTTP/2 (RFC 9113 §3.2).
        case http2
    }

    /// What the two sides have agreed on.
    public var agreedProtocol: AgreedProtocol {
        guard let ssl = unsafe ssl else { return .none }
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl, &name, &count)
        guard count > 0, let name = unsafe name else { return .none }
        return unsafe count == 2 && name[0] == 0x68 && name[1] == 0x32 ? .http2 : .http1
    }

    /// Whether the two sides have agreed on HTTP/2.
    public var speaksHTTP2: Bool { agreedProtocol == .http2 }

    /// The name that the client asked for, as it was sent; empty without one.
    public var serverName: UnsafeRawBufferPointer {
        guard let ssl = unsafe ssl, let name = unsafe portico_ssl_server_name(ssl) else {
            return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return unsafe UnsafeRawBufferPointer(start: name, count: strlen(name))
    }

    /// Why the peer's certificate was not believed, in OpenSSL's words; nil if it was, or if there was none to judge.
    public var verificationFailure: String? {
        guard let ssl = unsafe ssl else { return nil }
        let code = unsafe SSL_get_verify_result(ssl)
        return code == Int(X509_V_OK) ? nil : unsafe String(cString: X509_verify_cert_error_string(code))
    }

    /// The facts of the certificate that the peer has shown; nil without one.
    public var peerCertificate: CertificateFacts? {
        guard let ssl = unsafe ssl, let certificate = unsafe SSL_get0_peer_certificate(ssl) else { return nil }
        var memory: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_X509(certificate, &memory)
        guard count > 0, let memory = unsafe memory else {
            ERR_clear_error()
            return nil
        }
        defer { unsafe CRYPTO_free(memory, #fileID, Int32(#line)) }
        let der = unsafe Array(UnsafeBufferPointer(start: memory, count: Int(count)))
        return (try? CertificateFacts.read(der))?.first
    }

    // MARK: - Lines

    /// Octets that belong to the session for as long as it lives: what requests on it say of the client's certificate.
    public var peerLines: UnsafeRawBufferPointer {
        guard let ssl = unsafe ssl, let memory = unsafe lines(of: ssl) else {
            return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return unsafe UnsafeRawBufferPointer(start: memory + 8, count: memory.load(as: Int.self))
    }

    /// Sets ``peerLines``, once.
    public func keep(peerLines text: String) {
        guard let ssl = unsafe ssl, unsafe lines(of: ssl) == nil else { return }
        var text = text
        text.withUTF8 { bytes in
            let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes.count + 8, alignment: 8)
            unsafe memory.storeBytes(of: bytes.count, as: Int.self)
            if let base = bytes.baseAddress { unsafe (memory + 8).copyMemory(from: base, byteCount: bytes.count) }
            if unsafe SSL_set_ex_data(ssl, 0, memory) != 1 {
                unsafe memory.deallocate()
                ERR_clear_error()
            }
        }
    }

    private func lines(of ssl: OpaquePointer) -> UnsafeMutableRawPointer? {
        unsafe SSL_get_ex_data(ssl, 0)
    }
}
