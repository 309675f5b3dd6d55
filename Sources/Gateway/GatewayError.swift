internal import Routing
internal import Wire

/// Why a request did not get an endpoint's answer: the one error type of the request path.
///
/// Status code, retry, log level and metric label all derive from it, here and nowhere else.
struct GatewayError: Sendable {
    /// Whose fault it is.
    enum Side: String, Sendable {
        case client, upstream, own
    }

    enum Kind: UInt8, CaseIterable, Sendable {
        case badRequest, plainOnTLS, misdirected, noRoute, methodNotAllowed, headTimeout, bodyTimeout, bodyTooLarge,
            badBody
        case noEndpoint, endpointsBusy
        /// It waited in line for an endpoint with room, for as long as it may.
        case queueTimeout
        case connectTimeout, connectRefused, connectFailed, handshakeFailed, untrusted
        /// The endpoint was asked for a stream and has not looked at it (RFC 9113 §8.7).
        case refusedStream
        /// An upgrade is asked for, and the endpoint speaks HTTP/2 only.
        case upgradeImpossible
        case reset, badAnswer, answerTimeout, truncated
        /// No answer within the time for one try; within the time for the whole request.
        case tryTimeout, requestTimeout
        /// A tunnel was asked for by HTTP/2, and the endpoint answered with success but without one.
        case upgradeDeclined
        /// The endpoint's own answer, which another is asked to better.
        case answered429, answered500, answered502, answered503, answered504
        /// The client's address is kept out.
        case denied
        /// A password is asked for, and it was none or a wrong one.
        case unauthorized
        /// The client asks more often than it may.
        case tooManyRequests
        /// What is asked for is served over https only, or over plain http only.
        case secureOnly, plainOnly
        /// Of a request that somebody is asked about: he said no, could not be asked, said nothing that can be understood, and
        /// the request is a question itself.
        case permissionRefused, permissionUnreachable, permissionFailed, permissionLoop
        case clientGone, writeTimeout, exhausted
        /// A connection began otherwise than a trusted proxy's, or a TLS client's, is to; or asked for a name that is nobody's.
        case badProxyHeader, badHello, unknownName
        /// Of TCP sessions: nothing moved for too long; the endpoint left the table; a drain's time was over.
        case tunnelTimeout, endpointLeft, drained
    }

    let kind: Kind
    /// Of a request that the parser refused.
    var rejection: HeadRejection?

    init(_ kind: Kind, rejection: HeadRejection? = nil) {
        self.kind = kind
        self.rejection = rejection
    }

    /// Of an endpoint's answer that a retry may answer; nil for every other status.
    init?(answered status: UInt16) {
        switch status {
        case 429: self.init(.answered429)
        case 500: self.init(.answered500)
        case 502: self.init(.answered502)
        case 503: self.init(.answered503)
        case 504: self.init(.answered504)
        default: return nil
        }
    }

    var side: Side {
        switch kind {
        case .badRequest, .plainOnTLS, .misdirected, .noRoute, .methodNotAllowed, .headTimeout, .bodyTimeout,
            .bodyTooLarge, .badBody, .denied, .unauthorized, .tooManyRequests, .secureOnly, .plainOnly, .clientGone,
            .writeTimeout, .badProxyHeader, .badHello, .unknownName, .tunnelTimeout:
            .client
        case .noEndpoint, .endpointsBusy, .connectTimeout, .connectRefused, .connectFailed, .handshakeFailed,
            .untrusted,
            .refusedStream, .upgradeImpossible, .upgradeDeclined, .reset, .badAnswer, .answerTimeout, .truncated,
            .tryTimeout, .requestTimeout, .queueTimeout, .answered429, .answered500, .answered502, .answered503,
            .answered504:
            .upstream
        case .exhausted, .permissionRefused, .permissionUnreachable, .permissionFailed, .permissionLoop, .endpointLeft,
            .drained:
            .own
        }
    }

    /// The status that the client gets, if it can still get one.
    var status: UInt16 {
        switch kind {
        case .badRequest: rejection?.status ?? 400
        case .badBody, .plainOnTLS, .badProxyHeader, .badHello: 400
        case .misdirected, .unknownName: 421
        case .noRoute, .plainOnly: 404
        case .denied, .secureOnly, .permissionRefused: 403
        case .tooManyRequests: 429
        case .unauthorized: 401
        case .methodNotAllowed: 405
        case .headTimeout, .bodyTimeout, .tunnelTimeout: 408
        case .bodyTooLarge: 413
        case .answered429: 429
        case .answered500: 500
        case .noEndpoint, .endpointsBusy, .queueTimeout, .answered503, .exhausted, .permissionUnreachable,
            .endpointLeft,
            .drained:
            503
        case .connectTimeout, .answerTimeout, .tryTimeout, .requestTimeout, .answered504: 504
        case .upgradeImpossible: 501
        case .connectRefused, .connectFailed, .handshakeFailed, .untrusted, .refusedStream, .upgradeDeclined, .reset,
            .badAnswer,
            .truncated, .answered502, .permissionFailed:
            502
        case .permissionLoop: 508
        case .clientGone, .writeTimeout: 499
        }
    }

