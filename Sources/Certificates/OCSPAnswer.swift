internal import COpenSSL

/// An OCSP responder's answer while it is judged.
///
/// Invariants: `basic` is a live OCSP_BASICRESP that this object alone owns. Used by one thread.
@safe
final class OCSPAnswer {
    /// What it says of one certificate.
    struct Status {
        /// One of `V_OCSP_CERTSTATUS_`.
        var kind: Int32
        /// Since when, in seconds since 1970.
        var thisUpdate: Int64?
        /// Until when, if it says so.
        var nextUpdate: Int64?
    }

    private let basic: OpaquePointer

    /// Reads an answer's DER; what is no success throws.
    init(_ der: [UInt8]) throws(CertificateError) {
        guard der.count <= OCSPExchange.maximumResponseCount else {
            throw CertificateError(.response, "\(der.count) octets are more than any OCSP answer has")
        }
        let response = unsafe der.withUnsafeBufferPointer { octets -> OpaquePointer? in
            var next = octets.baseAddress
            return unsafe d2i_OCSP_RESPONSE(nil, &next, octets.count)
        }
        guard let response = unsafe response else {
            throw CertificateError(.response, "this is no OCSP answer: \(ErrorQueue.drain())")
        }
        defer { unsafe OCSP_RESPONSE_free(response) }
        let status = unsafe OCSP_response_status(response)
        guard status == OCSP_RESPONSE_STATUS_SUCCESSFUL else {
            throw CertificateError(.response, "the responder refuses: \(Self.refusal(status))")
        }
        guard let basic = unsafe OCSP_response_get1_basic(response) else {
            throw CertificateError(.response, "this OCSP answer has no content: \(ErrorQueue.drain())")
        }
        unsafe self.basic = basic
    }

    deinit { unsafe OCSP_BASICRESP_free(basic) }

    /// Throws unless `issuer`, or one whom it has charged with it, has signed this.
    func checkSignature(by issuer: Certificate, now: Int64) throws(CertificateError) {
        guard let store = unsafe X509_STORE_new() else { throw CertificateError(.response, "no memory") }
        defer { unsafe X509_STORE_free(store) }
        guard let issuers = unsafe OPENSSL_sk_new_null() else { throw CertificateError(.response, "no memory") }
        defer { unsafe OPENSSL_sk_free(issuers) }
        let parameters = unsafe X509_STORE_get0_param(store)
        unsafe X509_VERIFY_PARAM_set_time(parameters, Int(now))
        // The issuer is the end of the way, although it is seldom a root.
        guard unsafe X509_STORE_add_cert(store, issuer.pointer) == 1,
            unsafe OPENSSL_sk_push(issuers, UnsafeRawPointer(issuer.pointer)) > 0,
            unsafe X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN)) == 1,
            unsafe OCSP_basic_verify(basic, issuers, store, 0) == 1
        else {
            throw CertificateError(
                .response, "neither the issuer nor its delegate has signed it: \(ErrorQueue.drain())")
        }
    }

    /// What it says of the certificate that `issuer` has issued to `subject`.
    func status(of subject: Certificate, issuer: Certificate) throws(CertificateError) -> Status {
        // A responder may name the certificate by another digest than the request did.
        for isOlder in [true, false] {
            let digest = unsafe isOlder ? EVP_sha1() : EVP_sha256()
            guard let id = unsafe OCSP_cert_to_id(digest, subject.pointer, issuer.pointer) else { continue }
            defer { unsafe OCSP_CERTID_free(id) }
            var kind: Int32 = -1
            var begin: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
            var end: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
            guard unsafe OCSP_resp_find_status(basic, id, &kind, nil, nil, &begin, &end) == 1 else { continue }
            return unsafe Status(
                kind: kind, thisUpdate: CertificateFacts.seconds(begin),
                nextUpdate: end.flatMap { unsafe CertificateFacts.seconds($0) })
        }
        throw CertificateError(.response, "the answer is about another certificate")
    }

    private static func refusal(_ status: Int32) -> String {
        switch status {
        case OCSP_RESPONSE_STATUS_MALFORMEDREQUEST: "it cannot read the request"
        case OCSP_RESPONSE_STATUS_INTERNALERROR: "it has failed"
        case OCSP_RESPONSE_STATUS_TRYLATER: "it is to be tried later"
        case OCSP_RESPONSE_STATUS_SIGREQUIRED: "it wants signed requests"
        case OCSP_RESPONSE_STATUS_UNAUTHORIZED: "it is not in charge of this certificate"
        default: "status \(status)"
        }
    }
}
