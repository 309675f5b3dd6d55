internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// Why a request to a server got no answer that can be used, told apart by what may be done next.
package struct RequestFailure: Error {
    /// What a server is called, and what its user may look after.
    package struct Peer: Sendable {
        /// `Consul`.
        var name: String
        /// What is wrong if TLS fails.
        var tlsAdvice: String

        /// A server of a sort.
        package init(name: String, tlsAdvice: String) {
            self.name = name
            self.tlsAdvice = tlsAdvice
        }
    }

    /// How far the request got.
    enum Reach: Equatable {
        /// No connection: the request was not sent, whatever it asks may be asked elsewhere.
        case notSent
        /// The connection ended before an answer: it may have been carried out.
        case lost
        /// No answer in time: it may have been carried out.
        case late
        /// A server error, or an answer that is none: another server may do better.
        case answered
        /// An answer that another server would give as well.
        case final
        /// The caller's task was cancelled.
        case cancelled
    }

    /// How far it got.
    var reach: Reach
    /// What the caller is told.
    package var error: KeyValueError

    /// A failure that `error`, thrown below, stands for.
    ///
    /// - Parameters:
    ///   - what: what was asked.
    ///   - server: its address.
    ///   - isAfterHead: whether the answer had begun.
    package init(_ error: any Error, of peer: Peer, what: String, server: String, isAfterHead: Bool) {
        let (reach, kind, text) = Self.classify(error, of: peer, isAfterHead: isAfterHead)
        self.init(reach, kind, "\(what): \(server): \(text)")
    }

    /// A failure in words.
    init(_ reach: Reach, _ kind: KeyValueError.Kind, _ description: String) {
        self.reach = reach
        self.error = KeyValueError(kind, description)
    }

    private static func classify(
        _ error: any Error, of peer: Peer, isAfterHead: Bool
    ) -> (reach: Reach, kind: KeyValueError.Kind, text: String) {
        if error is CancellationError { return (.cancelled, .unavailable, "cancelled") }
        if let error = error as? HTTPClientError { return classify(error, of: peer, isAfterHead: isAfterHead) }
        if let error = error as? NIOConnectionError {
            let refused = error.connectionErrors.first.map { Self.cause(of: $0.error) }
            let dns = error.dnsAError.map { _ in "the name is not known" }
            return (.notSent, .unavailable, "\(refused ?? dns ?? "no connection"): is \(peer.name) running there?")
        }
        if let error = error as? IOError {
            // A Unix socket's connect fails like this too; a reset is a connection that was there.
            let isReset = error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
            if isReset && isAfterHead { return (.answered, .garbled, "the answer ended early") }
            return (isReset ? .lost : .notSent, .unavailable, "\(cause(of: error)): is \(peer.name) running there?")
        }
        if error is NIOSSLError || error is NIOSSLExtraError || error is BoringSSLError {
            return (.notSent, .unavailable, "TLS failed (\(reason(ofTLS: error))): \(peer.tlsAdvice)")
        }
        if error is NIOTooManyBytesError { return (.final, .garbled, "the answer is larger than this reads") }
        if error is HTTPParserError { return (.answered, .garbled, "the answer is not HTTP (\(error))") }
        return (isAfterHead ? .answered : .lost, .unavailable, "\(error)")
    }

    private static func classify(
        _ error: HTTPClientError, of peer: Peer, isAfterHead: Bool
    ) -> (reach: Reach, kind: KeyValueError.Kind, text: String) {
        switch error {
        case .cancelled: return (.cancelled, .unavailable, "cancelled")
        case .connectTimeout: return (.notSent, .unavailable, "no connection in time: is \(peer.name) running there?")
        case .tlsHandshakeTimeout: return (.notSent, .unavailable, "no TLS handshake in time: does the port speak TLS?")
        case .deadlineExceeded, .readTimeout, .getConnectionFromPoolTimeout:
            return (.late, .unavailable, "no answer in time: it is retried")
        case .remoteConnectionClosed, .uncleanShutdown:
            if isAfterHead { return (.answered, .garbled, "the answer ended early") }
            return (.lost, .unavailable, "the connection was closed before an answer")
        default: return (.answered, .unavailable, error.shortDescription)
        }
    }

    /// The library's own word for what went wrong, without its source's line numbers.
    private static func reason(ofTLS error: any Error) -> String {
        if let error = error as? NIOSSLExtraError, error == .failedToValidateHostname {
            return "the certificate names another host"
        }
        let text = "\(error)"
        let mark = "OPENSSL_internal:"
        guard let start = text.firstRange(of: mark)?.upperBound else { return text }
        return text[start...].prefix { $0.isLetter || $0 == "_" }.lowercased().split(separator: "_").joined(
            separator: " ")
    }

    private static func cause(of error: any Error) -> String {
        if let error = error as? IOError {
            switch error.errnoCode {
            case ECONNREFUSED: return "connection refused"
            case EHOSTUNREACH: return "no route to the host"
            case ENETUNREACH: return "the network is unreachable"
            case ETIMEDOUT: return "connection timed out"
            case ECONNRESET: return "connection reset"
            case ENOENT: return "no such socket"
            case EACCES: return "permission denied"
            default: break
            }
        }
        if case .connectTimeout = error as? ChannelError { return "no connection in time" }
        return "\(error)"
    }
}