    /// The status in gRPC's terms, by its mapping of HTTP's.
    var callStatus: UInt8 {
        switch status {
        case 400, 413: 13
        case 401: 16
        case 403: 7
        case 404, 405, 501: 12
        case 408: 4
        default: 14
        }
    }

    /// The retry policy's causes of which any covers it; none when it is never tried again.
    ///
    /// What the client would get as a 502 for a malformed answer goes by that status too, as does a try's own 504.
    var retryCauses: RetryCauses {
        switch kind {
        case .connectTimeout: .connect
        case .connectRefused, .connectFailed, .handshakeFailed, .untrusted, .refusedStream: .refused
        case .reset: .reset
        case .badAnswer: [.invalid, .status502]
        case .answerTimeout: .timeout
        case .tryTimeout: [.timeout, .status504]
        case .answered429: .status429
        case .answered500: .status500
        case .answered502: .status502
        case .answered503: .status503
        case .answered504: .status504
        default: []
        }
    }

    /// Whether the endpoint cannot have seen anything of the request: then any method may be tried elsewhere.
    var isBeforeSending: Bool {
        switch kind {
        case .connectTimeout, .connectRefused, .connectFailed, .handshakeFailed, .untrusted, .refusedStream,
            .upgradeImpossible:
            true
        default: false
        }
    }

    /// Whether it says that the endpoint cannot be reached: it leaves the rotation at once.
    var isUnreachable: Bool {
        switch kind {
        case .connectTimeout, .connectRefused, .connectFailed, .handshakeFailed, .untrusted: true
        default: false
        }
    }

    /// Whether it counts against an endpoint with an outlier policy where no status says so.
    var isOutlierError: Bool {
        switch kind {
        case .reset, .badAnswer, .answerTimeout, .tryTimeout, .truncated: true
        default: isUnreachable
        }
    }

    /// The status of the endpoint's own answer, 0 if there was none.
    var answeredStatus: UInt16 {
        switch kind {
        case .answered429: 429
        case .answered500: 500
        case .answered502: 502
        case .answered503: 503
        case .answered504: 504
        default: 0
        }
    }

    /// One word for logs and metrics.
    var label: StaticString {
        switch kind {
        case .badRequest: "bad-request"
        case .plainOnTLS: "plain-http-on-tls"
        case .misdirected: "misdirected"
        case .noRoute: "no-route"
        case .methodNotAllowed: "method-not-allowed"
        case .denied: "denied"
        case .unauthorized: "unauthorized"
        case .tooManyRequests: "too-many-requests"
        case .secureOnly: "https-only"
        case .plainOnly: "http-only"
        case .headTimeout: "request-head-timeout"
        case .bodyTimeout: "request-body-timeout"
        case .bodyTooLarge: "request-body-too-large"
        case .badBody: "bad-request-body"
        case .noEndpoint: "no-endpoint"
        case .endpointsBusy: "endpoints-busy"
        case .queueTimeout: "queue-timeout"
        case .connectTimeout: "connect-timeout"
        case .connectRefused: "connect-refused"
        case .connectFailed: "connect-failed"
        case .handshakeFailed: "upstream-handshake"
        case .untrusted: "upstream-certificate"
        case .refusedStream: "upstream-refused-stream"
        case .upgradeImpossible: "upgrade-impossible"
        case .reset: "upstream-reset"
        case .badAnswer: "bad-answer"
        case .upgradeDeclined: "upgrade-declined"
        case .answerTimeout: "answer-timeout"
        case .tryTimeout: "try-timeout"
        case .requestTimeout: "request-timeout"
        case .truncated: "answer-truncated"
        case .answered429: "answered-429"
        case .answered500: "answered-500"
        case .answered502: "answered-502"
        case .answered503: "answered-503"
        case .answered504: "answered-504"
        case .permissionRefused: "forward-auth"
        case .permissionUnreachable: "forward-auth-unreachable"
        case .permissionFailed: "forward-auth-failed"
        case .permissionLoop: "forward-auth-loop"
        case .clientGone: "client-gone"
        case .writeTimeout: "client-write-timeout"
        case .exhausted: "exhausted"
        case .badProxyHeader: "bad-proxy-header"
        case .badHello: "bad-tls-hello"
        case .unknownName: "unknown-server-name"
        case .tunnelTimeout: "idle-timeout"
        case .endpointLeft: "endpoint-left"
        case .drained: "drained"
        }
    }

