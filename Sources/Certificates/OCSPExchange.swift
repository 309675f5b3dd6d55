internal import COpenSSL

/// What is asked of an OCSP responder about one certificate, and how its answer is judged (RFC 6960, RFC 5019).
///
/// It sends nothing: the request goes to ``responder`` by HTTP POST as `application/ocsp-request`, whoever does that.
public struct OCSPExchange: Sendable {
    /// An answer that has been checked.
    public struct Staple: Sendable, Equatable {
        /// The answer's DER, as it goes into handshakes.
        public var octets: [UInt8]
        /// Since when it is so, in seconds since 1970.
        public var thisUpdate: Int64
        /// The last second in which it may be sent.
        public var goodUntil: Int64

        /// When it is time for the next one: in the middle, so that a responder may be away for the other half.
        public var renewal: Int64 { thisUpdate + (goodUntil - thisUpdate) / 2 }
    }

    /// Where to ask: an `http://` URL.
    public let responder: String
    /// The request's DER.
    ///
    /// It holds no nonce, so that responders may answer from their cache.
    public let request: [UInt8]
    private let subject: Certificate
    private let issuer: Certificate

    /// An exchange about a credential whose issuer came with it; nil if it names no responder.
    public init?(_ credential: Credential) throws(CertificateError) {
        guard let responder = credential.facts.ocspResponder else { return nil }
        guard let issuer = credential.issuer else {
            throw CertificateError(
                .certificate, "no OCSP for it, since its issuer's certificate is not in the chain",
                "the certificate followed by its issuer's, as fullchain.pem has them")
        }
        self.responder = responder
        self.issuer = issuer
        subject = credential.certificate
        request = try Self.request(subject: subject, issuer: issuer)
    }

    /// Judges an answer at `now`, in seconds since 1970.
    ///
    /// It must say "good" of this certificate, be in its time, and be signed by the issuer or by whom the issuer has
    /// charged with it; anything else throws.
    public func verify(_ response: [UInt8], now: Int64) throws(CertificateError) -> Staple {
        ErrorQueue.clear()
        defer { ErrorQueue.clear() }
        let answer = try OCSPAnswer(response)
        try answer.checkSignature(by: issuer, now: now)
        let status = try answer.status(of: subject, issuer: issuer)
        switch status.kind {
        case V_OCSP_CERTSTATUS_GOOD: break
        case V_OCSP_CERTSTATUS_REVOKED:
            throw CertificateError(.response, "the certificate has been revoked", "a new certificate, with a new key")
        default: throw CertificateError(.response, "the responder does not know the certificate")
        }
        guard let thisUpdate = status.thisUpdate, thisUpdate <= now + Self.skewSeconds else {
            throw CertificateError(.response, "the answer is of a time to come", "check this machine's clock")
        }
        // Without an end there is newer news at any time (RFC 6960 §4.2.2.1): an hour is what it is believed for.
        let end = status.nextUpdate ?? thisUpdate + 3_600
        guard end >= now else {
            throw CertificateError(.response, "the answer was good until \(UTCTime(end)) only")
        }
        return Staple(octets: response, thisUpdate: thisUpdate, goodUntil: end)
    }

    /// Octets of an answer that are read: a delegate's certificates included, real ones have two thousand.
    public static let maximumResponseCount = 64 << 10

    /// Responders' clocks may be ahead by this.
    private static let skewSeconds: Int64 = 300

    private static func request(subject: Certificate, issuer: Certificate) throws(CertificateError) -> [UInt8] {
        ErrorQueue.clear()
        defer { ErrorQueue.clear() }
        guard let request = unsafe OCSP_REQUEST_new() else { throw CertificateError(.certificate, "no memory") }
        defer { unsafe OCSP_REQUEST_free(request) }
        // SHA-1 is what names a certificate here, not what signs: the only digest all responders know (RFC 5019 §2.1.1).
        guard let id = unsafe OCSP_cert_to_id(EVP_sha1(), subject.pointer, issuer.pointer),
            unsafe OCSP_request_add0_id(request, id) != nil
        else { throw CertificateError(.certificate, "no OCSP request can be made: \(ErrorQueue.drain())") }
        var start: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_OCSP_REQUEST(request, &start)
        guard count > 0, let octets = unsafe start else {
            throw CertificateError(.certificate, "no OCSP request can be made: \(ErrorQueue.drain())")
        }
        defer { unsafe CRYPTO_free(octets, #file, #line) }
        return unsafe Array(UnsafeBufferPointer(start: octets, count: Int(count)))
    }
}