    /// A sentence for the client: what happened, without saying what stands behind the edge.
    var sentence: StaticString {
        switch kind {
        case .badRequest: rejection?.sentence ?? "The request is malformed."
        case .badBody: "The request's body is malformed."
        case .plainOnTLS: "This port speaks HTTPS, and the request came in plain HTTP: https:// is right."
        case .misdirected: "This connection's certificate is not for the host that was asked for."
        case .noRoute: "No route leads here: this edge does not know the host and path."
        case .methodNotAllowed: "No route takes this method here."
        case .denied: "Clients of this address are not let in here."
        case .unauthorized: "A name and a password are asked for here."
        case .tooManyRequests: "There were too many requests: try again later."
        case .secureOnly: "This is served over HTTPS only: https:// is right."
        case .plainOnly: "No route leads here: this is not served over HTTPS."
        case .headTimeout: "The request's head did not arrive in time."
        case .bodyTimeout: "The request's body did not arrive in time."
        case .bodyTooLarge: "The request's body is larger than this service takes."
        case .noEndpoint: "The service has no endpoint now."
        case .endpointsBusy: "All endpoints of the service have as many connections as they may."
        case .queueTimeout: "No endpoint of the service had room for the request in time."
        case .connectTimeout: "The endpoint could not be reached in time."
        case .connectRefused, .connectFailed: "The endpoint could not be reached."
        case .handshakeFailed: "No secure connection to the endpoint could be made."
        case .refusedStream: "The endpoint takes no more requests now."
        case .upgradeImpossible: "The endpoint speaks HTTP/2 only, by which this upgrade cannot be asked for."
        case .untrusted: "The endpoint's certificate is not the one that is expected."
        case .reset: "The endpoint ended the connection without an answer."
        case .badAnswer: "The endpoint's answer is malformed."
        case .upgradeDeclined: "The endpoint answered, but does not speak the protocol that was asked for."
        case .answerTimeout, .tryTimeout: "The endpoint did not answer in time."
        case .requestTimeout: "The request was not answered in time."
        case .truncated: "The endpoint's answer is incomplete."
        case .answered429, .answered500, .answered502, .answered503, .answered504:
            "The endpoint cannot answer now, and there is no other."
        case .permissionRefused: "The request may not go on."
        case .permissionUnreachable: "Who is asked whether the request may go on could not be reached in time."
        case .permissionFailed: "Who is asked whether the request may go on gave no answer that can be understood."
        case .permissionLoop: "The request is a question whether another may go on, and leads back here."
        case .clientGone, .writeTimeout: "The client has gone."
        case .exhausted: "The edge has no room for the request now."
        case .badProxyHeader: "The connection did not begin with a PROXY header."
        case .badHello: "The connection did not begin with a TLS handshake."
        case .unknownName: "No service has the name that was asked for."
        case .tunnelTimeout: "Nothing has moved for too long."
        case .endpointLeft: "The endpoint is no longer in use."
        case .drained: "The edge has ended."
        }
    }
}

extension HeadRejection {
    /// What is wrong and what would be right, for the client.
    var sentence: StaticString {
        switch self {
        case .malformedStartLine: "The request line is malformed: METHOD SP target SP HTTP/1.1 is right."
        case .badMethod: "The method has characters that no method may have."
        case .badTarget: "The request target is malformed."
        case .targetTooLong: "The request target is too long."
        case .unsupportedVersion: "Only HTTP/1.0 and HTTP/1.1 are spoken here."
        case .malformedField: "A header line is malformed: name, colon, value is right."
        case .badFieldName: "A header name has characters that no name may have."
        case .badFieldValue: "A header value has control characters."
        case .whitespaceBeforeColon: "A header name is followed by white space."
        case .obsoleteFold: "A header line is folded."
        case .bareCarriageReturn: "A carriage return stands alone."
        case .bareLineFeed: "A line ends without a carriage return."
        case .tooManyFields: "There are too many header lines."
        case .headTooLarge: "The head is too large."
        case .missingHost: "The Host header is missing."
        case .duplicateHost: "There is more than one Host header."
        case .badHost: "The Host header is malformed."
        case .hostDisagreesWithTarget: "The Host header is not the request target's."
        case .badContentLength: "Content-Length is not a number."
        case .conflictingContentLength: "There is more than one Content-Length."
        case .contentLengthWithTransferEncoding: "Content-Length and Transfer-Encoding exclude each other."
        case .badTransferEncoding: "Transfer-Encoding is not just chunked, once and last."
        case .unknownTransferEncoding: "The transfer coding is not known here."
        case .transferEncodingInHTTP10: "HTTP/1.0 has no Transfer-Encoding."
        case .connectRefused: "CONNECT is not served here."
        case .traceRefused: "TRACE is not served here."
        case .badUpgrade: "The upgrade is malformed."
        case .unknownExpectation: "The expectation cannot be met."
        case .badStatus: "The status is malformed."
        case .badChunk: "A chunk is malformed."
        case .chunkTooLarge: "A chunk's size is too large."
        case .chunkExtensionTooLong: "A chunk's extensions are too long."
        case .badTrailer: "A trailer is malformed."
        }
    }
}
